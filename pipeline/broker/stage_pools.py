"""Pools of workers that serve several stages: each stage keeps slots of its own, so that one which
waits for slow sites takes none of the others'."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from celery.concurrency import prefork, thread
from celery.concurrency.base import apply_target

from pipeline.broker.queues import ROUTES, WORKERS, joint_slots

Apply = Callable[..., Any]


class StageThreads:
    """Threads, so many for each stage."""

    def __init__(self) -> None:
        self._pools: dict[str, ThreadPoolExecutor] = {}

    def apply(self, stage: str, target: Apply, args: Any, options: Any) -> Any:
        """Run a task in one of its stage's threads."""
        if stage not in self._pools:
            self._pools[stage] = ThreadPoolExecutor(joint_slots(stage), stage)
        return thread.ApplyResult(
            self._pools[stage].submit(
                apply_target,
                target,
                args,
                {},
                options.get("callback"),
                options.get("accept_callback"),
            )
        )

    def stop(self) -> None:
        """Wait for what is in progress; what has not begun goes back to its queue."""
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        for pool in self._pools.values():
            pool.shutdown()


class ThreadPool(thread.TaskPool):
    """For stages that wait: all in threads."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._threads = StageThreads()

    def on_apply(
        self, target: Apply, args: Any = None, kwargs: Any = None, **options: Any
    ) -> Any:
        """Run a task."""
        return self._threads.apply(stage_of(args), target, args, options)

    def on_stop(self) -> None:
        """Wait for what is in progress."""
        self._threads.stop()
        super().on_stop()


class ProcessPool(prefork.TaskPool):
    """For stages some of which compute: those in processes that can be killed, the others in
    threads of the parent."""

    # the processes' slots are not to be counted for what runs in threads
    uses_semaphore = False

    def __init__(self, limit: int, *args: Any, **options: Any) -> None:
        super().__init__(joint_slots("extract"), *args, **options)
        self._threads = StageThreads()

    def on_start(self) -> None:
        """Start the processes."""
        super().on_start()
        # Celery's pool puts its own here, which knows processes only
        self.__dict__["on_apply"] = self._apply

    def _apply(
        self, target: Apply, args: Any = None, kwargs: Any = None, **options: Any
    ) -> Any:
        stage = stage_of(args)
        if WORKERS[stage].pool == "prefork":
            return self._pool.apply_async(target, args, kwargs, **options)
        return self._threads.apply(stage, target, args, options)

    def on_stop(self) -> None:
        """Wait for what is in progress."""
        self._threads.stop()
        super().on_stop()


def stage_of(args: Any) -> str:
    """Return the stage whose queue a task comes from, by what Celery hands to its pool."""
    return ROUTES[args[0]]["queue"]
