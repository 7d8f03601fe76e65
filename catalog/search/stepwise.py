"""Work that is done step by step, as far as its time allows.

`look_stepwise` looks for the rows of a condition that no index answers: each step walks over so many
rows along an index and asks for those among them that match. When the time is up, the caller tells
how far the search has come, instead of reading millions of rows for a word that is in none of them.

`read_within` reads something costly of rows that are known, for as many of them as time allows.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from catalog.search.timeouts import with_statement_timeout

Row = TypeVar("Row")
Edge = TypeVar("Edge")
Answer = TypeVar("Answer")
# (where to start, rows to walk over, matches wanted) -> (matches, where the step ended; None at
# the end of all rows)
Look = Callable[[Edge | None, int, int], tuple[list[Row], Edge | None]]
# A step is planned for this part of what is left of the time.
MARGIN = 0.7
SHORTEST_SECONDS = 0.001
# For read_within:
MIN_STEP = 10  # fewer are not worth another statement
MAX_GROWTH = 9  # of the second step, times the first
PLANNED = 0.8  # of what is left, for the second step
LATE = 1.3  # times what is left, after which the second step is given up


@dataclass(frozen=True, slots=True)
class StepBudget:
    """How long and how far a search may look.

    One row that nobody read for long costs twenty times as much as one that is in memory. So the
    first step is small and finds out, and the next ones are as large as time allows.
    """

    seconds: float  # after which no further step is begun
    steps: int
    first_step: int  # rows
    largest_step: int  # rows
    growth: int = 10  # how many times larger a step may be than the one before
    # A step that is not the first is given up after so many times what is left,
    overrun: float = 1.5
    least_ms: int = 20  # but not before this

    def timeout_ms(self, seconds_left: float) -> float:
        """Return the limit of a step that is not the first."""
        return max(self.least_ms, self.overrun * 1000 * seconds_left)

    def next_step(self, step: int, took_seconds: float, seconds_left: float) -> int:
        """Return how many rows the next step walks over, after one of `step` rows."""
        pace = MARGIN * seconds_left / max(took_seconds, SHORTEST_SECONDS)
        fitting = int(step * min(self.growth, pace))
        return min(self.largest_step, max(self.first_step, fitting))


def look_stepwise(
    look: Look[Edge, Row], start: Edge | None, wanted: int, budget: StepBudget
) -> tuple[list[Row], Edge | None]:
    """Return up to `wanted` rows, and where the search stopped for lack of time.

    The second is None where the rows are all there are, or as many as were wanted.
    """
    found: list[Row] = []
    edge = start
    step = budget.first_step
    began = time.monotonic()
    for number in range(budget.steps):
        step_began = time.monotonic()
        ask = partial(look, edge, step, wanted - len(found))
        left = budget.seconds - (step_began - began)
        # The first step is never given up: whoever continues from here must get further.
        timeout_ms = budget.timeout_ms(left) if number > 0 else None
        looked = _ask_within(timeout_ms, ask)
        if looked is None:
            break
        rows, edge = looked
        found += rows
        if len(found) >= wanted or edge is None:
            return found, None
        now = time.monotonic()
        left = budget.seconds - (now - began)
        if left <= 0:
            break
        step = budget.next_step(step, now - step_began, left)
    return found, edge


def _ask_within(timeout_ms: float | None, ask: Callable[[], Answer]) -> Answer | None:
    if timeout_ms is None:
        return ask()
    return with_statement_timeout(timeout_ms, ask)


def read_within(
    ids: Sequence[int],
    read: Callable[[Sequence[int]], list[Row]],
    milliseconds: float,
    first_step: int,
    first_limit_ms: float | None = None,
) -> tuple[list[Row], bool]:
    """Return what `read` returns for as many of the first ids as time allows, and whether that was
    all of them.

    Reads at most twice: `first_step` of them, which tells how long one takes, and then as many more
    as fit. The first step is never given up, unless it has a limit of its own.
    """
    began = time.monotonic()
    found = _ask_within(first_limit_ms, partial(read, ids[:first_step]))
    if found is None:
        return [], False
    took_ms = max(time.monotonic() - began, SHORTEST_SECONDS) * 1000
    left_ms = milliseconds - took_ms
    affordable = int(first_step * PLANNED * left_ms / took_ms)
    second_step = min(affordable, first_step * MAX_GROWTH)
    rest = ids[first_step : first_step + max(second_step, 0)]
    if not rest or second_step < MIN_STEP:
        return found, len(ids) <= first_step
    # What nobody has read for long takes many times as long as the first ones did.
    more = _ask_within(LATE * left_ms, partial(read, rest))
    if more is None:
        return found, False
    return found + more, len(ids) <= first_step + len(rest)
