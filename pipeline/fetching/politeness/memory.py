"""Hosts remembered by one process: for the command line and for tests."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pipeline.fetching.politeness import pace as rules
from pipeline.fetching.politeness.pace import Pace, Turn
from pipeline.fetching.politeness.robots import RobotsFile, better


@dataclass
class _Host:
    next_at: float = 0.0
    promised_at: float = 0.0
    parked_until: float = 0.0
    parked_reason: str = ""
    latency: float = 0.0
    failures: int = 0
    closed_at: float | None = None
    robots: RobotsFile | None = None
    asking: threading.Lock = field(default_factory=threading.Lock)


class MemoryHosts:
    """`Hosts` for one process. Times are of time.monotonic."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)

    def slot(self, host: str, pace: Pace, max_wait_seconds: float) -> Turn:
        """See Hosts.slot."""
        with self._lock:
            known = self._hosts[host]
            now = time.monotonic()
            if (
                known.closed_at is not None
                and now < known.closed_at + rules.CLOSED_SECONDS
            ):
                return Turn(False, 0.0, "closed", f"{known.failures} failures in a row")
            delay = rules.in_force(pace, known.latency).delay
            gap = delay + rules.jitter(delay)
            start = max(known.next_at, known.parked_until, now)
            if start - now <= max_wait_seconds:
                known.next_at = start + gap
                return Turn(True, start - now)
            promise = max(known.promised_at, start)
            known.promised_at = promise + gap * rules.CROWD
            parked = known.parked_until > now
            wait = rules.come_back(promise - now)
            return Turn(
                False,
                wait,
                "parked" if parked else "pace",
                known.parked_reason if parked else "",
            )

    def heard(self, host: str, seconds: float) -> None:
        """See Hosts.heard."""
        with self._lock:
            known = self._hosts[host]
            known.failures = 0
            known.latency = rules.moving_average(known.latency, seconds)

    def failed(self, host: str, reason: str) -> None:
        """See Hosts.failed."""
        with self._lock:
            known = self._hosts[host]
            now = time.monotonic()
            if now < known.parked_until:
                return  # one of a volley that was under way when the host was parked
            known.failures += 1
            known.parked_until = now + rules.back_off(known.failures)
            known.parked_reason = reason
            if known.failures >= rules.GIVE_UP_AFTER:
                known.closed_at = now

    def park(self, host: str, seconds: float, reason: str) -> None:
        """See Hosts.park."""
        with self._lock:
            known = self._hosts[host]
            until = time.monotonic() + min(seconds, rules.MAX_PARK_SECONDS)
            if until > known.parked_until:
                known.parked_until = until
                known.parked_reason = reason

    def robots(
        self, host: str, max_age: float, ask: Callable[[], RobotsFile]
    ) -> RobotsFile | None:
        """See Hosts.robots. Here the others wait as long as it takes."""
        with self._lock:
            known = self._hosts[host]
        with known.asking:
            if known.robots is None or not known.robots.fresh(
                max_age, datetime.now(UTC)
            ):
                known.robots = better(known.robots, ask())
            return known.robots
