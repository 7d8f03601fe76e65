"""Each worker says every five seconds that it lives and what it has in hand, from a thread of its
own.

While there is work the thread has a database connection of its own, so that no task waits for it.
It takes what it says from Celery's own books, so that no task has to tell it anything. A worker
that ends in order takes its row away; the row of one that was killed stays for a while, and says
what it had in hand.
"""

import json
import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from celery.signals import worker_ready, worker_shutdown
from celery.worker import state
from django.db import connection
from django.utils import timezone

from pipeline.broker import alive
from pipeline.broker.delivery import RUNNING
from pipeline.broker.queues import (
    JOINT_SLOTS,
    ROUTES,
    STAGES,
    WORKERS,
    stages_of,
    task_name,
)
from pipeline.monitor.workers import deploys, intake
from pipeline.monitor.workers.held import HeldMessages

log = structlog.get_logger(__name__)
INTERVAL_SECONDS = float(
    os.environ.get("HEARTBEAT_EVERY", 5)
)  # seconds; tests have less time
LISTED = 40  # tasks in hand that are written down one by one
EXIT_TIMEOUT_SECONDS = (
    3.0  # seconds that the end of a worker may wait for its row to go
)

BEAT = """
INSERT INTO monitor_workerheartbeat
    (name, pid, stage, pool, slots, memory, done, in_progress, busy,
        started_at, version, beat_at)
VALUES (%(name)s, %(pid)s, %(stage)s, %(pool)s, %(slots)s, %(memory)s,
    %(done)s,
    %(in_progress)s, %(busy)s, %(started_at)s,
    %(version)s, clock_timestamp())
ON CONFLICT (name, pid) DO UPDATE
SET slots = excluded.slots, memory = excluded.memory,
    done = excluded.done,
    in_progress = excluded.in_progress, busy = excluded.busy,
    started_at = excluded.started_at,
    version = excluded.version, beat_at = excluded.beat_at
"""
DELETE_ON_EXIT = (
    "DELETE FROM monitor_workerheartbeat WHERE name = %(name)s AND pid = %(pid)s"
)


class HeartbeatThread:
    """Beats for one worker until it is stopped. A database that is away costs a beat, and is
    asked again."""

    def __init__(self, worker: Any, every: float = INTERVAL_SECONDS) -> None:
        self._worker = worker
        self._every = every
        self._started = timezone.now()
        self._held = HeldMessages(lambda: RUNNING)
        self._begun = 0  # tasks of its stages
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take the row away, unless the database keeps us waiting."""
        self._stop.set()
        self._thread.join(EXIT_TIMEOUT_SECONDS)

    def _run(self) -> None:
        told = False
        while not self._stop.is_set():
            self._look_after_slots()
            told = self._write(BEAT, first=not told) or told
            self._follow_intake()
            self._close_without_work()
            self._stop.wait(self._every)
        self._write(DELETE_ON_EXIT)
        connection.close()

    def _look_after_slots(self) -> None:
        try:
            self._held.look(list(state.active_requests), time.monotonic())
            if connected(self._worker):
                alive.touch(self.process)
        except RuntimeError:
            pass  # the set changed while it was read: there is another look soon

    def _follow_intake(self) -> None:
        try:
            for stage in self.stages:
                intake.follow(self._worker, stage)
        except Exception as error:  # noqa: BLE001 - as with a beat: the next one tells
            log.debug("intake_not_followed", error=str(error).strip())
            connection.close()

    def _close_without_work(self) -> None:
        """Close the connection where no stage has begun a task since the last beat.

        To connect takes 10 ms of CPU, as much as a page. To stay connected would be one connection
        more for each worker that waits.
        """
        begun = sum(state.total_count[task_name(stage)] for stage in STAGES)
        if begun == self._begun:
            connection.close()
        self._begun = begun

    @property
    def process(self) -> str:
        return str(self._worker.hostname).partition("@")[0]

    @property
    def stages(self) -> tuple[str, ...]:
        return stages_of(self.process) or (self.process,)

    def _write(self, statement: str, first: bool = False) -> bool:
        """Whether that came to its end."""
        try:
            with connection.cursor() as cursor:
                for stage in self.stages:
                    cursor.execute(statement, self.snapshot(stage))
            if first:
                deploys.record_version()
            return True
        except Exception as error:  # noqa: BLE001 - whatever it is: a worker that works must not seem dead
            log.debug("heartbeat_failed", error=str(error).strip())
            connection.close()
            return False

    def snapshot(self, stage: str) -> dict[str, Any]:
        """Return the worker's row; where it serves several stages, the row of one of them."""
        tasks = in_progress()
        done = state.all_total_count[0]
        module = str(getattr(self._worker.pool_cls, "__module__", ""))
        kind = module.rpartition(".")[2]
        slots = int(self._worker.concurrency or 1)
        if len(self.stages) > 1:
            tasks = [task for task in tasks if queue_of(task["task"]) == stage]
            done = sum(
                number
                for name, number in state.total_count.items()
                if queue_of(name) == stage
            )
            kind = WORKERS[stage].pool.removesuffix("s")  # as the module is called
            slots = JOINT_SLOTS[stage]
        return {
            "name": f"{stage}@{self._worker.hostname.partition('@')[2]}"[:200],
            "pid": os.getpid(),
            "stage": stage[:20],
            "pool": kind[:20],
            "slots": slots,
            "memory": memory(os.getpid()),
            "done": done,
            "in_progress": json.dumps(tasks[:LISTED]),
            "busy": len(tasks),
            "started_at": self._started,
            "version": deploys.version(),
        }


def queue_of(task: str) -> str:
    """Return the queue that a task comes from."""
    return str(ROUTES.get(task, {}).get("queue", ""))


def connected(worker: Any) -> bool:
    """Whether the worker's consumer holds a connection to the broker."""
    broker = getattr(getattr(worker, "consumer", None), "connection", None)
    return bool(broker is not None and broker.connected)


def in_progress() -> list[dict[str, Any]]:
    """Return the tasks that this worker does now, the oldest first."""
    for _ in range(5):
        try:
            requests = list(state.active_requests)
            break
        except RuntimeError:  # it changed while it was read, which the worker's main thread may do at any time
            time.sleep(0.01)
    else:
        return []
    return [
        _task(each) for each in sorted(requests, key=lambda each: each.time_start or 0)
    ]


def _task(request: Any) -> dict[str, Any]:
    given = request.info().get("args") or [None]
    if isinstance(given, list | tuple):
        first = given[0]
    else:
        first = None
    if request.time_start:
        since = datetime.fromtimestamp(request.time_start, UTC).isoformat()
    else:
        since = None
    if isinstance(first, dict):
        about = {"journey": first.get("journey")}
    else:
        about = {"run": first}
    return {"task": str(request.name), "id": str(request.id), "since": since, **about}


def memory(pid: int) -> int | None:
    """Bytes of memory that a process holds, with all that it shares; None where the system does
    not say."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


_hearts: list[HeartbeatThread] = []


# Not before it is ready: while a worker starts it changes its environment, and a connection that is
# being made in another thread reads it, which the C library survives only most of the time.
@worker_ready.connect(weak=False)
def begin(sender: Any, **_: Any) -> None:
    """Once per worker, when it takes tasks."""
    heart = HeartbeatThread(sender.controller)
    _hearts.append(heart)
    heart.start()
    reason = os.environ.pop("GLEANER_RESTART_REASON", "")
    if reason:
        log.warning("process_restarted", reason=reason)


@worker_shutdown.connect(weak=False)
def end(**_: Any) -> None:
    """When its last task is done."""
    while _hearts:
        _hearts.pop().stop()
