"""DatabaseHosts: the keeper of hosts that all workers on all machines share."""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.fetching.hosts import sql as hosts_sql
from pipeline.fetching.hosts.robots_cache import RobotsCache
from pipeline.fetching.hosts.sql import rows
from pipeline.fetching.politeness import pace as manners
from pipeline.fetching.politeness.pace import Pace, Turn
from pipeline.fetching.politeness.robots import RobotsFile

# seconds in which a process tells of answers and hears who rests, when hosts are asked at full
# speed
NEWS_EVERY_SECONDS = 2.0


@dataclass
class _Heard:
    """What this process has heard from a host."""

    latency: float = 0.0  # seconds, moving average
    answered: int = 0  # not yet told to the database
    failing: bool = False  # this process has told of a failure, or was told
    has_row: bool = False


class DatabaseHosts:
    """`Hosts` on the table of hosts. One for all threads of a process.

    A slot is one statement; what was heard since travels with it. At full speed (a pace of 0) there
    is none, only one look every two seconds at who rests. Do not call inside a transaction: a
    host's row would stay locked until its end.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heard: defaultdict[str, _Heard] = defaultdict(_Heard)
        self._robots_cache = RobotsCache()
        self._resting: frozenset[str] = frozenset()
        self._news_at = 0.0  # of time.monotonic

    def slot(self, host: str, pace: Pace, max_wait_seconds: float) -> Turn:
        """See Hosts.slot."""
        if pace.delay == 0:
            self._exchange_news()
            if host not in self._resting:
                if max_wait_seconds >= 0:
                    return Turn(True, 0.0)
                return Turn(False, 1.0 + random.random(), "pace")  # noqa: S311 - spreads retries
        with self._lock:
            known = self._heard[host]
            answered = known.answered
            known.answered = 0
            latency = known.latency
        force = manners.in_force(pace, latency)
        given = {
            "name": host,
            "max_wait_seconds": max_wait_seconds,
            "gap": force.delay + manners.jitter(force.delay),
            "crowd": manners.CROWD,
            "delay": force.delay,
            "reason": force.reason,
            "answered": answered,
            "latency": latency,
            "closed_for": manners.CLOSED_SECONDS,
        }
        found = rows(hosts_sql.SLOT, **given)
        if not found:
            self._heard[host].has_row = False
            self._make_row(host)
            found = rows(hosts_sql.SLOT, **given)
        return self._turn(host, *found[0])

    def _turn(
        self,
        host: str,
        granted: bool,
        closed: bool,
        parked: bool,
        wait: float,
        why: str,
        failures: int,
        last: str,
    ) -> Turn:
        if failures:
            self._heard[host].failing = True
        if granted:
            return Turn(True, wait)
        if closed:
            return Turn(
                False, 0.0, "closed", f"{failures} failures in a row, the last: {last}"
            )
        return Turn(
            False,
            manners.come_back(wait),
            "parked" if parked else "pace",
            why if parked else "",
        )

    def heard(self, host: str, seconds: float) -> None:
        """See Hosts.heard. The database hears of it with the next slot, or after a failure at
        once."""
        with self._lock:
            known = self._heard[host]
            known.latency = manners.moving_average(known.latency, seconds)
            known.answered += 1
            failing = known.failing
            known.failing = False
        if failing:
            self._tell([host])

    def failed(self, host: str, reason: str) -> None:
        """See Hosts.failed."""
        with self._lock:
            known = self._heard[host]
            answered = known.answered > 0
            known.failing = True
        self._make_row(host)
        given = {"name": host, "reason": reason, "answered": answered}
        rows(
            hosts_sql.FAILED,
            **given,
            back_offs=hosts_sql.BACK_OFFS,
            give_up=manners.GIVE_UP_AFTER,
        )
        self._news_at = 0.0

    def park(self, host: str, seconds: float, reason: str) -> None:
        """See Hosts.park."""
        self._make_row(host)
        rows(
            hosts_sql.PARK,
            name=host,
            seconds=min(seconds, manners.MAX_PARK_SECONDS),
            reason=reason,
        )
        self._news_at = 0.0

    def robots(
        self, host: str, max_age: float, ask: Callable[[], RobotsFile]
    ) -> RobotsFile | None:
        """See Hosts.robots."""
        return self._robots_cache.get(host, max_age, ask)

    def _make_row(self, host: str) -> None:
        if not self._heard[host].has_row:
            rows(hosts_sql.INSERT.format(claim="NULL") + "NOTHING", name=host)
            self._heard[host].has_row = True

    def _exchange_news(self) -> None:
        now = time.monotonic()
        with self._lock:
            if now < self._news_at + NEWS_EVERY_SECONDS:
                return
            self._news_at = now
            untold = [host for host, known in self._heard.items() if known.answered]
        self._tell(untold)
        self._resting = frozenset(
            name
            for (name,) in rows(hosts_sql.RESTING, closed_for=manners.CLOSED_SECONDS)
        )

    def _tell(self, hosts: list[str]) -> None:
        with self._lock:
            news = [
                (host, self._heard[host].answered, self._heard[host].latency)
                for host in sorted(hosts)
            ]
            for host in hosts:
                self._heard[host].answered = 0
        if news:
            names, answered, latencies = (
                list(column) for column in zip(*news, strict=True)
            )
            rows(hosts_sql.NEWS, names=names, answered=answered, latencies=latencies)
