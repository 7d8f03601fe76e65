"""Processes that were forked from this one: each that ends is started again."""

import os
import signal
import time
from collections.abc import Callable, Iterable

import structlog

log = structlog.get_logger(__name__)

QUICK_DEATH_SECONDS = 10.0  # a process that lived for less did not really start
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
LOOK_EVERY_SECONDS = 0.2
Start = Callable[[str, str], int]  # name and reason -> process id
Tell = Callable[[str], None]  # takes a line about a process that ended


def ignore(_line: str) -> None:
    """Tell nobody."""


class ProcessGroup:
    """The processes that were forked, and when those that ended are due again.

    One that ends is started again after a pause that grows while it ends at once. One that ends at
    once `most_quick_deaths` times in a row ends all; with 0 it is started again and again. Where
    processes make room for fresh ones (`renews`), one that ended in order is due at once.
    """

    def __init__(
        self,
        names: Iterable[str],
        start: Start,
        *,
        most_quick_deaths: int = 0,
        renews: bool = False,
        tell: Tell = ignore,
    ) -> None:
        self._start = start
        self._most_quick_deaths = most_quick_deaths
        self._renews = renews
        self._tell = tell
        self._names: dict[int, str] = {}
        self._started_at: dict[str, float] = {}
        self._reasons = dict.fromkeys(names, "")
        self._quick_deaths = dict.fromkeys(self._reasons, 0)
        self._due_at = dict.fromkeys(self._reasons, float("-inf"))
        self.ending = False
        self.failure = ""  # why all ended

    @property
    def pids(self) -> list[int]:
        """Of those that run."""
        return list(self._names)

    def run(self) -> int:
        """Look after the processes until this one is told to end, and they have ended; return the
        exit status."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.end())
        while self.pids or not self.ending:
            self.look(time.monotonic())
            time.sleep(LOOK_EVERY_SECONDS)
        return int(bool(self.failure))

    def look(self, now: float) -> None:
        """Note who ended, and start who is due. `now` is of time.monotonic."""
        self._reap(now)
        for name in [each for each, at in self._due_at.items() if at <= now]:
            if not self.ending:
                del self._due_at[name]
                self._started_at[name] = now
                self._names[self._start(name, self._reasons[name])] = name

    def end(self) -> None:
        """Ask all to end, and start none again."""
        self.ending = True
        for pid in self.pids:
            os.kill(pid, signal.SIGTERM)

    def _reap(self, now: float) -> None:
        for pid in self.pids:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._note_end(self._names.pop(pid), status, now)

    def _note_end(self, name: str, status: int, now: float) -> None:
        if self.ending:
            return
        if self._renews and status == 0:
            self._reasons[name] = ""
            self._due_at[name] = now
            return
        if now - self._started_at[name] < QUICK_DEATH_SECONDS:
            self._quick_deaths[name] += 1
        else:
            self._quick_deaths[name] = 0
        number = self._quick_deaths[name]
        reason = f"{name} {ending(status)}"
        self._reasons[name] = reason
        if self._most_quick_deaths and number >= self._most_quick_deaths:
            self.failure = f"{reason}; it died at once {number} times"
            self.end()
            return
        pause = min(FIRST_PAUSE_SECONDS * 2**number, LONGEST_PAUSE_SECONDS)
        self._due_at[name] = now + pause
        self._tell(f"{reason}; it is started again in {pause:.0f} s")
        log.warning("process_ended", reason=reason, in_seconds=pause)


def ending(status: int) -> str:
    """Return how a process ended, by what the system says of it."""
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with status {code}"
