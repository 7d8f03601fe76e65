"""A process that dies is started again with its reason; one that always dies at once ends the
product."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.local import supervisor as rules
from infra.local.process import LocalError, Process
from infra.local.supervisor import REASON, Supervisor
from tests.waiting import wait_until

Start = Callable[..., Process]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Process] = []

    def start(name: str, script: str) -> Process:
        command = ["sh", "-c", script]
        process = Process(name, command, home=tmp_path, log=tmp_path / f"{name}.log")
        started.append(process)
        process.start()
        return process

    yield start
    for process in started:
        process.kill()


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "FIRST_PAUSE_SECONDS", 0.0)


def test_a_killed_process_is_started_again_and_knows_why(
    start: Start, tmp_path: Path
) -> None:
    told: list[str] = []
    process = start("fetch", f"echo ${REASON}; sleep 60")
    supervisor = Supervisor([process], [], told.append)
    first = process.pid
    os.killpg(first, signal.SIGKILL)
    wait_until(lambda: not process.alive, what="for it to die")
    supervisor.look()
    supervisor.look()
    assert process.alive
    assert process.pid != first
    assert "fetch was killed by SIGKILL" in told[0]
    assert told[1] == "fetch was started again"
    written = lambda: "killed by SIGKILL" in process.log.read_text()  # noqa: E731
    wait_until(written, what="for the reason in its log")


def test_one_that_dies_at_once_three_times_ends_the_product(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = start("store", "echo no such module; exit 3")
    supervisor = Supervisor([process], [], lambda _: None)

    monkeypatch.setattr(rules, "QUICK_DEATH_SECONDS", 600.0)
    with pytest.raises(LocalError, match=r"no such module.*died at once 3 times"):
        wait_until(supervisor.look)


def test_a_server_that_dies_is_noticed_and_started_as_servers_are(start: Start) -> None:
    process = start("postgres", "sleep 60")
    started: list[str] = []

    class Server:
        def __init__(self) -> None:
            self.process = process

        def start(self) -> None:
            started.append("postgres")
            process.start()

    supervisor = Supervisor([], [Server()], lambda _: None)
    os.killpg(process.pid, signal.SIGKILL)
    wait_until(lambda: not process.alive, what="for it to die")
    supervisor.look()
    supervisor.look()
    assert started == ["postgres"]
    assert process.alive


def test_the_pause_grows_with_deaths_at_once_and_not_with_others(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "FIRST_PAUSE_SECONDS", 4.0)
    told: list[str] = []
    process = start("fetch", "exit 1")
    wait_until(lambda: not process.alive, what="for it to die")
    Supervisor([process], [], told.append).look()
    assert told[0].endswith("it is started again in 8 s")

    monkeypatch.setattr(rules, "QUICK_DEATH_SECONDS", 0.0)
    Supervisor([process], [], told.append).look()
    assert told[1].endswith("it is started again in 4 s")


def test_a_server_that_cannot_start_again_ends_the_product_with_its_reason(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As PostgreSQL on a full disk: each start takes long, and then it is gone."""
    monkeypatch.setattr(rules, "QUICK_DEATH_SECONDS", 0.0)  # by its time none is quick
    process = start("postgres", "echo No space left on device; exit 1")

    class Server:
        def __init__(self) -> None:
            self.process = process

        def start(self) -> None:
            process.start()
            wait_until(lambda: not process.alive, 30, "for it to die")
            raise LocalError("postgres did not start")

    supervisor = Supervisor([], [Server()], lambda _: None)

    with pytest.raises(LocalError, match=r"No space left.*died at once 3 times"):
        wait_until(supervisor.look)


def test_a_disk_that_gets_full_is_told_once_and_so_is_its_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rules, "DISK_EVERY_SECONDS", -1.0)
    told: list[str] = []
    free = iter([10**9, 10**8, 10**7, 10**9, 10**9])
    supervisor = Supervisor([], [], told.append, free_bytes=lambda: next(free))
    for _ in range(5):
        supervisor.look()
    assert told == [
        "only 100 MB are left on the disk: PostgreSQL and RabbitMQ stop when it is full",
        "the disk has room again",
    ]


def test_what_a_process_tells_of_its_children_is_reported_once(tmp_path: Path) -> None:
    told: list[str] = []
    restarts = tmp_path / "restarts.log"
    supervisor = Supervisor([], [], told.append, restarts=restarts)
    supervisor.look()
    restarts.write_text("fetch was killed by SIGKILL\n")
    supervisor.look()
    with restarts.open("a") as file:
        file.write("fetch was started again\n")
    supervisor.look()
    supervisor.look()
    assert told == ["fetch was killed by SIGKILL", "fetch was started again"]
