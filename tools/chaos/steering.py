"""`make steering`: how long it takes to pause, resume and cancel a run of 50,000 URLs, and to get a
small one through beside it.

The large run crawls a blog without end, the small ones the sample blog with LIMIT articles.
"""

import argparse
import io
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.local.blog import Blog
from infra.local.sample import Answer
from infra.local.sample.pages import html, post_page
from infra.local.stack import CHECKOUT, own_directory
from tools.chaos.blog import synthetic
from tools.chaos.world import World

LIMIT = 10
COPY = "COPY pipeline_journey (run_id, batch_id, url, key, queued_at, {defaults}) FROM STDIN"
DEFAULTS = {
    "score": "1",
    "reasons": "[]",
    "found_in": "[]",
    "source_metadata": "{}",
    "state": "pending",
    "stage": "fetch",
    "in_progress": "f",
    "reason": "",
    "detail": "",
    "attempts": "[]",
    "crash_count": "0",
    "timings": "{}",
    "bytes": "0",
    "resend_count": "0",
    "override": "",
}


class Endless(dict[str, Answer]):
    """The answers of a blog that has a post of every number."""

    def get(self, path: str, default: Any = None) -> Any:
        if path.startswith("/posts/note-") and path not in self:
            return html(
                post_page(synthetic(int(path.strip("/").rpartition("-")[2])), "")
            )
        return super().get(path, default)


def main() -> int:
    """Print each figure, then all as one JSON line; the exit status is 0 where all are below what
    is asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.chaos.steering", description=__doc__
    )
    parser.add_argument("--journeys", type=int, default=50_000)
    parser.add_argument("--times", type=int, default=3)
    arguments = parser.parse_args()
    with own_directory(CHECKOUT / ".local" / "chaos") as base:
        world = World(
            Path(os.path.realpath(base)) / "world",
            posts=0,
            latency=0.0,
            reconciler=True,
        )
        world.blog.answers = Endless(world.blog.answers)
        with world:
            figures = measure(world, arguments.journeys, arguments.times)
    print(json.dumps(figures))
    small = figures["small run beside it"]
    if (
        max(figures["pause"], figures["resume"], figures["cancel"]) < 5
        and max(small) < 10
    ):
        return 0
    return 1


def measure(world: World, journeys: int, times: int) -> dict[str, Any]:
    """Seconds by what was done."""
    from pipeline.runs import control

    figures: dict[str, Any] = {"journeys": journeys}
    tell(figures, "small run alone", [small_run(world) for _ in range(times)])
    large = large_run(world, journeys)
    world.wait(lambda: ended(world, large) > 100, 120, "for the large run to flow")
    began = time.monotonic()
    before = ended(world, large)
    tell(figures, "small run beside it", [small_run(world) for _ in range(times)])
    rate = (ended(world, large) - before) / (time.monotonic() - began)
    tell(figures, "URLs of the large run a second meanwhile", round(rate, 1))
    began = time.monotonic()
    before = ended(world, large)
    time.sleep(15)
    tell(
        figures,
        "and alone",
        round((ended(world, large) - before) / (time.monotonic() - began), 1),
    )
    tell(figures, "pause", timed(lambda: control.pause(large, "chaos")))
    tell(
        figures,
        "until nothing of it moves",
        timed(lambda: world.wait(lambda: still(world, large), 60)),
    )
    tell(figures, "resume", timed(lambda: control.resume(large, "chaos")))
    before = ended(world, large)
    tell(
        figures,
        "until the next URL is through",
        timed(lambda: world.wait(lambda: ended(world, large) > before, 60)),
    )
    tell(figures, "cancel", timed(lambda: control.cancel(large, "chaos")))
    state = world.sql(
        "SELECT state, found, stored + skipped + duplicate FROM pipeline_run WHERE id = %s",
        large,
    )[0]
    tell(figures, "cancelled", list(state))
    return figures


def tell(figures: dict[str, Any], name: str, value: Any) -> None:
    figures[name] = value
    print(f"  {name}: {value}", flush=True)


def timed(work: Callable[[], Any]) -> float:
    """Seconds that `work` takes."""
    began = time.monotonic()
    work()
    return round(time.monotonic() - began, 2)


def small_run(world: World) -> float:
    """Seconds from launch to end of a run of LIMIT articles of a blog that was never seen
    before."""
    from pipeline.runs.launch import launch_run

    with Blog() as blog:
        began = time.monotonic()
        run = launch_run({"addresses": [blog.url], "limit": LIMIT}, by="chaos").pk
        world.wait(
            lambda: world.look(
                "SELECT finished_at FROM pipeline_run WHERE id = %s", run
            ),
            300,
            "for a small run",
        )
        return round(time.monotonic() - began, 2)


def large_run(
    world: World, journeys: int, url_of: Callable[[int], str] | None = None
) -> int:
    """Return a run with this many journeys before it, its first batches on their way."""
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from pipeline.core.batched import batched
    from pipeline.journeys import batches
    from pipeline.models import Batch, Run

    now = timezone.now()
    run = Run.objects.create(
        state="running", parameters={"addresses": [world.blog.url]}, started_at=now
    )
    parts = list(batched(list(range(journeys)), settings.BATCH_SIZE))
    rows = Batch.objects.bulk_create(
        Batch(run=run, number=n, size=len(part)) for n, part in enumerate(parts)
    )
    lines = io.StringIO()
    for batch, part in zip(rows, parts, strict=True):
        for n in part:
            url = url_of(n) if url_of else f"{world.blog.url}posts/note-{n}/"
            lines.write(
                "\t".join(
                    [
                        str(run.pk),
                        str(batch.pk),
                        url,
                        url,
                        now.isoformat(),
                        *DEFAULTS.values(),
                    ]
                )
                + "\n"
            )
    lines.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(COPY.format(defaults=", ".join(DEFAULTS)), lines)
        cursor.execute("ANALYZE pipeline_journey, pipeline_batch")
    batches.dispatch_batches(run.pk)
    return run.pk


def ended(world: World, run: int) -> int:
    """How many journeys of the run are over."""
    return int(
        world.look(
            "SELECT count(*) FROM pipeline_journey WHERE run_id = %s AND state <> 'pending'",
            run,
        )
        or 0
    )


def still(world: World, run: int) -> bool:
    """Whether no journey of the run has moved for a second."""
    before = ended(world, run)
    time.sleep(1)
    return ended(world, run) == before


if __name__ == "__main__":
    sys.exit(main())
