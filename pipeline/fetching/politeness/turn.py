"""A request's turn: its slot reserved, waited for, and taken anew where it was missed."""

import time

from pipeline.core.failures import Rejected, Unavailable
from pipeline.fetching.politeness import pace as manners
from pipeline.fetching.politeness.pace import Hosts, Pace, Turn
from pipeline.fetching.transport.errors import Failed
from pipeline.fetching.transport.sockets import Line

LOOK_EVERY_SECONDS = 0.5  # while a request waits, at whether it is still wanted


class Gate:
    """Opens when it is a request's turn. Who is late takes a new slot, or the next request would
    follow too closely."""

    def __init__(self, hosts: Hosts, host: str, pace: Pace, line: Line) -> None:
        self._hosts = hosts
        self._host = host
        self._pace = pace
        self._line = line
        self._opens = self._closes = self.opened_at = 0.0

    def reserve(self, max_wait_seconds: float) -> None:
        """Take a slot at most `max_wait_seconds` seconds away. Raises Failed("host-busy") or
        Failed("host-given-up")."""
        before = time.monotonic()
        with self._line.deadline.paused():  # a slow database is not the URL's fault
            turn = self._hosts.slot(self._host, self._pace, max_wait_seconds)
        after = time.monotonic()
        if not turn.granted:
            raise Failed(refused(self._host, turn))
        late = manners.jitter(self._pace.delay) / 2
        # Since when the wait counts, within the call, is unknown: not early by its end, not late
        # by its start.
        self._opens = after + turn.wait
        if late:
            self._closes = before + turn.wait + late
        else:
            self._closes = float("inf")

    def wait(self) -> None:
        """Wait for the turn, when everything is ready to be sent."""
        with self._line.deadline.paused():
            for _ in range(3):
                self._wait_until_open()
                if time.monotonic() <= self._closes:
                    break
                self.reserve(manners.UNDER_WAY_WAIT_SECONDS)
            self._line.check_may_send()
        self.opened_at = time.monotonic()

    def _wait_until_open(self) -> None:
        while True:
            early = self._opens - time.monotonic()
            if early <= 0:  # to sleep for no time is to stand back for others
                return
            time.sleep(min(early, LOOK_EVERY_SECONDS))
            self._line.check_may_send()


def refused(host: str, turn: Turn) -> Rejected | Unavailable:
    """Return the outcome of a turn that was not granted."""
    if turn.reason == "closed":
        return Rejected("host-given-up", f"{host} was given up: {turn.detail}")
    if turn.reason == "parked":
        why = f"is parked ({turn.detail})"
    else:
        why = "has no free slot"
    return Unavailable(
        "host-busy", f"{host} {why}; asked again in {turn.wait:.0f} s", turn.wait
    )
