"""Articles whose text is nearly the same: their fingerprints of 64 bits differ in few of them."""

from django.db import OperationalError, connection, transaction
from django.db.models import IntegerField, QuerySet
from django.db.models.expressions import RawSQL

from catalog.models import Article

NEAR = 6  # bits
SHOWN = 10
PATIENCE = 400  # milliseconds
DISTANCE = "bit_count((catalog_article.simhash # %s::bigint)::bit(64))"


def similar(article: Article) -> tuple[list[Article], bool]:
    """The nearest articles, `bits` apart, and whether looking came to its end in time."""
    if not article.simhash:  # too short a text for a fingerprint
        return [], True
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE}")
            found = list(_near(article))
            cursor.execute("SET LOCAL statement_timeout = 0")
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        return [], False
    return found, True


def _near(article: Article) -> QuerySet[Article]:
    bits = RawSQL(DISTANCE, [article.simhash], output_field=IntegerField())  # noqa: S611 - bound, not spliced
    others = Article.objects.live().for_lists().exclude(pk=article.pk).exclude(simhash=0)
    return others.annotate(bits=bits).filter(bits__lte=NEAR).order_by("bits", "pk")[:SHOWN]
