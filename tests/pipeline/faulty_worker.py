"""A worker of all header stages that is killed once, at the point of the chord accounting that FAULT names."""

import os
import signal
from pathlib import Path

import django

from myworld.celery import app

django.setup()

from pipeline.broker import chords  # noqa: E402
from pipeline.broker.queues import HEADER_STAGES  # noqa: E402


def die_once(*_: object) -> None:
    mark = Path(os.environ["FAULT_MARK"])
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def break_at(point: str) -> None:
    """Patches the backend so that the process dies before the count, after the last count, or after the body went."""
    backend = chords.ChordBackend
    count, fire = backend.on_chord_part_return, backend.send_body
    if point == "before the count":
        backend.on_chord_part_return = lambda *args, **kw: (
            die_once(),
            count(*args, **kw),
        )[1]
    if point == "before the body":
        backend.send_body = lambda *args: (die_once(), fire(*args))[1]
    if point == "after the body":
        backend.send_body = lambda *args: (fire(*args), die_once())[0]


if __name__ == "__main__":
    os.environ["CELERY_SKIP_CHECKS"] = "1"
    break_at(os.environ.get("FAULT", ""))
    queues = ",".join([*HEADER_STAGES, "summarise"])
    app.worker_main(
        [
            "worker",
            "-Q",
            queues,
            "-P",
            "solo",
            "--without-gossip",
            "--without-mingle",
            "-n",
            f"w{os.getpid()}@%h",
        ]
    )
