"""What a person types into the log's search box: words, "a phrase", field:value, -field:value, -word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from pipeline.monitor.models import LogEvent

PIECE = re.compile(
    r'(?P<no>-?)(?:(?P<field>[A-Za-z_][\w.-]*):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>\S+))'
)
COLUMNS = {"event", "process", "stage", "run", "journey", "task", "url", "signature"}
NUMBERS = {"run", "journey"}
ORDERED = {
    "event",
    "run",
    "journey",
    "task",
    "signature",
}  # columns with an index in the order of the log
COUNTED = {"event", "stage", "run", "level"}  # what LogCount tells apart
LEVELS = {
    "debug": (0, 20),
    "info": (20, 30),
    "warning": (30, 40),
    "error": (40, 50),
    "critical": (50, 32_767),
}
SCHEMES = {"http", "https"}  # an address is a word, not a field
MOST = 12  # pieces of one search


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a search; `field` is empty for a word."""

    field: str
    value: str
    negated: bool


def read(text: str) -> Iterator[Token]:
    """The pieces of a search."""
    for number, found in enumerate(PIECE.finditer(text.replace("\0", " "))):
        if number == MOST:
            return
        if found["quoted"] is not None:
            value = found["quoted"]
        else:
            value = found["plain"]
        if found["field"] in SCHEMES:
            yield Token("", f"{found['field']}:{value}", bool(found["no"]))
        elif value:
            yield Token(found["field"] or "", value, bool(found["no"]))


def write(field: str, value: object, negated: bool = False) -> str:
    """A piece as it is typed."""
    return f'{"-" if negated else ""}{field}:"{str(value).replace(chr(34), " ").strip()}"'


def apply(rows: QuerySet[LogEvent], text: str) -> QuerySet[LogEvent]:
    """The events that have every piece."""
    for number, token in enumerate(read(text)):
        rows, fits = _fits(rows, token, f"field_{number}")
        if token.negated:
            rows = rows.exclude(fits)
        else:
            rows = rows.filter(fits)
    return rows


def column(token: Token) -> Q | None:
    """The condition of a piece that names a column, without its negation; None for every other piece."""
    if token.field in NUMBERS:
        known = token.value.isdecimal() and len(token.value) < 19
        if known:
            return Q(**{token.field: int(token.value)})
        return Q(pk=None)
    if token.field == "level" and (bounds := LEVELS.get(token.value.lower())):
        return Q(level__gte=bounds[0], level__lt=bounds[1])
    if token.field in COLUMNS:
        return Q(**{token.field: token.value})
    return None


def _fits(rows: QuerySet[LogEvent], token: Token, alias: str) -> tuple[QuerySet[LogEvent], Q]:
    if fits := column(token):
        return rows, fits
    if token.field:
        rows = rows.alias(**{alias: KeyTextTransform(token.field, "data")})
        return rows, Q(**{alias: token.value, f"{alias}__isnull": False})
    rows = rows.alias(fields_text=Cast(F("data"), TextField()))
    columns = ("event", "url", "process", "fields_text")
    return rows, Q.create(
        [(f"{column}__icontains", token.value) for column in columns], connector=Q.OR
    )
