"""One run, read on all screens until it is over."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tools.watch.contradictions import (
    Reading,
    contradictions,
    does_not_add_up,
    goes_back,
)
from tools.watch.screens import Screens, Unreadable

PAUSE_SECONDS = 1.0
ENDED_STATES = {"finished", "ended incomplete", "cancelled", "failed"}


@dataclass
class Watched:
    """What came of watching: how often all screens were read, and what did not agree."""

    rounds: int = 0
    readings: int = 0
    unreadable: int = 0
    ended: bool = False
    state: str = ""
    contradictions: list[str] = field(default_factory=list)
    words: set[str] = field(default_factory=set)

    @property
    def fine(self) -> bool:
        return self.ended and not self.contradictions


def watch(
    screens: Screens,
    run: int,
    longest_seconds: float,
    pause_seconds: float = PAUSE_SECONDS,
    note: Callable[[Reading], None] = lambda _: None,
) -> Watched:
    """Read all screens again and again until the run is over and they were read once more."""
    watched = Watched()
    last: dict[str, Reading] = {}
    deadline = time.monotonic() + longest_seconds
    while time.monotonic() < deadline and not watched.ended:
        try:
            before = screens.api(run)
            seen = list(screens.others(run))
            watched.words |= screens.words(run)
            after = screens.api(run)
        except Unreadable:
            watched.unreadable += 1
            time.sleep(pause_seconds)
            continue
        for reading in seen:
            _judge(watched, before, reading, after, last.get(reading.screen))
            last[reading.screen] = reading
            note(reading)
        watched.contradictions += does_not_add_up(after)
        watched.rounds += 1
        watched.state = after.state
        watched.ended = before.state in ENDED_STATES
        time.sleep(pause_seconds)
    return watched


def _judge(
    watched: Watched,
    before: Reading,
    reading: Reading,
    after: Reading,
    earlier: Reading | None,
) -> None:
    watched.readings += 1
    watched.contradictions += contradictions(before, reading, after)
    if earlier:
        watched.contradictions += goes_back(earlier, reading)
