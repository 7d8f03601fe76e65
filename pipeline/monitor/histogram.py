"""How many log lines there were when, by how bad they are: sixty bars, drawn by the server."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.db.models import Count, Max, Min, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from pipeline.monitor.models import LogEvent

BINS = 60
WIDTH, HEIGHT = 600, 48
DEFAULT = timedelta(hours=1)
PATIENCE = 400  # milliseconds
KINDS = ((40, "error"), (30, "warning"), (0, "info"))


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One sixtieth of the time: from `since` to `until`."""

    x: float
    width: float
    since: str
    until: str
    count: int
    parts: list[Part]


def histogram(rows: QuerySet[LogEvent], since: datetime | None, until: datetime | None) -> list[Bar] | None:
    """The bars of the filtered log; [] where there is nothing, None where counting takes too long.

    Without a beginning it covers the last hour in which anything happened; of one run or journey, all of it.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE}")
            bars = _bars(rows, *_span(rows, since, until))
            cursor.execute("SET LOCAL statement_timeout = 0")
            return bars
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        return None


def _span(
    rows: QuerySet[LogEvent], since: datetime | None, until: datetime | None
) -> tuple[datetime | None, datetime | None]:
    if since and until:
        return since, until
    narrow = any(name in str(rows.query.where) for name in ("monitor_logevent.run", "monitor_logevent.journey"))
    if narrow:
        ends = rows.order_by().aggregate(first=Min("at"), last=Max("at"))
        return since or ends["first"], until or ends["last"]
    last, now = until or rows.order_by("-pk").values_list("at", flat=True).first(), timezone.now()
    if last and not until and now - last < DEFAULT:  # lines come in batches, not strictly by time
        last = now
    return since or (last - DEFAULT if last else None), last


def _bars(rows: QuerySet[LogEvent], since: datetime | None, until: datetime | None) -> list[Bar]:
    if since is None or until is None or until < since:
        return []
    step = max((until - since) / BINS, timedelta(milliseconds=1))
    bounds = [since + step * number for number in range(BINS)]
    bin_of = RawSQL("width_bucket(monitor_logevent.at, %s::timestamptz[])", [bounds])
    counted = (
        rows.filter(at__gte=since, at__lte=until).order_by().annotate(bin=bin_of).values_list("bin", "level")
    ).annotate(n=Count("id"))
    counts: dict[int, dict[str, int]] = {}
    for number, level, count in counted:
        kind = next(name for least, name in KINDS if level >= least)
        counts.setdefault(number - 1, {}).setdefault(kind, 0)
        counts[number - 1][kind] += count
    top = max((sum(each.values()) for each in counts.values()), default=1)
    return [_bar(number, counts[number], top, since + step * number, step) for number in sorted(counts)]


def _bar(number: int, counts: dict[str, int], top: int, since: datetime, step: timedelta) -> Bar:
    parts, y, width = [], float(HEIGHT), WIDTH / BINS
    for _, kind in KINDS:
        if count := counts.get(kind):
            height = max(1.5, (HEIGHT - 2) * count / top)
            y -= height
            parts.append(Part(kind, round(max(y, 0), 1), round(height, 1)))
    ends = since + step
    return Bar(number * width, round(width - 1, 1), since.isoformat(), ends.isoformat(), sum(counts.values()), parts)
