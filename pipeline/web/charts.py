"""Small charts: what became of a run's URLs, and the bars of a job's or a site's runs."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.numbers import intcomma
from pipeline.models import Run

WIDTH = 1000  # of the bar, in the units of its drawing
LEAST_WIDTH = 8  # that one URL is seen among a million
HATCHED = ("duplicate", "skipped", "failed")


@dataclass(frozen=True, slots=True)
class Segment:
    """The URLs of one state."""

    state: str
    number: int
    x: float
    width: float

    @property
    def hatched(self) -> bool:
        """Whether the frame of the page has a pattern for it, so that colour is not all that tells."""
        return self.state in HATCHED


def outcome_segments(states: Mapping[str, int]) -> list[Segment]:
    """Side by side, in the order of `states`, without those of which there are none."""
    found = {state: number for state, number in states.items() if number}
    all_found = sum(found.values())
    wide = {
        state: max(LEAST_WIDTH, WIDTH * number / all_found)
        for state, number in found.items()
    }
    scale = WIDTH / (sum(wide.values()) or 1)
    x = 0.0
    drawn = []
    for state, width in wide.items():
        drawn.append(Segment(state, found[state], round(x, 1), round(width * scale, 1)))
        x += width * scale
    return drawn


def outcome_label(states: Mapping[str, int]) -> str:
    """Return the bar in words: "3 stored, 1 failed"."""
    return ", ".join(
        f"{intcomma(number)} {_(state)}" for state, number in states.items() if number
    ) or _("no URLs yet")


MAX_ARROW_WIDTH = 9.0
ARROW_WIDTH_AT_REST = 1.5


def arrow_width(rate: float | None) -> float:
    """Return how wide an arrow between two stages is drawn, for so many messages a second.

    The width grows with the logarithm of the rate, so that both one and a thousand can be seen.
    """
    if not rate:
        return ARROW_WIDTH_AT_REST
    return round(min(MAX_ARROW_WIDTH, 2.5 + 2 * math.log10(1 + rate)), 1)


HISTORY_LENGTH = 30  # runs
HISTORY_BAR_WIDTH = 24  # as wide as a finger needs


@dataclass(frozen=True, slots=True)
class HistoryBar:
    """One run in the strip of a job's or an address's runs."""

    run: Run
    x: int
    y: float
    height: float


def run_history(runs: Iterable[Run]) -> list[HistoryBar]:
    """Return the newest of these runs (given newest first), oldest first, as high as what they
    found."""
    shown = list(runs)[:HISTORY_LENGTH][::-1]
    top = max((run.found for run in shown), default=0) or 1
    heights = [round(4 + 24 * run.found / top, 1) for run in shown]
    return [
        HistoryBar(run, at * HISTORY_BAR_WIDTH, 30 - height, height)
        for at, (run, height) in enumerate(zip(shown, heights, strict=True))
    ]


GRID_STATES = ("stored", "unchanged", "duplicate", "skipped", "failed")
GRID_CELL = 18
GRID_GAP = 3
GRID_LABELS = 84
PALEST = 0.14  # of a cell with one URL


@dataclass(frozen=True, slots=True)
class Cell:
    """The URLs of one state in one run: the more of the run's URLs, the stronger."""

    state: str
    number: int
    y: int
    opacity: float


@dataclass(frozen=True, slots=True)
class Column:
    """One run of the grid."""

    run: Run
    x: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Grid:
    """The runs of a job, oldest first, by what became of their URLs."""

    columns: list[Column]
    labels: list[tuple[str, int]]  # (state, y)
    width: int
    height: int


def run_grid(runs: Iterable[Run]) -> Grid:
    """Return the grid of the newest of these runs (given newest first)."""
    shown = list(runs)[:HISTORY_LENGTH][::-1]
    step = GRID_CELL + GRID_GAP
    columns = [
        Column(run, GRID_LABELS + at * step, _cells(run, step))
        for at, run in enumerate(shown)
    ]
    labels = [(state, at * step) for at, state in enumerate(GRID_STATES)]
    width = GRID_LABELS + len(shown) * step
    return Grid(columns, labels, width, len(GRID_STATES) * step)


def _cells(run: Run, step: int) -> list[Cell]:
    cells = []
    for at, state in enumerate(GRID_STATES):
        number = run.states[state]
        share = number / (run.found or 1)
        opacity = 0.0
        if number:
            opacity = round(PALEST + (1 - PALEST) * share, 2)
        cells.append(Cell(state, number, at * step, opacity))
    return cells
