"""How many articles each value of a field would leave: counted without that field's own filter, and never for long."""

from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.db.models import Count, QuerySet
from django.http import QueryDict

from catalog.filters import ArticleFilter
from catalog.models import Article

PATIENCE = 80  # milliseconds a facet
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Value:
    """One line of a facet; `query` switches it on, or off where it is chosen."""

    name: str
    label: str
    count: int
    chosen: bool
    query: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A field with its most frequent values; `values` is None where counting took too long."""

    name: str
    label: str
    values: list[Value] | None


FIELDS = {"source": ("Source", "source__host", "source__name"), "language": ("Language", "language", "language")}


def facets(query: QueryDict, rows: QuerySet[Article]) -> list[Facet]:
    """The facets of a filtered catalogue."""
    return [_facet(name, query, rows) for name in FIELDS]


def _facet(name: str, query: QueryDict, rows: QuerySet[Article]) -> Facet:
    label, key, shown = FIELDS[name]
    others = query.copy()
    others.pop(name, None)
    for position in ("before", "after", "page"):
        others.pop(position, None)
    counted = ArticleFilter(others, rows).qs.order_by().values_list(key, shown).annotate(n=Count("id"))
    try:
        # A timeout spoils its transaction, so each facet has one of its own.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE}")
            found = list(counted.order_by("-n", key)[:SHOWN])
            cursor.execute("SET LOCAL statement_timeout = 0")
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        return Facet(name, label, None)
    return Facet(name, label, [_value(name, others, query, *row) for row in found])


def _value(name: str, others: QueryDict, query: QueryDict, key: str, label: str, count: int) -> Value:
    chosen = query.get(name) == key and bool(key)
    target = others.copy()
    if not chosen:
        target[name] = key
    return Value(key, label or key or "not known", count, chosen, target.urlencode())
