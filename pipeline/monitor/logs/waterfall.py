"""When each stage worked on a URL: its log lines as bars on one axis of time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from pipeline.monitor.models import LogEvent

WIDTH = 1000  # units of the drawing, for the whole time
MIN_WIDTH = 4  # of a bar, so that a stage of a millisecond is seen
MAX_WATERFALLS = 5  # of one URL: its newest runs
TICKS = 4
ERROR = 40
WARNING = 30
MAX_SECONDS = 30 * 86_400.0  # of one bar; a line may claim anything


@dataclass(frozen=True, slots=True)
class Bar:
    """What one log line tells of a stage: that it worked, that it waits for a retry, or a moment.

    `kind` is "work", "wait", "warning", "error" or "moment"; `x` and `width` are units of WIDTH.
    """

    kind: str
    label: str
    seconds: float
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """A stage and its bars."""

    stage: str
    seconds: float  # that it worked, without waits
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Waterfall:
    """One URL in one run. Ticks are (x, seconds since the begin)."""

    journey: int
    began_at: datetime
    seconds: float
    rows: list[Row]
    ticks: list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _Piece:
    stage: str
    kind: str
    label: str
    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


def waterfalls(events: Sequence[LogEvent]) -> list[Waterfall]:
    """Return a waterfall for each journey among the events, the newest first.

    `events` are in the order of time. Those of no journey or no stage are left out.
    """
    placed = [event for event in events if event.journey and event.stage]
    placed.sort(key=lambda event: (event.journey or 0, event.at))
    found = []
    for journey, lines in groupby(placed, key=lambda event: event.journey or 0):
        pieces = [piece for line in lines for piece in _pieces(line)]
        found.append(_drawn(journey, pieces))
    found.sort(key=lambda each: each.began_at, reverse=True)
    return found[:MAX_WATERFALLS]


def _pieces(event: LogEvent) -> Iterator[_Piece]:
    data = event.data if isinstance(event.data, dict) else {}
    worked = _duration(data.get("seconds"))
    if worked:
        yield _Piece(event.stage, "work", event.event, event.at - worked, event.at)
    elif event.level >= ERROR:
        yield _Piece(event.stage, "error", event.event, event.at, event.at)
    elif event.level >= WARNING:
        yield _Piece(event.stage, "warning", event.event, event.at, event.at)
    else:
        yield _Piece(event.stage, "moment", event.event, event.at, event.at)
    waits = _duration(data.get("wait"))
    if waits:
        label = str(data.get("reason") or event.event)
        yield _Piece(event.stage, "wait", label[:60], event.at, event.at + waits)


def _duration(value: Any) -> timedelta | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 0 < value <= MAX_SECONDS:
        return None
    return timedelta(seconds=value)


def _drawn(journey: int, pieces: list[_Piece]) -> Waterfall:
    begin = min(piece.start for piece in pieces)
    end = max(piece.end for piece in pieces)
    seconds = (end - begin).total_seconds()
    scale = WIDTH / (seconds or 1)
    rows: dict[str, list[_Piece]] = {}
    for piece in sorted(pieces, key=lambda piece: piece.start):
        rows.setdefault(piece.stage, []).append(piece)
    return Waterfall(
        journey,
        begin,
        seconds,
        [_row(stage, mine, begin, scale) for stage, mine in rows.items()],
        [(WIDTH * n / TICKS, seconds * n / TICKS) for n in range(TICKS + 1)],
    )


def _row(stage: str, pieces: list[_Piece], begin: datetime, scale: float) -> Row:
    bars = []
    for piece in pieces:
        width = max(MIN_WIDTH, round(piece.seconds * scale, 1))
        x = round((piece.start - begin).total_seconds() * scale, 1)
        x = min(x, WIDTH - width)
        bars.append(Bar(piece.kind, piece.label, piece.seconds, max(0.0, x), width))
    worked = sum(piece.seconds for piece in pieces if piece.kind == "work")
    return Row(stage, worked, bars)
