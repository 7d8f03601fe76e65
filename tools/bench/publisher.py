"""What a run's number of URLs does to those who publish it: the memory of the discover and
summarise workers.

`planned` is that of discover when all journeys are written and the first batch is about to go out:
what comes on top of
it is publishing.

The pages are tiny and nothing is extracted. A run is cancelled once enough of it went through: all
its journeys are written by then, and its batches are published one by one.
"""

from pathlib import Path
from typing import Any

from tests.waiting import wait_until
from tools.bench import library, usage
from tools.bench.product import Blog, Product, Servers

PUBLISHERS = ("discover", "summarise")
THROUGH = 1000  # journeys, after which a run has shown what it needs
RUNNING = "SELECT 1 FROM pipeline_run WHERE id = %s AND state <> 'queued' AND state <> 'discovering'"
ENDED = "SELECT count(*) FROM pipeline_journey WHERE run_id = %s AND state <> 'pending'"


def measure(servers: Servers, home: Path, sizes: list[int]) -> dict[str, Any]:
    """MB at the peak of each publisher, by the number of URLs; `growth` is the larger one of their
    differences."""
    peaks = {str(size): of_size(servers, home, size) for size in sizes}
    first = peaks[str(sizes[0])]
    last = peaks[str(sizes[-1])]
    return {
        "peak_mb": peaks,
        "growth": round(max(last[name] - first[name] for name in PUBLISHERS), 1),
    }


def of_size(servers: Servers, home: Path, size: int) -> dict[str, float]:
    """Return the peaks of one run, of workers that did nothing before."""
    from pipeline.runs import control

    servers.empty()
    with (
        Blog(library.tiny(home, size), home) as blog,
        Product(servers, stubbed=True) as product,
    ):
        run = product.launch(blog)
        wait_until(lambda: servers.sql(RUNNING, run), 900, "for the discovery")
        planned = usage.memory(product.pids["discover"]).peak
        wait_until(
            lambda: servers.sql(ENDED, run)[0][0] >= min(size, THROUGH),
            900,
            "for the first journeys",
        )
        peaks = {"planned": planned}
        peaks |= {name: usage.memory(product.pids[name]).peak for name in PUBLISHERS}
        if size > THROUGH:
            control.cancel(run, "bench")
        product.wait_for(run, 300)
    return peaks
