"""When a host may be asked again. The arithmetic, and what a keeper of hosts has to offer
(`Hosts`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pipeline.fetching.politeness.robots import RobotsFile

LATENCY_FACTOR = (
    1.0  # a host is asked at most as often as it answers, one request at a time
)
LATENCY_WEIGHT = 0.3  # of the newest answer in the moving average
BACK_OFF_FROM = 3  # failures in a row before a host is left alone for a while
MAX_BACK_OFF_SECONDS = 60.0  # seconds
GIVE_UP_AFTER = (
    10  # failures in a row; with the back-off between them, at least three minutes
)
CLOSED_SECONDS = 3600.0  # seconds, or until a new run opens it
SLOW_DOWN_SECONDS = 10.0  # seconds of rest after a 429 that does not say how long
EARLY_SECONDS = (
    1.0  # seconds; waits are rounded up to whole ones on their way through the queue
)
# of a gap between those told to come back: twice as many as there are slots, or a late one leaves
# one empty
CROWD = 0.5
MAX_PARK_SECONDS = 3600.0  # seconds; no server stops us for longer
# seconds that a fetch which has made a request already waits for its next slot
UNDER_WAY_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer to "may I ask now?". Not granted: come back in `wait` seconds, nothing has been
    reserved."""

    granted: bool
    wait: float  # seconds until the slot, or until it is worth asking again
    reason: str = ""  # of a refusal: "pace", "parked" or "closed"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Pace:
    """The least time between two requests to a host, in seconds, and who wants it: "setting" or
    "robots"."""

    delay: float
    reason: str = "setting"


class Hosts(Protocol):
    """Remembers hosts, for all who fetch. A host is named as in URLs, with its port where that is
    not the usual one."""

    def slot(self, host: str, pace: Pace, max_wait_seconds: float) -> Turn:
        """Return the next slot of `host`, taken where it is at most `max_wait_seconds` seconds away
        (negative: never taken)."""

    def heard(self, host: str, seconds: float) -> None:
        """`host` answered after so many seconds; its failures in a row end."""

    def failed(self, host: str, reason: str) -> None:
        """Note a failure that lies with `host`: count it, back off, give up in the end."""

    def park(self, host: str, seconds: float, reason: str) -> None:
        """Leave `host` alone for so many seconds, as it asked."""

    def robots(
        self, host: str, max_age: float, ask: Callable[[], RobotsFile]
    ) -> RobotsFile | None:
        """Return the robots.txt of `host`, at most `max_age` seconds old. One caller gets to `ask`,
        the others wait for it.

        None where someone else is still asking; what `ask` raises passes through.
        """


def jitter(delay: float) -> float:
    """Seconds that slots are further apart than asked; who is later than half of them for a slot
    takes a new one."""
    return min(delay / 2, max(0.02, delay / 20))


def back_off(failures: int) -> float:
    """Seconds to leave a host alone after so many failures in a row: 0, 0, 2, 4, 8, ... 60."""
    if failures < BACK_OFF_FROM:
        return 0.0
    return min(MAX_BACK_OFF_SECONDS, 2.0 ** min(failures - BACK_OFF_FROM + 1, 16))


def in_force(pace: Pace, latency: float) -> Pace:
    """Return the pace after a look at the seconds that the host takes to answer. A pace of 0 stays:
    it asks for full speed."""
    by_latency = min(LATENCY_FACTOR * latency, MAX_BACK_OFF_SECONDS)
    if 0 < pace.delay < by_latency:
        return Pace(by_latency, "latency")
    return pace


def come_back(wait: float) -> float:
    """Seconds until someone without a slot should ask again: a bit early, so that a host never
    waits for callers."""
    return max(1.0, wait - EARLY_SECONDS)


def moving_average(average: float, newest: float) -> float:
    """Return the latency after one more answer, in seconds. It grows from 0: one slow answer alone
    slows nobody down."""
    return average + LATENCY_WEIGHT * (newest - average)
