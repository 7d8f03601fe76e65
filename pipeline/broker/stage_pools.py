"""The pool of a worker that serves several stages: each keeps slots of its own, so that one which
waits for slow sites takes none of the others'."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from celery.concurrency import thread
from celery.concurrency.base import apply_target

from pipeline.broker.queues import JOINT_SLOTS, ROUTES


class ThreadPool(thread.TaskPool):
    """Threads, so many for each stage."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._executors: dict[str, ThreadPoolExecutor] = {}

    def on_apply(
        self,
        target: Callable[..., Any],
        args: Any = None,
        kwargs: Any = None,
        callback: Any = None,
        accept_callback: Any = None,
        **_: Any,
    ) -> Any:
        """Run a task in one of its stage's threads."""
        stage = stage_of(args)
        if stage not in self._executors:
            self._executors[stage] = ThreadPoolExecutor(JOINT_SLOTS[stage], stage)
        future = self._executors[stage].submit(
            apply_target, target, args, kwargs, callback, accept_callback
        )
        return thread.ApplyResult(future)

    def on_stop(self) -> None:
        """Wait for what is in progress; what has not begun goes back to its queue."""
        for executor in self._executors.values():
            executor.shutdown(wait=False, cancel_futures=True)
        for executor in self._executors.values():
            executor.shutdown()
        super().on_stop()


def stage_of(args: Any) -> str:
    """Return the stage whose queue a task comes from, by what Celery hands to its pool."""
    return ROUTES[args[0]]["queue"]
