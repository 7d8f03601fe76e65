"""The Makefile, the Procfile and the stages agree."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local import run
from infra.local.ports import LOOPBACK, is_free
from infra.local.process import LocalError, Process
from infra.local.processes import commands
from infra.local.stack import CHECKOUT, check_disk
from pipeline.broker.queues import STAGES


def test_make_alone_prints_what_it_can_do() -> None:
    done = subprocess.run(
        ["make"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )

    assert all(
        f"make {target} " in done.stdout
        for target in ("setup", "run", "test", "lint", "format")
    )


def test_make_that_is_asked_what_it_would_do_runs_no_tests(tmp_path: Path) -> None:
    copy_makefile(tmp_path)
    ran = tmp_path / "ran"
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\ntouch {ran}\n")
    python.chmod(0o755)

    done = subprocess.run(
        ["make", "--dry-run", "test"], cwd=tmp_path, capture_output=True, text=True
    )

    assert "python -m pytest" in done.stdout
    assert not ran.exists()


def test_procfile_serves_every_stage_and_the_rest() -> None:
    assert list(commands()) == ["web", *STAGES, "beat", "sampler", "backup"]
    assert all(
        commands()[stage] == f"python manage.py work {stage}" for stage in STAGES
    )


def test_a_taken_port_that_was_asked_for_is_refused_and_the_default_gives_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "is_free", lambda port: False)
    with pytest.raises(LocalError, match="port 8000 is in use"):
        run._port(8000)

    assert is_free(run._port(None))


def test_a_taken_port_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = str(taken.getsockname()[1])
        env = {**os.environ, "PORT": port, "GLEANER_HOME": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-m", "infra.local", "run"],
            cwd=CHECKOUT,
            env=env,
            capture_output=True,
            text=True,
        )

    told = (
        f"error: port {port} is in use: choose another one, or none to get a free one\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", told)


def test_the_sample_alone_is_opened_and_has_a_pace_of_its_own() -> None:
    url = "http://127.0.0.1:8100/"

    assert run._allow_sample(url, {}) == {"FETCH_OWN_SITES": "127.0.0.1:8100=0"}
    beside = run._allow_sample(url, {"FETCH_OWN_SITES": "10.0.0.7:80=2"})
    assert beside == {"FETCH_OWN_SITES": "10.0.0.7:80=2,127.0.0.1:8100=0"}


def test_run_refuses_a_port_that_is_not_a_number() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.local", "run"],
        cwd=CHECKOUT,
        env={**os.environ, "PORT": "eighty"},
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stderr) == (
        1,
        "error: PORT must be a number: eighty\n",
    )


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (
            "echo first; echo no such queue; exit 3",
            "p ended with status 3: no such queue",
        ),
        (
            """echo '{"event": "stopped", "exception": "Traceback\\nOSError: full"}'; exit 1""",
            "status 1: OSError: full",
        ),
        ("exit 1", "p ended with status 1: it wrote nothing"),
        ("kill -9 $$", "p was killed by SIGKILL"),
    ],
)
def test_a_process_that_ends_says_why_in_one_line(
    tmp_path: Path, script: str, reason: str
) -> None:
    process = Process("p", ["sh", "-c", script], home=tmp_path, log=tmp_path / "p.log")
    process.start()
    process.wait(600)

    assert reason in process.reason()
    assert "\n" not in process.reason()


def test_a_full_disk_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(
        LocalError, match=r"MB are free on the disk of .*; PostgreSQL and RabbitMQ"
    ):
        check_disk(tmp_path, needed_bytes=10**18)


def test_a_missing_or_old_python_is_one_clear_line(tmp_path: Path) -> None:
    old = tmp_path / "python3.8"
    old.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "import sys; sys.version_info = (3, 8); $2"\n'
    )
    old.chmod(0o755)

    assert "there is no python-of-nowhere" in failed_setup(
        "python-of-nowhere", tmp_path
    )
    assert "newer is needed, and this is 3.8" in failed_setup(str(old), tmp_path)


def failed_setup(python: str, folder: Path) -> str:
    """What `make setup` complains of, in a checkout without an environment."""
    copy_makefile(folder)
    done = subprocess.run(
        ["make", "setup", f"PYTHON={python}"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode
    return done.stderr


def copy_makefile(folder: Path) -> None:
    """Copy the Makefile and what it reads."""
    for name in ("Makefile", *CHECKOUT.glob("requirements*.txt")):
        shutil.copy(CHECKOUT / name, folder)
