"""Processes that were forked from one parent are started again, and end with it."""

import os
import signal
import time

import pytest

from infra import together
from infra.together import MAX_PAUSE_SECONDS, Family
from tests.waiting import wait_until


def sleeping(_name: str) -> int:
    """Start a process that does nothing."""
    pid = os.fork()
    if not pid:
        time.sleep(600)
        os._exit(0)
    return pid


@pytest.fixture
def family() -> Family:
    return Family(["web", "fetch-extract"], sleeping)


def killed(family: Family, now: float) -> None:
    """Kill the youngest, and wait until the family knows."""
    os.kill(family.pids[-1], signal.SIGKILL)
    number = len(family.pids)
    wait_until(lambda: family.look(now) or len(family.pids) < number, 30)


def test_one_that_is_killed_is_started_again_after_a_pause_that_grows(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GLEANER_RESTART_REASON", raising=False)
    family.look(0.0)
    assert len(family.pids) == 2

    killed(family, 1.0)
    assert os.environ["GLEANER_RESTART_REASON"] == "fetch-extract was killed by SIGKILL"
    family.look(2.9)
    assert len(family.pids) == 1
    family.look(3.1)
    assert len(family.pids) == 2

    killed(family, 4.0)
    family.look(7.9)
    assert len(family.pids) == 1
    family.look(4.0 + MAX_PAUSE_SECONDS)
    assert len(family.pids) == 2
    family.end()
    wait_until(lambda: family.look(99.0) or not family.pids, 30)


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
