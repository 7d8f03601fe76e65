"""Processes that were forked from one parent are started again, and end with it."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from pipeline.core.process_group import LONGEST_PAUSE_SECONDS, ProcessGroup, ending
from tests.waiting import wait_until

reasons: list[str] = []
told: list[str] = []


def sleeping(_name: str, reason: str) -> int:
    """Start a process that does nothing, and note why; asked to end, it ends in order."""
    reasons.append(reason)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    pid = os.fork()
    if not pid:
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        time.sleep(600)
        os._exit(1)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    return pid


@pytest.fixture
def group() -> Iterator[ProcessGroup]:
    told.clear()
    group = ProcessGroup(
        ["web", "fetch"], sleeping, most_quick_deaths=3, tell=told.append
    )
    yield group
    finish(group)


@pytest.fixture
def renewed() -> Iterator[ProcessGroup]:
    told.clear()
    group = ProcessGroup(["extract-1"], sleeping, renews=True, tell=told.append)
    yield group
    finish(group)


def finish(group: ProcessGroup) -> None:
    """End what is left."""
    group.end()
    wait_until(lambda: group.look(999.0) or not group.pids, 30, "for the end of all")


def ended(group: ProcessGroup, now: float, by: int = signal.SIGKILL) -> None:
    """End the youngest, and wait until the group knows."""
    youngest = group.pids[-1]
    os.kill(youngest, by)
    wait_until(lambda: group.look(now) or youngest not in group.pids, 30)


def test_one_that_is_killed_is_started_again_after_a_pause_that_grows(
    group: ProcessGroup,
) -> None:
    group.look(0.0)
    assert len(group.pids) == 2

    ended(group, 20.0)
    group.look(20.9)
    assert len(group.pids) == 1
    group.look(21.1)
    assert len(group.pids) == 2
    assert reasons[-1] == "fetch was killed by SIGKILL"

    ended(group, 22.0)
    group.look(23.9)
    assert len(group.pids) == 1
    group.look(24.1)
    assert len(group.pids) == 2
    assert [line.rpartition("; ")[2] for line in told] == [
        "it is started again in 1 s",
        "it is started again in 2 s",
    ]


def test_one_that_ends_at_once_three_times_ends_all(group: ProcessGroup) -> None:
    group.look(0.0)
    for now in (1.0, 4.0, 9.0):
        ended(group, now)
        group.look(now + 4.5)
    assert group.ending
    assert "fetch was killed by SIGKILL; it died at once 3 times" in group.failure


def test_none_is_started_again_while_all_end(group: ProcessGroup) -> None:
    group.look(0.0)
    group.end()
    wait_until(lambda: group.look(99.0) or not group.pids, 30, "for the end of all")
    group.look(999.0)
    assert group.pids == []


def test_one_that_makes_room_for_a_fresh_one_is_followed_at_once(
    renewed: ProcessGroup,
) -> None:
    renewed.look(0.0)
    ended(renewed, 1.0, signal.SIGTERM)
    renewed.look(1.0)
    assert len(renewed.pids) == 1
    assert reasons[-1] == ""
    assert told == []


def test_where_it_may_be_a_pages_fault_it_is_started_again_without_end(
    renewed: ProcessGroup,
) -> None:
    now = 0.0
    renewed.look(now)
    for _ in range(7):
        ended(renewed, now)
        now += LONGEST_PAUSE_SECONDS
        renewed.look(now)
        assert len(renewed.pids) == 1
    assert reasons[-1] == "extract-1 was killed by SIGKILL"


def test_how_a_process_ended_is_said_in_words() -> None:
    assert ending(0) == "ended with status 0"
    assert ending(256) == "ended with status 1"
    assert ending(9) == "was killed by SIGKILL"
