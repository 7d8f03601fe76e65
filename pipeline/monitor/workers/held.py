"""Finds slots of a worker's pool that hold a message and do nothing, and gives their messages back.

Celery marks a message as active when its thread begins, and forgets the mark when
it hears of the end. Where it does not hear of it, the message stays with this worker, and its slot
is gone, for as long as the connection lives.
"""

from collections.abc import Callable, Container, Iterable
from typing import Any

import structlog
from celery.worker import state

log = structlog.get_logger(__name__)

IDLE_SECONDS = 30.0  # that a slot may hold a message while nobody works on it


class HeldMessages:
    """Looks again and again; `running` tells the ids of the tasks that are worked on."""

    def __init__(self, running: Callable[[], Container[str]]) -> None:
        self._running = running
        self._idle_since: dict[int, float] = {}

    def look(self, active: Iterable[Any], now: float) -> int:
        """Give back the messages of idle slots; return how many. `now`: of time.monotonic."""
        running = self._running()
        idle = {id(request): request for request in active if request.id not in running}
        self._idle_since = {
            key: since for key, since in self._idle_since.items() if key in idle
        }
        given_back = 0
        for key, request in idle.items():
            since = self._idle_since.setdefault(key, now)
            if now - since >= IDLE_SECONDS:
                self._give_back(request)
                del self._idle_since[key]
                given_back += 1
        return given_back

    def _give_back(self, request: Any) -> None:
        log.error("idle_slot_found", task=request.name, task_id=request.id)
        state.task_ready(request)
        request.reject(requeue=True)
