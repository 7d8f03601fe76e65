"""How many threads of this process one host may hold, so that a slow one never takes them all."""

import threading
import time
from collections import defaultdict

QUICK_SECONDS = 0.5  # seconds; a host that answers within it holds nobody up
# seconds to wait for a place, or for the first answer to tell that a host is quick
LOOK_SECONDS = 0.25
MAX_HOSTS_REMEMBERED = 4096


class HostConcurrency:
    """`most` threads at a time per host (0: no limit). A host at full speed may have more while
    it answers quickly."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._changed = threading.Condition()
        self._since: dict[str, list[float]] = defaultdict(
            list
        )  # when each present holder came
        self._took: dict[str, float] = {}  # seconds that the last holder stayed

    def acquire(self, host: str, *, full_speed: bool) -> bool:
        """Whether the calling thread may turn to `host`; it must then `release` it."""
        with self._changed:
            free = self._free(host, full_speed)
            if not free and full_speed:
                free = self._changed.wait_for(
                    lambda: self._free(host, full_speed), timeout=LOOK_SECONDS
                )
            if free:
                self._since[host].append(time.monotonic())
            return free

    def release(self, host: str) -> None:
        """Give the place back."""
        with self._changed:
            since = self._since[host]
            if len(self._took) >= MAX_HOSTS_REMEMBERED:
                self._took.clear()
            self._took[host] = time.monotonic() - since.pop(0)
            if not since:
                del self._since[host]
            self._changed.notify_all()

    def _free(self, host: str, full_speed: bool) -> bool:
        present = self._since.get(host, [])
        if not self._most or len(present) < self._most:
            return True
        quick = (
            self._took.get(host, QUICK_SECONDS) < QUICK_SECONDS
            and time.monotonic() - present[0] < QUICK_SECONDS
        )
        return full_speed and quick
