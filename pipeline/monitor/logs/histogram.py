"""How many log lines there were when, by how bad they are: sixty bars, drawn by the server, from
what was counted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL
from django.utils import timezone

from catalog.search.timeouts import with_statement_timeout
from pipeline.monitor.logs.filters import SPANS, LogFilter
from pipeline.monitor.models import EPOCH, LogEvent

BINS = 60
COUNT_TIMEOUT_MS = 30  # for counting line by line what the search matches
WIDTH = 600
HEIGHT = 110
DEFAULT = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
BY_LINES = 5 * MINUTE  # a shorter time is counted line by line
BY_MINUTES = timedelta(hours=26)  # a longer one by hours
MAX_LINES = 5_000  # lines of one journey or task
NAMES = 20
TICKS = 4
COUNTED_FIELDS = ("event", "stage")
ERROR = 40  # level
KINDS = ((ERROR, "error"), (30, "warning"), (0, "info"))
Span = tuple[datetime, datetime]
Counted = Iterable[tuple[int, int, int]]  # bin, level, number


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


@dataclass(frozen=True, slots=True)
class Name:
    """An event's name, how often it was, and how many of these were errors."""

    name: str
    number: int
    errors: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Bars and the most frequent names of a time. Where not `whole`, they count lines that the
    search left out."""

    bars: list[Bar]
    names: list[Name]
    whole: bool
    since: datetime | None = None
    until: datetime | None = None
    number: int = 0
    stages: list[Name] = field(default_factory=list)

    @property
    def peak(self) -> int:
        """The most lines of one bar: the top of the drawing."""
        return max((bar.count for bar in self.bars), default=0)

    @property
    def ticks(self) -> list[datetime]:
        """Moments at equal distances, from the begin to the end."""
        if self.since is None or self.until is None:
            return []
        step = (self.until - self.since) / TICKS
        return [self.since + step * number for number in range(TICKS + 1)]


def overview(chosen: LogFilter, shown: Sequence[LogEvent]) -> Overview:
    """Of the time that is asked for; else of the hour before the newest line shown; of a run or
    journey, all of it."""
    if chosen.walk_is_short:
        return _of_few(chosen, shown)
    if chosen.errors:
        return Overview([], [], True)
    whole = chosen.counts()[1]
    span = _span(chosen, shown)
    if span is None or span[1] < span[0]:
        return Overview([], [], whole)
    if not whole or span[1] - span[0] <= BY_LINES:
        found = with_statement_timeout(
            COUNT_TIMEOUT_MS, lambda: _of_lines(chosen, *span)
        )
        if found:
            return found
    return _of_counts(chosen, *span)


def _of_lines(chosen: LogFilter, since: datetime, until: datetime) -> Overview:
    """Count each line that matches, in one walk over them."""
    step = (until - since) / BINS
    groups = list(_by_lines(chosen, since, until, step))
    bars = _bars(((at, level, lines) for at, level, _, _, lines in groups), since, step)
    names = _most_frequent(
        (event, level, lines) for _, level, event, _, lines in groups
    )
    stages = _most_frequent(
        (stage, level, lines) for _, level, _, stage, lines in groups
    )
    number = sum(bar.count for bar in bars)
    return Overview(bars, names, True, since, until, number, stages)


def _of_counts(chosen: LogFilter, since: datetime, until: datetime) -> Overview:
    """Add up what was counted a minute, or an hour where the time is long."""
    counts, whole = chosen.counts()
    minutes = 1 if until - since <= BY_MINUTES else 60
    step = _step(until - since, timedelta(minutes=minutes))
    since = EPOCH + (since - EPOCH) // step * step
    counts = counts.filter(width=minutes, since__gte=since, since__lt=until)
    number = RawSQL(
        "floor(extract(epoch FROM since - %s) / %s)::int", [since, step.total_seconds()]
    )
    rows = counts.annotate(bin=number).values_list("bin", "level")
    bars = _bars(rows.annotate(sum=Sum("n")).order_by(), since, step)
    number_of_lines = sum(bar.count for bar in bars)
    names, stages = _names(chosen, since, until)
    return Overview(bars, names, whole, since, until, number_of_lines, stages)


def _span(chosen: LogFilter, shown: Sequence[LogEvent]) -> Span | None:
    asked = chosen.asked
    now = timezone.now()
    since = asked.get("since")
    until = asked.get("until")
    if "last" in asked:
        since = max(filter(None, [since, now - SPANS[asked["last"]][1]]))
        until = until or now
    if since is None and "run" in asked:
        counts = (
            chosen.counts()[0]
            .filter(width=1)
            .aggregate(first=Min("since"), last=Max("since"))
        )
        since = counts["first"]
        until = until or (counts["last"] and counts["last"] + MINUTE)
    if until is None and shown:
        last = shown[0].at
        if timedelta() <= now - last < DEFAULT:
            until = now
        else:
            until = last + timedelta(milliseconds=1)
    if until is None and since:
        until = now
    if until:
        return (since or until - DEFAULT, until)
    return None


def _by_lines(
    chosen: LogFilter, since: datetime, until: datetime, step: timedelta
) -> Iterable[tuple[int, int, str, str, int]]:
    """Return bins, levels, events and stages, and how many lines have all four."""
    number = RawSQL(
        "floor(extract(epoch FROM monitor_logevent.at - %s) / %s)::int",
        [since, max(step.total_seconds(), 0.001)],
    )
    rows = chosen.qs.filter(at__gte=since, at__lt=until).order_by()
    named = rows.annotate(bin=number).values_list("bin", "level", *COUNTED_FIELDS)
    return named.annotate(n=Count("id"))


def _of_few(chosen: LogFilter, shown: Sequence[LogEvent]) -> Overview:
    """Of one journey or task there are few lines: they are read."""
    found = list(
        chosen.qs.order_by("-at").values_list("at", "level", "event")[:MAX_LINES]
    )
    if not found:
        return Overview([], [], True)
    since = found[-1][0]
    until = found[0][0] + timedelta(milliseconds=1)
    step = max((until - since) / BINS, timedelta(milliseconds=1))
    bars = _bars(
        (((at - since) // step, level, 1) for at, level, _ in found), since, step
    )
    return Overview(bars, [], True, since, until, len(found))


def _names(
    chosen: LogFilter, since: datetime, until: datetime
) -> tuple[list[Name], list[Name]]:
    rows = chosen.counts()[0].filter(
        _counted_once(EPOCH + (since - EPOCH) // MINUTE * MINUTE, until)
    )
    events, stages = (_frequent(rows, name) for name in COUNTED_FIELDS)
    return events, stages


def _most_frequent(counted: Iterable[tuple[str, int, int]]) -> list[Name]:
    """Return the most frequent names of (name, level, lines), and how many of each were errors."""
    all_lines: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    for name, level, lines in counted:
        if not name:
            continue
        all_lines[name] += lines
        if level >= ERROR:
            errors[name] += lines
    ordered = sorted(all_lines, key=lambda name: (-all_lines[name], name))
    return [Name(name, all_lines[name], errors[name]) for name in ordered[:NAMES]]


def _frequent(rows: QuerySet[Any], name: str) -> list[Name]:
    """Return the most frequent values of a column of counts, and how many of each were errors."""
    named = rows.exclude(**{name: ""}).values_list(name)
    named = named.annotate(sum=Sum("n"), bad=Sum("n", filter=Q(level__gte=ERROR)))
    return [
        Name(value, lines, errors or 0)
        for value, lines, errors in named.order_by("-sum", name)[:NAMES]
    ]


def _counted_once(since: datetime, until: datetime) -> Q:
    """Return what was counted from then to then: by whole hours, which are a tenth of the rows, and
    by minutes around them."""
    first = EPOCH - (EPOCH - since) // HOUR * HOUR
    last = EPOCH + (until - EPOCH) // HOUR * HOUR
    minutes = Q(width=1, since__gte=since, since__lt=until)
    if first >= last:
        return minutes
    hours = Q(width=60, since__gte=first, since__lt=last)
    return hours | (minutes & Q(since__lt=first)) | (minutes & Q(since__gte=last))


def _step(span: timedelta, unit: timedelta) -> timedelta:
    """So many whole units that there are at most BINS of them."""
    return unit * max(1, -(-span // (unit * BINS)))


def _bars(counted: Counted, since: datetime, step: timedelta) -> list[Bar]:
    counts: dict[int, dict[str, int]] = {}
    for number, level, count in counted:
        kind = next(name for least, name in KINDS if level >= least)
        of_bin = counts.setdefault(number, {})
        of_bin[kind] = of_bin.get(kind, 0) + count
    top = max((sum(each.values()) for each in counts.values()), default=1)
    bins = max([BINS, *(number + 1 for number in counts)])
    return [
        _bar(number, counts[number], top, since + step * number, step, bins)
        for number in sorted(counts)
    ]


def _bar(
    number: int,
    counts: dict[str, int],
    top: int,
    since: datetime,
    step: timedelta,
    bins: int,
) -> Bar:
    parts = []
    y = float(HEIGHT)
    width = WIDTH / bins
    for _, kind in KINDS:
        if count := counts.get(kind):
            height = max(1.5, (HEIGHT - 2) * count / top)
            y -= height
            parts.append(Part(kind, round(max(y, 0), 1), round(height, 1)))
    ends = since + step
    x = round(number * width, 2)
    wide = round(width * 0.9, 2)
    return Bar(
        x, wide, since.isoformat(), ends.isoformat(), sum(counts.values()), parts
    )
