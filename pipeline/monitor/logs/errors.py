"""Errors grouped by kind: the same event, the same class of exception, the same place in our
code."""

from datetime import datetime

from pipeline.monitor.logs.filters import SPANS
from pipeline.monitor.models import ErrorGroup


def kinds(now: datetime, name: str) -> list[ErrorGroup]:
    """The kinds of errors that were last seen within the span, the newest first, with their sums
    over its days."""
    since = now - SPANS[name][1]
    found: dict[str, ErrorGroup] = {}
    for row in ErrorGroup.objects.filter(day__gte=since.date()).order_by("day")[:5_000]:
        kind = found.setdefault(row.signature, row)
        if kind is not row:
            kind.n = kind.n + row.n
            kind.last = max(kind.last, row.last)
    return sorted(
        (kind for kind in found.values() if kind.last >= since),
        key=lambda kind: kind.last,
        reverse=True,
    )
