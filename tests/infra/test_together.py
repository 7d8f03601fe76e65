"""Processes that were forked from one parent are started again, and end with it."""

import os
import signal
import time
from pathlib import Path

import pytest

from infra import together
from infra.together import Family
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
def family() -> Family:
    return Family(["web", "fetch"], sleeping)


def killed(family: Family, now: float) -> None:
    """Kill the youngest, and wait until the family knows."""
    os.kill(family.pids[-1], signal.SIGKILL)
    number = len(family.pids)
    wait_until(lambda: family.look(now) or len(family.pids) < number, 30)


def test_one_that_is_killed_is_started_again_after_a_pause_that_grows(
    family: Family, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLEANER_LOGS", str(tmp_path))
    family.look(0.0)
    assert len(family.pids) == 2

    killed(family, 20.0)
    family.look(20.9)
    assert len(family.pids) == 1
    family.look(21.1)
    assert len(family.pids) == 2
    assert reasons[-1] == "fetch was killed by SIGKILL"

    killed(family, 22.0)
    family.look(23.9)
    assert len(family.pids) == 1
    family.look(24.1)
    assert len(family.pids) == 2
    told = (tmp_path / together.RESTARTS).read_text().splitlines()
    assert [line.rpartition("; ")[2] for line in told] == [
        "it is started again in 1 s",
        "it is started again in 2 s",
    ]
    finish(family)


def test_one_that_ends_at_once_three_times_ends_all(family: Family) -> None:
    family.look(0.0)
    for now in (1.0, 4.0, 9.0):
        killed(family, now)
        family.look(now + 4.5)
    assert family.ending
    assert "fetch was killed by SIGKILL; it died at once 3 times" in family.failure
    finish(family)


def finish(family: Family) -> None:
    """End what is left."""
    family.end()
    wait_until(lambda: family.look(999.0) or not family.pids, 30, "for the end of all")


def test_none_is_started_again_while_all_end(family: Family) -> None:
    family.look(0.0)
    family.end()
    wait_until(lambda: family.look(99.0) or not family.pids, 30, "for the end of all")
    family.look(999.0)
    assert family.pids == []


def test_how_a_process_ended_is_said_in_words() -> None:
    assert together.ending(0) == "ended with status 0"
    assert together.ending(256) == "ended with status 1"
    assert together.ending(9) == "was killed by SIGKILL"
