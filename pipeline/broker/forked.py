"""A worker whose slots are processes, each with a connection to the broker of its own.

Celery's pool of processes has one that speaks with the broker and hands each task to another
through a pipe, packed, and gets what came of it back the same way: docs/decisions/forked.md has
what that costs. Here each process takes a message, works on it and acknowledges it. What forked
them only starts those again that end.
"""

import os
import resource
import signal
from collections.abc import Callable
from typing import Any

import structlog
from celery import current_app, platforms, signals
from celery.concurrency import solo
from celery.concurrency.base import apply_target
from celery.worker import state

from pipeline.core.process_group import ProcessGroup

log = structlog.get_logger(__name__)

# A process that works on a task answers nothing meanwhile. RabbitMQ ends a connection that is
# silent for two of these, and the time limit of a task is one.
HEARTBEAT_SECONDS = 60


def serve_by_processes(name: str, number: int, serve: Callable[[], int]) -> int:
    """Fork so many processes that `serve`, and look after them until told to end; return the exit
    status."""
    signals.worker_before_create_process.send(sender=name)  # loads what they share
    slots = [f"{name}-{slot}" for slot in range(1, number + 1)]
    return ProcessGroup(slots, lambda *_: _start(serve), renews=True).run()


def _start(serve: Callable[[], int]) -> int:
    """Fork a process that serves; return its id."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        platforms.set_pdeathsig("SIGKILL")  # it does not outlive its parent
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        current_app.conf.broker_heartbeat = HEARTBEAT_SECONDS
        status = serve()
    except BaseException:
        log.exception("process_failed")
    finally:
        # it ends without what others do at their end
        signals.worker_process_shutdown.send(sender=None)
        os._exit(status)


class OneTaskPool(solo.TaskPool):
    """Runs one task at a time, in the thread that speaks with the broker.

    Ends the worker after so many tasks, or when it has grown too large, so that a fresh one takes
    its place.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._tasks_left = options.get("maxtasksperchild") or float("inf")
        self._most_kilobytes = options.get("max_memory_per_child") or float("inf")
        self.on_apply = self._run

    def _run(
        self,
        target: Callable[..., Any],
        args: Any = None,
        kwargs: Any = None,
        callback: Any = None,
        accept_callback: Any = None,
        **_: Any,
    ) -> None:
        apply_target(target, args, kwargs, callback, accept_callback)
        self._tasks_left -= 1
        peak_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if self._tasks_left <= 0 or peak_kilobytes > self._most_kilobytes:
            state.should_stop = platforms.EX_OK
