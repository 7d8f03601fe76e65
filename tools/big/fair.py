"""Time limits that count work, not the wait for a core that others have.

A page gives up a statement, or the next step of a search, by the clock. On a machine that does
something else too it would give up what it has time for on its own, and look quicker than it is.
"""

import re
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

LIMIT = re.compile(r"(SET LOCAL statement_timeout = )([1-9]\d*)")
MODULES = (
    "catalog.facets",
    "catalog.search.newest",
    "catalog.search.ranking",
    "catalog.views.articles",
)
STEPWISE = "catalog.search.stepwise"
REMEMBERED = 40  # statements that tell how busy the machine is
LEAST_SECONDS = 0.003  # of a statement that tells
MOST = 20.0  # times as long
LEAST_STEP_SECONDS = 0.0001  # of the clock


def waited(who: str) -> float:
    """Milliseconds for which this thread, or that process, had work and no core so far."""
    return _counted(who, 1)


def worked(who: str) -> float:
    """Milliseconds for which this thread, or that process, had a core so far."""
    return _counted(who, 0)


def _counted(who: str, place: int) -> float:
    path = Path("/proc", who, "schedstat")
    if path.exists():
        return int(path.read_text().split()[place]) / 1e6
    return 0.0


class Stretch:
    """How many times as long as its work a statement takes now."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque(maxlen=REMEMBERED)

    def note(self, seconds: float, waited_ms: float) -> None:
        """Note what a statement took, and how long of it the server waited for a core."""
        if seconds >= LEAST_SECONDS:
            self._seen.append((seconds, waited_ms / 1000))

    @property
    def factor(self) -> float:
        """What a time limit is to be multiplied by."""
        took = sum(seconds for seconds, _ in self._seen)
        worked = took - sum(without for _, without in self._seen)
        if worked <= 0:
            return 1.0
        return min(max(took / worked, 1.0), MOST)

    def lengthened(self, sql: str) -> str:
        """Return the statement with its time limit made as much longer."""
        return LIMIT.sub(
            lambda found: f"{found[1]}{max(1, round(int(found[2]) * self.factor))}",
            sql,
            1,
        )


@contextmanager
def work_counted(backend: str) -> Iterator[None]:
    """Let searches tell the time by a clock that stands still while this thread or the server's
    process waits for a core."""

    last = 0.0

    def monotonic() -> float:
        nonlocal last
        without_core = waited("thread-self") + waited(backend)
        # The wait of a statement may be told after its end.
        last = max(time.monotonic() - without_core / 1000, last + LEAST_STEP_SECONDS)
        return last

    with ExitStack() as changed:
        for name in MODULES:
            changed.enter_context(patch(f"{name}.monotonic", monotonic))
        clock = SimpleNamespace(monotonic=monotonic)
        changed.enter_context(patch(f"{STEPWISE}.time", clock))
        yield
