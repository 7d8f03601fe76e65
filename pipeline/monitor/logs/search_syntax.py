"""What a person types into the log's search box: words, "a phrase", field:value, -field:value,
-word.

`field=value` means the same as `field:value`, as lines print their fields that way.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from pipeline.core.database import execute
from pipeline.monitor.models import LogEvent

TERM = re.compile(
    r'(?P<no>-?)(?:(?P<field>[A-Za-z_][\w.-]*)[:=])?(?:"(?P<quoted>[^"]*)"|(?P<plain>\S+))'
)
COLUMNS = {"event", "process", "stage", "run", "journey", "task", "url", "signature"}
NUMBERS = {"run", "journey"}
ORDERED = {
    "event",
    "run",
    "journey",
    "task",
    "signature",
}  # have an index in the log's order
COUNTED = {"event", "stage", "run", "level"}  # what LogCount tells apart
LEVELS = {
    "debug": (0, 20),
    "info": (20, 30),
    "warning": (30, 40),
    "error": (40, 50),
    "critical": (50, 32_767),
}
# Fields that the product writes; more come from libraries.
FIELDS = {
    "about",
    "addition",
    "answer",
    "article",
    "articles",
    "batch",
    "by",
    "bytes",
    "code",
    "cores",
    "count",
    "crash_count",
    "days",
    "deliveries",
    "delivery",
    "detail",
    "erasure",
    "error",
    "exception",
    "in_seconds",
    "ip",
    "job",
    "label",
    "last_run_at",
    "logger",
    "memory_mb",
    "moved_to",
    "number",
    "outcome",
    "path",
    "payload",
    "prefetch",
    "queue",
    "reason",
    "removed",
    "request",
    "request_id",
    "retry_in",
    "rows",
    "seconds",
    "since",
    "slots",
    "source",
    "state",
    "status",
    "task_id",
    "trouble",
    "until",
    "user",
    "user_agent",
    "user_id",
    "wait",
    "watch",
}
FREE = "data."  # before the name of a field that nobody knows: it is searched for all the same
SCHEMES = {"http", "https"}  # an address is a word, not a field
MAX_TERMS = 12
MAX_RECENT_LINES = 2_000  # that are looked at for fields and their values
RECENT = f"""
SELECT DISTINCT jsonb_object_keys(data) FROM (
    SELECT data FROM monitor_logevent
    ORDER BY at DESC, id DESC LIMIT {MAX_RECENT_LINES}
) lines
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Term:
    """One piece of a search; `field` is empty for a word."""

    field: str
    value: str
    negated: bool


def read(text: str) -> Iterator[Term]:
    """Yield the terms of a search, at most MAX_TERMS of them."""
    for number, found in enumerate(TERM.finditer(text.replace("\0", " "))):
        if number == MAX_TERMS:
            return
        value = found["plain"] if found["quoted"] is None else found["quoted"]
        negated = bool(found["no"])
        if found["field"] in SCHEMES:
            yield Term("", f"{found['field']}:{value}", negated)
        elif value:
            yield Term(found["field"] or "", value, negated)


def write(field: str, value: object, negated: bool = False) -> str:
    """Return a term as it is typed."""
    sign = "-" if negated else ""
    text = str(value).replace('"', " ").strip()
    return f'{sign}{named(field)}:"{text}"'


def named(field: str) -> str:
    """Return a field's name as a search has it, whoever wrote the field."""
    if (
        not field
        or field == "level"
        or field in COLUMNS | FIELDS
        or field.startswith(FREE)
    ):
        return field
    return FREE + field


def unknown_fields(text: str) -> list[str]:
    """Return the names in a search that are no field of any recent line. Asks the database where
    one is not ours."""
    names = {term.field for term in read(text) if term.field}
    names -= COLUMNS | FIELDS | {"level"}
    names = {name for name in names if not name.startswith(FREE)}
    if not names:
        return []
    recent = {name for (name,) in execute(RECENT)}
    return sorted(names - recent)


def wrong_values(text: str) -> list[str]:
    """Return a sentence for each term whose value its field cannot have."""
    found = []
    for term in read(text):
        if term.field in NUMBERS and not _is_id(term.value):
            found.append(f"{term.field} is a number, not “{term.value[:40]}”.")
        if term.field == "level" and term.value.lower() not in LEVELS:
            found.append(f"level is one of {', '.join(LEVELS)}.")
    return found


def apply(rows: QuerySet[LogEvent], text: str) -> QuerySet[LogEvent]:
    """Return the events that match every term."""
    for number, term in enumerate(read(text)):
        rows, matches = _matches(rows, term, f"field_{number}")
        if term.negated:
            rows = rows.exclude(matches)
        else:
            rows = rows.filter(matches)
    return rows


def column(term: Term) -> Q | None:
    """Return the condition of a term that names a column, without its negation; None for every
    other term."""
    if term.field in NUMBERS:
        if _is_id(term.value):
            return Q(**{term.field: int(term.value)})
        return Q(pk=None)
    if term.field == "level" and (bounds := LEVELS.get(term.value.lower())):
        return Q(level__gte=bounds[0], level__lt=bounds[1])
    if term.field in COLUMNS:
        return Q(**{term.field: term.value})
    return None


def _is_id(value: str) -> bool:
    return value.isdecimal() and len(value) < 19


def _matches(
    rows: QuerySet[LogEvent], term: Term, alias: str
) -> tuple[QuerySet[LogEvent], Q]:
    if condition := column(term):
        return rows, condition
    if term.field:
        name = term.field.removeprefix(FREE)
        rows = rows.alias(**{alias: KeyTextTransform(name, "data")})
        return rows, Q(**{alias: term.value, f"{alias}__isnull": False})
    rows = rows.alias(fields_text=Cast(F("data"), TextField()))
    columns = ("event", "url", "process", "fields_text")
    return rows, Q.create(
        [(f"{column}__icontains", term.value) for column in columns], connector=Q.OR
    )
