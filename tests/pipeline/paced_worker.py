"""A process that fetches with eight threads, as a fetch worker does: DELAY URL... ; prints how many pages it got."""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "myworld.settings"
django.setup()

from pipeline.core.records import Page  # noqa: E402
from pipeline.fetching import Fetcher, Policy  # noqa: E402
from pipeline.fetching.hosts import DatabaseHosts  # noqa: E402

POLICY = Policy(
    "Gleaner/0.1",
    host_delay=float(sys.argv[1]),
    max_threads_per_host=4,
    max_wait_seconds=9,
    allowed_networks=("127.0.0.0/8",),
)
fetcher = Fetcher(POLICY, DatabaseHosts())


def fetch(url: str) -> bool:
    while not isinstance(outcome := fetcher.fetch(url), Page):
        time.sleep(0.05)
        if outcome.reason != "host-busy":  # type: ignore[union-attr]
            return False
    return True


with ThreadPoolExecutor(8) as threads:
    print(sum(threads.map(fetch, sys.argv[2:])), flush=True)
