"""Articles whose text is nearly the same: their fingerprints of 64 bits differ in few of them."""

from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

from catalog.models import Article, ArticleQuerySet
from catalog.patience import in_time

NEAR = 7  # bits; so many can differ and one of eight bytes still be the same, which is what the index finds
SHOWN = 10
PATIENCE = 400  # milliseconds
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
    banded = others.extra(where=["catalog_bands(simhash) && catalog_bands(%s::bigint)"], params=[article.simhash])
    return banded.annotate(bits=bits).filter(bits__lte=NEAR).order_by("bits", "pk")
