"""Articles whose text is nearly the same: their fingerprints of 64 bits differ in few of them."""

from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

from catalog.models import Article, ArticleQuerySet
from catalog.search.timeouts import with_statement_timeout

# Where so many bits differ, one of the four quarters differs in at most one: that is what the
# index finds.
MAX_DIFFERENT_BITS = 7
FINGERPRINT_BITS = 64
SHOWN = 10
SEARCH_MS = 400
# Looked for alone: beside other conditions, PostgreSQL may take an index for those and read every
# article by it. And by what a subquery says: each number that it sees, PostgreSQL takes to be in
# every 200th article, and would read all.
CLOSE = """catalog_article.id IN (WITH close AS MATERIALIZED (
    SELECT id FROM catalog_article
    WHERE simhash <> 0 AND catalog_quarters(simhash) && (SELECT %s::int[])
) SELECT id FROM close)"""
FLIPS = [0, *(1 << bit for bit in range(16))]
DISTANCE = "bit_count((catalog_article.simhash # %s::bigint)::bit(64))"


def similar(article: Article) -> tuple[list[Article], bool]:
    """Return the nearest articles, `bits` apart, and whether looking for them ended in time."""
    if not article.simhash:  # the text is too short for a fingerprint
        return [], True
    rows = near(article).for_lists()[:SHOWN]
    found = with_statement_timeout(SEARCH_MS, lambda: list(rows))
    if found is None:
        return [], False
    for other in found:
        other.likeness = likeness(getattr(other, "bits", 0))
    return found, True


def likeness(bits: int) -> int:
    """Return how alike two articles are, in percent, whose fingerprints differ in so many bits."""
    return round(100 * (1 - bits / FINGERPRINT_BITS))


def near(article: Article) -> ArticleQuerySet:
    """Return the articles whose fingerprint is near this one's, the nearest first, each with its
    `bits` apart."""
    bits = RawSQL(DISTANCE, [article.simhash], output_field=IntegerField())  # noqa: S611 - bound
    others = Article.objects.live().exclude(pk=article.pk).exclude(simhash=0)
    if not article.simhash:
        return others.none()
    close = others.extra(where=[CLOSE], params=[quarters(article.simhash)])  # noqa: S610 - bound
    return (
        close.annotate(bits=bits)
        .filter(bits__lte=MAX_DIFFERENT_BITS)
        .order_by("bits", "pk")
    )


def quarters(simhash: int) -> list[int]:
    """Return the quarters (as `catalog_quarters` has them) that a fingerprint near this one may
    have.

    These are each of its own, and those that are one bit from it.
    """
    own = [simhash >> 16 * number & 0xFFFF for number in range(4)]
    return [
        (number << 16) + (quarter ^ flip)
        for number, quarter in enumerate(own)
        for flip in FLIPS
    ]
