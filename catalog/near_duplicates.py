"""Articles whose text is nearly the same: their fingerprints of 64 bits differ in few of them."""

from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

from catalog.models import Article, ArticleQuerySet
from catalog.search.timeouts import in_time

NEAR = 7  # bits; where so many differ, one of the four quarters differs in at most one, which is what the index finds
SHOWN = 10
PATIENCE = 400  # milliseconds
# Looked for alone: beside other conditions, PostgreSQL may take an index for those and read every article by it. And by
# what a subquery says: each number that it sees, PostgreSQL takes to be in every 200th article, and would read all.
CLOSE = """catalog_article.id IN (WITH close AS MATERIALIZED (
    SELECT id FROM catalog_article WHERE simhash <> 0 AND catalog_quarters(simhash) && (SELECT %s::int[])
) SELECT id FROM close)"""
FLIPS = [0, *(1 << bit for bit in range(16))]
DISTANCE = "bit_count((catalog_article.simhash # %s::bigint)::bit(64))"


def similar(article: Article) -> tuple[list[Article], bool]:
    """The nearest articles, `bits` apart, and whether looking came to its end in time."""
    if not article.simhash:  # too short a text for a fingerprint
        return [], True
    found = in_time(PATIENCE, lambda: list(near(article).for_lists()[:SHOWN]))
    return found or [], found is not None


def near(article: Article) -> ArticleQuerySet:
    """The articles whose fingerprint is near this one's, the nearest first, each with its `bits` of difference."""
    bits = RawSQL(DISTANCE, [article.simhash], output_field=IntegerField())  # noqa: S611 - bound, not spliced
    others = Article.objects.live().exclude(pk=article.pk).exclude(simhash=0)
    if not article.simhash:
        return others.none()
    close = others.extra(where=[CLOSE], params=[quarters(article.simhash)])  # noqa: S610 - a constant, values bound
    return close.annotate(bits=bits).filter(bits__lte=NEAR).order_by("bits", "pk")


def quarters(simhash: int) -> list[int]:
    """The quarters (as `catalog_quarters` has them, migration 0009) that a fingerprint near this one may have: each of
    its own, and those that are one bit from it."""
    own = [simhash >> 16 * i & 0xFFFF for i in range(4)]
    return [(i << 16) + (quarter ^ flip) for i, quarter in enumerate(own) for flip in FLIPS]
