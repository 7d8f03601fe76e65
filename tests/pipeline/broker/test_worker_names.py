"""Workers of a stage on one machine have names of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.stack import CHECKOUT
from pipeline.broker import worker_names
from pipeline.broker.worker_names import claim_number, node_name

# As a worker does it: the lock is taken, then the process becomes another program.
HOLDER = """
import os, sys
from pipeline.broker.worker_names import claim_number
number = claim_number("fetch", "amqp://a/")
if not os.fork():
    sys.stdin.read()
    os._exit(0)
program = "import sys; print(sys.argv[1], flush=True); sys.stdin.read()"
os.execv(sys.executable, [sys.executable, "-c", program, str(number)])
"""


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(worker_names, "gettempdir", lambda: str(tmp_path))


def holder() -> tuple[subprocess.Popen[str], int]:
    """A process that holds a number, with a child as a pool has them."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    return process, int(process.stdout.readline())


def test_a_number_is_free_again_when_its_process_has_ended() -> None:
    one, first = holder()
    two, second = holder()
    assert (first, second) == (1, 2)
    assert claim_number("fetch", "amqp://b/") == 1, "another broker"
    assert claim_number("store", "amqp://a/") == 1, "another stage"
    one.kill()
    one.wait()
    three, third = holder()
    assert third == 1, "although the child of the first one lives"
    for process in (one, two, three):
        process.kill()
        process.communicate()


def test_without_a_folder_to_write_to_the_number_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker_names, "gettempdir", lambda: "/nowhere")
    assert claim_number("fetch", "amqp://a/") == 1


def test_the_first_worker_of_a_machine_has_no_number_in_its_name() -> None:
    assert node_name("fetch", 1) == "fetch@%h"
    assert node_name("fetch", 2) == "fetch@%h-2"
