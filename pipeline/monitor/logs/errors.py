"""Errors grouped by kind: the same event, the same class of exception, the same place in our
code."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from pipeline.core.database import execute
from pipeline.monitor.logs.filters import SPANS
from pipeline.monitor.models import ErrorGroup

MAX_ROWS = 5_000  # a day and kind each
MAX_MESSAGES = 100  # kinds for which the newest message is read
MESSAGE_LENGTH = 200
TREND_DAYS = 14
TREND_BAR = 8  # units of width, of which two are a gap
TREND_HEIGHT = 24

NEWEST = """
SELECT wanted.signature, newest.event, newest.data
FROM unnest(%s::text[], %s::timestamptz[]) wanted (signature, last),
    LATERAL (
    SELECT event, data FROM monitor_logevent
    WHERE signature = wanted.signature
        AND at BETWEEN wanted.last - interval '1 day' AND wanted.last
    ORDER BY at DESC, id DESC LIMIT 1) newest
"""


@dataclass(slots=True)
class ErrorKind:
    """A kind of error over a span of time.

    `message` is of its newest line, "" where that has expired. `days` are counts of the last
    TREND_DAYS days (UTC), whatever the span.
    """

    signature: str
    level: int
    n: int
    first: datetime
    last: datetime
    message: str = ""
    days: dict[date, int] = field(default_factory=dict)

    def trend(self, today: date) -> list[tuple[int, float, float, date, int]]:
        """Return a bar a day as (x, y, height, day, number), the oldest first."""
        top = max(self.days.values(), default=0) or 1
        bars = []
        for place in range(TREND_DAYS):
            day = today - timedelta(days=TREND_DAYS - 1 - place)
            number = self.days.get(day, 0)
            height = round(TREND_HEIGHT * number / top, 1)
            if number:
                height = max(2.0, height)
            bars.append((place * TREND_BAR, TREND_HEIGHT - height, height, day, number))
        return bars


def kinds(now: datetime, name: str) -> list[ErrorKind]:
    """Return the kinds of errors that were last seen within the span, the newest first, with
    their sums over its days."""
    since = now - SPANS[name][1]
    first_day = min(since, now - timedelta(days=TREND_DAYS - 1)).date()
    found: dict[str, ErrorKind] = {}
    rows = ErrorGroup.objects.filter(day__gte=first_day).order_by("-day")[:MAX_ROWS]
    for row in reversed(rows):
        kind = found.get(row.signature)
        if kind is None:
            kind = ErrorKind(row.signature, row.level, 0, row.first, row.last)
            found[row.signature] = kind
        kind.days[row.day] = row.n
        if row.day >= since.date():
            if not kind.n:
                kind.first = row.first
            kind.n += row.n
            kind.last = max(kind.last, row.last)
    recent = [kind for kind in found.values() if kind.n and kind.last >= since]
    recent.sort(key=lambda kind: kind.last, reverse=True)
    _add_messages(recent[:MAX_MESSAGES])
    return recent


def _add_messages(shown: list[ErrorKind]) -> None:
    by_signature = {kind.signature: kind for kind in shown}
    if not by_signature:
        return
    lasts = [kind.last for kind in by_signature.values()]
    for signature, event, data in execute(NEWEST, [list(by_signature), lasts]):
        by_signature[signature].message = _message(event, json.loads(data))


def _message(event: str, data: object) -> str:
    """Return what a line says went wrong: the last line of its traceback, its error, its name."""
    said = data if isinstance(data, dict) else {}
    trace = said.get("exception")
    if isinstance(trace, str) and trace.strip():
        text = trace.rstrip().rpartition("\n")[2]
    else:
        text = str(said.get("error") or said.get("detail") or event)
    return " ".join(text.split())[:MESSAGE_LENGTH]
