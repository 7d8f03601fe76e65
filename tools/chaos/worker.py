"""`python -m tools.chaos.worker STAGE`: the product's worker, where the page that MISCHIEF names
misbehaves.

MISCHIEF is the path of a JSON file, which may come and go: {"stage": ..., "path": ..., "act": ...}.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

MOST_MEMORY = 700_000_000  # bytes, at which the system would kill
MISCHIEF = Path(os.environ.get("MISCHIEF", "/nowhere"))


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leak() -> None:
    """Take memory until the system kills the process: here it does so itself, sparing others the
    shortage."""
    held: list[bytearray] = []
    while len(held) * 20_000_000 < MOST_MEMORY:
        held.append(bytearray(20_000_000))
        time.sleep(0.02)
    kill()


def hang() -> None:
    time.sleep(3600)


def hang_once() -> None:
    try:
        MISCHIEF.with_suffix(".done").touch(exist_ok=False)
    except FileExistsError:
        return
    hang()


ACTS = {"kill": kill, "leak": leak, "hang": hang, "hang-once": hang_once}


def misbehaving(stage: str, work: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the stage's work, preceded by what MISCHIEF says."""

    def wrapped(visit: Any) -> Any:
        if MISCHIEF.exists():
            told = json.loads(MISCHIEF.read_text())
            if told["stage"] == stage and urlsplit(visit.url).path in told["paths"]:
                ACTS[told["act"]]()
        return work(visit)

    return wrapped


def main(stage: str) -> None:
    os.environ |= {"GLEANER_PROCESS": stage, "CELERY_SKIP_CHECKS": "1"}
    import django

    from myworld.celery import app

    django.setup()
    from pipeline.broker import queues
    from pipeline.broker.worker import run_worker
    from pipeline.extraction import stage as extraction_stage
    from pipeline.fetching import stage as fetching_stage
    from pipeline.storage import stage as storage_stage

    fetching_stage.fetch_page = misbehaving("fetch", fetching_stage.fetch_page)
    extraction_stage.extract_draft = misbehaving(
        "extract", extraction_stage.extract_draft
    )
    storage_stage.store = misbehaving("store", storage_stage.store)
    with app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=20, interval_start=0.5, interval_max=3)
        queues.declare(connection)
    sys.exit(run_worker(stage))


if __name__ == "__main__":
    main(sys.argv[1])
