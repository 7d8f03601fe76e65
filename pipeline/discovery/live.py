"""What a run's discovery does just now, for its page: requests so far, URLs found so far, what it
waits for."""

import time
from collections import deque
from threading import Lock
from typing import Any

import structlog
from django.utils import timezone

from pipeline.core.failures import Rejected, Unavailable
from pipeline.core.records import Fetched, Page
from pipeline.core.url import host_at
from pipeline.models import Run

log = structlog.get_logger(__name__)
WRITE_SECONDS = 0.5  # between two writes, so that a quick site costs few of them
RECENT = 10  # requests that are shown
MAX_URL_LENGTH = 300


class LiveDiscovery:
    """Counts for one run and writes them to its row, from the threads that fetch."""

    def __init__(self, run: int) -> None:
        self.run = run
        self.lock = Lock()
        self.requests = 0
        self.found: dict[str, int] = {}  # by host, as far as its sources are read
        self.waiting: dict[str, int] = {}  # URL -> since when, in seconds since 1970
        self.recent: deque[dict[str, Any]] = deque(maxlen=RECENT)
        self.written = 0.0  # of time.monotonic

    def begin(self, url: str) -> None:
        """Note that a source is requested now."""
        with self.lock:
            self.waiting[url[:MAX_URL_LENGTH]] = int(timezone.now().timestamp())
        self.write()

    def end(self, url: str, result: Fetched, seconds: float) -> None:
        """Note how the request ended."""
        outcome = outcome_of(result)
        with self.lock:
            self.waiting.pop(url[:MAX_URL_LENGTH], None)
            self.requests += 1
            self.recent.appendleft(
                {
                    "url": url[:MAX_URL_LENGTH],
                    "outcome": outcome,
                    "seconds": round(seconds, 2),
                }
            )
        log.info(
            "source_fetched",
            run=self.run,
            stage="discover",
            url=url,
            outcome=outcome,
            seconds=round(seconds, 3),
        )
        self.write()

    def on_progress(self, url: str, found: int) -> None:
        """So many URLs are known of the site of this source."""
        with self.lock:
            self.found[host_at(url)] = found

    def write(self) -> None:
        """Write what is known to the run's row, unless that was done just now. Also a sign of
        life."""
        with self.lock:
            if time.monotonic() - self.written < WRITE_SECONDS:
                return
            self.written = time.monotonic()
            shown = self.as_json()
        Run.objects.filter(pk=self.run).update(
            discovery=shown, heartbeat_at=timezone.now()
        )

    def as_json(self) -> dict[str, Any]:
        """As it is stored in Run.discovery."""
        return {
            "requests": self.requests,
            "found": sum(self.found.values()),
            "waiting": [
                {"url": url, "since": since} for url, since in self.waiting.items()
            ],
            "recent": list(self.recent),
        }


def outcome_of(result: Fetched) -> str:
    """In a word: the status of a page, the reason of a failure."""
    if isinstance(result, Page):
        return str(result.status)
    if isinstance(result, Rejected | Unavailable):
        return result.reason
    return "not-modified"
