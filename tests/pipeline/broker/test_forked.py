"""A worker's processes each take a task at a time, and make room for fresh ones."""

from typing import Any

import pytest
from celery.worker import state

from pipeline.broker.forked import HEARTBEAT_SECONDS, OneTaskPool
from pipeline.broker.queues import WORKERS


@pytest.fixture(autouse=True)
def _working(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "should_stop", None)


@pytest.fixture
def done() -> list[Any]:
    return []


def test_a_task_is_done_when_it_has_been_handed_over(done: list[Any]) -> None:
    accepted: list[int] = []
    pool = OneTaskPool(limit=1)
    pool.start()
    pool.apply_async(
        lambda *args: args,
        ("pipeline.extract", "id"),
        callback=done.append,
        accept_callback=lambda pid, _: accepted.append(pid),
    )
    assert done == [("pipeline.extract", "id")]
    assert len(accepted) == 1
    assert state.should_stop is None


def test_a_process_ends_after_so_many_tasks(done: list[Any]) -> None:
    pool = OneTaskPool(limit=1, maxtasksperchild=2)
    pool.start()
    pool.apply_async(str, callback=done.append)
    assert state.should_stop is None
    pool.apply_async(str, callback=done.append)
    assert state.should_stop == 0
    assert len(done) == 2


def test_a_process_ends_when_it_has_grown_too_large(done: list[Any]) -> None:
    pool = OneTaskPool(limit=1, max_memory_per_child=1)
    pool.start()
    pool.apply_async(str, callback=done.append)
    assert state.should_stop == 0
    assert len(done) == 1


def test_a_long_task_does_not_cost_the_connection() -> None:
    assert WORKERS["extract"].hard_seconds <= HEARTBEAT_SECONDS
