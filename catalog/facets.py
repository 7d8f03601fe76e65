"""How many articles each value of a field would leave: counted without that field's own filter, and never for long."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.db.models import CharField, Count, F, Func, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.http import QueryDict

from catalog.filters import ArticleFilter
from catalog.models import Article

PATIENCE = 100  # milliseconds a facet
TOGETHER = 0.25  # seconds after which no further facet is begun
SHOWN = 10
POSITION = ("before", "after")


class Unnest(Func):
    """Each element of an array as a row of its own."""

    function = "unnest"
    set_returning = True
    output_field = TextField()


class Month(Func):
    """The month of a moment as 2026-03."""

    function = "to_char"
    output_field = CharField()

    def __init__(self, field: str) -> None:
        super().__init__(F(field), Value("YYYY-MM"))


@dataclass(frozen=True, slots=True)
class Field:
    """What is counted, what it is called, and in which order its values come."""

    label: str
    key: Combinable
    shown: Combinable | None = None
    order: str = "-n"


FIELDS = {
    "source": Field("Source", F("source__host"), F("source__name")),
    "language": Field("Language", F("language")),
    "month": Field("Month", Month("published"), order="-value"),
    "tag": Field("Tag", Unnest("tags")),
    "code": Field("Code in", Unnest("code_languages")),
}


@dataclass(frozen=True, slots=True)
class Choice:
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
    values: list[Choice] | None


def facets(query: QueryDict, rows: QuerySet[Article]) -> list[Facet]:
    """The facets of a filtered catalogue."""
    until = time.monotonic() + TOGETHER
    with _patience():
        return [
            _facet(name, query, rows) if time.monotonic() < until else Facet(name, FIELDS[name].label, None)
            for name in FIELDS
        ]


@contextmanager
def _patience() -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE}")
        yield
        cursor.execute("SET LOCAL statement_timeout = 0")


def _facet(name: str, query: QueryDict, rows: QuerySet[Article]) -> Facet:
    field, others = FIELDS[name], query.copy()
    for each in (name, *POSITION):
        others.pop(each, None)
    counted = ArticleFilter(others, rows).qs.order_by()
    values = counted.annotate(value=field.key, shown=field.shown or field.key).values_list("value", "shown")
    try:
        with transaction.atomic():  # a count that takes too long spoils this, and not the next
            found = list(values.annotate(n=Count("id")).order_by(field.order, "value")[:SHOWN])
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        return Facet(name, field.label, None)
    return Facet(name, field.label, [_choice(name, others, query, *row) for row in found if row[0]])


def _choice(name: str, others: QueryDict, query: QueryDict, key: str, label: str, count: int) -> Choice:
    chosen, target = query.get(name) == key, others.copy()
    if not chosen:
        target[name] = key
    return Choice(key, label or key, count, chosen, target.urlencode())
