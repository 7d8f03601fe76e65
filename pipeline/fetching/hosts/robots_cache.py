"""robots.txt of each host, kept in its row. One worker of all asks; the others wait for what it
brings."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime

from pipeline.core.failures import Rejected, Unavailable
from pipeline.fetching.hosts import sql as hosts_sql
from pipeline.fetching.hosts.sql import rows
from pipeline.fetching.politeness.robots import RETRY_SECONDS, RobotsFile, better

COPY_TRUSTED_SECONDS = (
    300.0  # seconds that a process trusts its copy without a look at the row
)
WAIT_SECONDS = (
    3.0  # seconds to wait for another worker's answer before going back to the queue
)
LOOK_EVERY_SECONDS = 0.2  # seconds
MAX_FILES_KEPT = 2048


class RobotsCache:
    """What this process knows of the robots.txt of hosts, and the rows behind it. For all
    threads."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[RobotsFile, float]] = {}
        self._asking: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def get(
        self, host: str, max_age: float, ask: Callable[[], RobotsFile]
    ) -> RobotsFile | None:
        """See Hosts.robots."""
        if file := self._copy(host, max_age):
            return file
        lock = self._asking[host]
        if not lock.acquire(timeout=WAIT_SECONDS):
            return None
        try:
            file = self._copy(host, max_age) or self._from_row(host, max_age, ask)
            if file:
                if len(self._files) >= MAX_FILES_KEPT:
                    self._files.clear()
                self._files[host] = (file, time.monotonic())
            return file
        finally:
            lock.release()

    def _copy(self, host: str, max_age: float) -> RobotsFile | None:
        file, looked_at = self._files.get(host, (None, 0.0))
        recent = time.monotonic() - looked_at < COPY_TRUSTED_SECONDS
        if file and recent and file.fresh(max_age, datetime.now(UTC)):
            return file
        return None

    def _from_row(
        self, host: str, max_age: float, ask: Callable[[], RobotsFile]
    ) -> RobotsFile | None:
        give_up_at = time.monotonic() + WAIT_SECONDS
        while True:
            known = _read(host)
            if known and known.fresh(max_age, datetime.now(UTC)):
                return known
            if known:
                seen = known.fetched_at
            else:
                seen = None
            if rows(
                hosts_sql.CLAIM, name=host, seen=seen, seconds=hosts_sql.CLAIM_SECONDS
            ):
                return _ask(host, known, ask)
            if time.monotonic() > give_up_at:
                return None
            time.sleep(LOOK_EVERY_SECONDS)


def _ask(
    host: str, known: RobotsFile | None, ask: Callable[[], RobotsFile]
) -> RobotsFile:
    try:
        file = better(known, ask())
    except BaseException:
        rows(hosts_sql.RELEASE, name=host)
        raise
    problem = file.problem
    rows(
        hosts_sql.KEEP_ROBOTS,
        name=host,
        url=file.url,
        status=file.status,
        text=file.text,
        fetched_at=file.fetched_at,
        reason=problem.reason if problem else "",
        detail=problem.detail if problem else "",
        stale=file.stale,
        tdmrep=file.tdmrep,
    )
    return file


def _read(host: str) -> RobotsFile | None:
    for url, status, text, fetched_at, reason, detail, stale, tdmrep in rows(
        hosts_sql.READ_ROBOTS, name=host
    ):
        if fetched_at:
            return RobotsFile(
                url, status, text, fetched_at, _problem(reason, detail), stale, tdmrep
            )
    return None


def _problem(reason: str, detail: str) -> Rejected | Unavailable | None:
    if reason == "robots-unreachable":
        return Unavailable(reason, detail, RETRY_SECONDS)
    if reason:
        return Rejected(reason, detail)
    return None
