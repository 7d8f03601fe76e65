"""A slot that holds a message and does nothing is found, and its message goes back."""

import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from infra import healthy
from pipeline.broker import alive
from pipeline.monitor.models import WorkerHeartbeat
from pipeline.monitor.workers import status
from pipeline.monitor.workers.held import IDLE_SECONDS, HeldMessages
from tests.waiting import wait_until


class Request:
    """As much of Celery's as is asked for."""

    name = "pipeline.store"

    def __init__(self, name: str, given_back: list[str]) -> None:
        self.id = name
        self._given_back = given_back

    def reject(self, requeue: bool) -> None:
        assert requeue
        self._given_back.append(self.id)


def request(name: str, given_back: list[str]) -> Any:
    return Request(name, given_back)


def test_a_message_that_no_thread_works_on_goes_back_after_a_while() -> None:
    given_back: list[str] = []
    lost, busy = request("lost", given_back), request("busy", given_back)
    held = HeldMessages(lambda: {"busy": 0.0})
    assert held.look([lost, busy], 0.0) == 0
    assert held.look([lost, busy], IDLE_SECONDS - 1) == 0
    assert held.look([lost, busy], IDLE_SECONDS) == 1
    assert given_back == ["lost"]


def test_one_that_was_only_between_two_marks_is_left_alone() -> None:
    given_back: list[str] = []
    short = request("short", given_back)
    held = HeldMessages(dict)
    held.look([short], 0.0)
    held.look([], 5.0)
    assert held.look([short], IDLE_SECONDS + 1) == 0


@pytest.mark.broker
@pytest.mark.django_db(transaction=True)
def test_a_stopped_worker_is_silent_within_fifteen_seconds(
    broker: Any, start: Callable[..., Any]
) -> None:
    worker = start("manage.py", "work", "store")
    wait_until(WorkerHeartbeat.objects.exists)
    os.kill(worker.pid, signal.SIGSTOP)
    try:
        in_time = timezone.now() + timedelta(seconds=15)
        assert status.workers(timezone.now())[0].state == "live"
        assert status.workers(in_time)[0].state == "silent"
    finally:
        os.kill(worker.pid, signal.SIGCONT)


def test_a_worker_that_says_nothing_is_not_healthy(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(healthy, "connected", lambda _: True)
    monkeypatch.setattr(alive.tempfile, "gettempdir", lambda: str(tmp_path))
    assert not healthy.alive(tmp_path)
    alive.touch("store")
    assert healthy.alive(tmp_path)
    old = time.time() - healthy.ALIVE_SECONDS - 1
    os.utime(tmp_path / "gleaner-store.alive", (old, old))
    assert not healthy.alive(tmp_path)
