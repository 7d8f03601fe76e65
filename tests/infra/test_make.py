"""The Makefile, the Procfile and the stages agree."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local import run
from infra.local.ports import is_free
from infra.local.process import LocalError, Process
from infra.local.processes import commands
from infra.local.stack import CHECKOUT
from pipeline.broker.queues import STAGES


def test_make_alone_prints_what_it_can_do() -> None:
    done = subprocess.run(["make"], cwd=CHECKOUT, capture_output=True, text=True, check=True)

    assert all(
        f"make {target} " in done.stdout for target in ("setup", "run", "test", "lint", "format")
    )


def test_procfile_serves_every_stage_and_the_rest() -> None:
    assert list(commands()) == ["web", *STAGES, "beat", "sampler"]
    assert all(commands()[stage] == f"python manage.py work {stage}" for stage in STAGES)


def test_a_taken_port_that_was_asked_for_is_refused_and_the_default_gives_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "is_free", lambda port: False)
    with pytest.raises(LocalError, match="port 8000 is taken"):
        run._port(8000)

    assert is_free(run._port(None))


def test_the_sample_alone_is_opened_and_has_a_pace_of_its_own() -> None:
    url = "http://127.0.0.1:8100/"

    assert run._allow_sample(url, {}) == {"FETCH_OWN_SITES": "127.0.0.1:8100=0"}
    beside = run._allow_sample(url, {"FETCH_OWN_SITES": "10.0.0.7:80=2"})
    assert beside == {"FETCH_OWN_SITES": "10.0.0.7:80=2,127.0.0.1:8100=0"}


def test_run_refuses_a_port_that_is_no_number() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.local", "run"],
        cwd=CHECKOUT,
        env={**os.environ, "PORT": "eighty"},
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stderr) == (1, "error: PORT must be a number, not eighty\n")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo first; echo no such queue; exit 3", "p ended with status 3: no such queue"),
        (
            """echo '{"event": "stopped", "exception": "Traceback\\nOSError: full"}'; exit 1""",
            "status 1: OSError: full",
        ),
        ("exit 1", "p ended with status 1: it wrote nothing"),
        ("kill -9 $$", "p was killed by SIGKILL"),
    ],
)
def test_a_process_that_ends_says_why_in_one_line(tmp_path: Path, script: str, reason: str) -> None:
    process = Process("p", ["sh", "-c", script], home=tmp_path, log=tmp_path / "p.log")
    process.start()
    process.wait(5)

    assert reason in process.reason()
    assert "\n" not in process.reason()
