"""One thread's clock: how long what it is doing may still take."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.core.failures import Unavailable
from pipeline.fetching.transport.errors import Failed


class Deadline:
    """Counts down while the wire is in use, and stands still while a thread waits its turn."""

    def __init__(self) -> None:
        self.start(0.0)

    def start(self, seconds: float) -> None:
        """Begin again with a budget of `seconds`."""
        self._budget = seconds
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that remain, always positive. Raises Failed("timeout") when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise Failed(Unavailable("timeout", f"not done within {self._budget:g} s"))
        return left

    def spent(self) -> float:
        """Seconds used since the start."""
        return self._budget - (self._at - time.monotonic())

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Time inside does not count, neither here nor in a pause around this one."""
        left = self._at - time.monotonic()
        try:
            yield
        finally:
            self._at = time.monotonic() + left

    @contextmanager
    def aside(self, seconds: float) -> Iterator[None]:
        """Something else, with a budget of its own; the time it takes does not count outside."""
        budget = self._budget
        with self.paused():
            self.start(seconds)
            try:
                yield
            finally:
                self._budget = budget
