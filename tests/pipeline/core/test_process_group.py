"""Processes that were forked from one parent are started again, and end with it."""

import os
import signal
import time
from pathlib import Path

import pytest

from infra import together
from infra.together import ProcessGroup
from tests.waiting import wait_until

reasons: list[str] = []


def sleeping(_name: str, reason: str) -> int:
    """Start a process that does nothing, and note why."""
    reasons.append(reason)
    pid = os.fork()
    if not pid:
        time.sleep(600)
        os._exit(0)
    return pid


@pytest.fixture
def group() -> ProcessGroup:
    return ProcessGroup(["web", "fetch"], sleeping)


def killed(group: ProcessGroup, now: float) -> None:
    """Kill the youngest, and wait until the group knows."""
    os.kill(group.pids[-1], signal.SIGKILL)
    number = len(group.pids)
    wait_until(lambda: group.look(now) or len(group.pids) < number, 30)


def test_one_that_is_killed_is_started_again_after_a_pause_that_grows(
    group: ProcessGroup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLEANER_LOGS", str(tmp_path))
    group.look(0.0)
    assert len(group.pids) == 2

    killed(group, 20.0)
    group.look(20.9)
    assert len(group.pids) == 1
    group.look(21.1)
    assert len(group.pids) == 2
    assert reasons[-1] == "fetch was killed by SIGKILL"

    killed(group, 22.0)
    group.look(23.9)
    assert len(group.pids) == 1
    group.look(24.1)
    assert len(group.pids) == 2
    told = (tmp_path / together.RESTARTS).read_text().splitlines()
    assert [line.rpartition("; ")[2] for line in told] == [
        "it is started again in 1 s",
        "it is started again in 2 s",
    ]
    finish(group)


def test_one_that_ends_at_once_three_times_ends_all(group: ProcessGroup) -> None:
    group.look(0.0)
    for now in (1.0, 4.0, 9.0):
        killed(group, now)
        group.look(now + 4.5)
    assert group.ending
    assert "fetch was killed by SIGKILL; it died at once 3 times" in group.failure
    finish(group)


def finish(group: ProcessGroup) -> None:
    """End what is left."""
    group.end()
    wait_until(lambda: group.look(999.0) or not group.pids, 30, "for the end of all")


def test_none_is_started_again_while_all_end(group: ProcessGroup) -> None:
    group.look(0.0)
    group.end()
    wait_until(lambda: group.look(99.0) or not group.pids, 30, "for the end of all")
    group.look(999.0)
    assert group.pids == []


def test_how_a_process_ended_is_said_in_words() -> None:
    assert together.ending(0) == "ended with status 0"
    assert together.ending(256) == "ended with status 1"
    assert together.ending(9) == "was killed by SIGKILL"
