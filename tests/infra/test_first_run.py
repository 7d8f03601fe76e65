"""Whatever keeps the first start from coming about is one clear sentence."""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import install, rabbitmq, run
from infra.local.__main__ import report_errors
from infra.local.postgres import _demoted
from infra.local.process import LocalError, Process
from infra.local.rabbitmq import RabbitMQ
from infra.local.stack import CHECKOUT, HOME, Stack, own_directory

NOBODY = 65534
AS_NOBODY = f"setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups"
SERVER = install.find_server
WAYS_ON = "install the package rabbitmq-server; set BROKER_HOST .* or run `docker"


@pytest.fixture(autouse=True)
def without_rabbitmq(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "SERVERS", ())


def programs(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let only these be on PATH."""
    found = {name: f"/usr/bin/{name}" for name in names}
    monkeypatch.setattr(shutil, "which", lambda name: found.get(name))


def test_without_apt_and_brew_there_are_three_ways_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    programs(monkeypatch)
    with pytest.raises(LocalError, match=f"neither apt-get nor brew .*{WAYS_ON}"):
        install.find_server()


def test_apt_without_the_right_to_use_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    programs(monkeypatch, "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(LocalError, match=f"apt-get needs root or sudo.*{WAYS_ON}"):
        install.find_server()


def test_on_a_mac_homebrew_installs_it_and_its_server_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a stand-in for brew, which puts the server where Homebrew links it."""
    server = tmp_path / "opt/rabbitmq/sbin/rabbitmq-server"
    brew = tmp_path / "brew"
    brew.write_text(
        f"#!/bin/sh\n"
        f'[ "$*" = "install --quiet rabbitmq" ] || exit 1\n'
        f'mkdir -p "{server.parent}" && : >"{server}"\n'
    )
    brew.chmod(0o755)
    monkeypatch.setattr(install, "SERVERS", (str(server),))
    programs(monkeypatch, "brew")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert install.find_server() == server


def test_an_installation_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    programs(monkeypatch)
    command = ["/bin/sh", "-c", "echo E: Could not resolve the mirror; exit 100"]
    monkeypatch.setattr(install, "_install_command", lambda: command)
    with pytest.raises(LocalError, match=r"failed: E: Could not resolve the mirror\)"):
        install.find_server()


def test_a_disk_that_gets_full_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def fill() -> int:
        raise OSError(errno.ENOSPC, "No space left on device", "/data/postgres")

    assert report_errors(fill) == 1
    assert capsys.readouterr().err == "error: the disk is full (/data/postgres)\n"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may reach, which pytest's are not."""
    folder = Path(tempfile.mkdtemp(prefix="gleaner-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.broker
@pytest.mark.servers
def test_rabbitmq_starts_for_a_user_who_may_write_to_no_folder_of_the_system(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    home = open_folder / "rabbitmq"
    script = open_folder / "server"
    script.write_text(
        f'#!/bin/sh\nchown -R {NOBODY} "{home}"\nexec {AS_NOBODY} {SERVER()}\n'
    )
    script.chmod(0o755)
    if os.geteuid() == 0:
        monkeypatch.setattr(rabbitmq, "find_server", lambda: script)
    server = RabbitMQ(home, log=open_folder / "log", durable=False)
    try:
        server.start()
    finally:
        server.kill()


def test_a_crash_of_erlang_is_told_by_its_reason(tmp_path: Path) -> None:
    script = "echo 'Kernel pid terminated (eacces)'; echo; echo 'Crash dump is being written to: x'"
    process = Process(
        "rabbitmq", ["sh", "-c", script], home=tmp_path, log=tmp_path / "log"
    )
    process.start()
    assert process.wait(60)
    assert "ended with status 0: Kernel pid terminated (eacces)" in process.reason()


def test_postgresql_finds_its_programs_below_a_folder_that_only_root_may_enter(
    tmp_path: Path,
) -> None:
    """As in a checkout below /root: initdb asks by access(2), which goes by the real user."""
    file = tmp_path / "closed/postgres"
    file.parent.mkdir(mode=0o700)
    file.touch(mode=0o700)
    code = "import os, sys; sys.exit(not os.access(sys.argv[1], os.X_OK))"
    asked = [*_demoted(), sys.executable, "-IS", "-c", code, str(file)]
    assert subprocess.run(asked).returncode == 0


def test_requirements_that_cannot_be_had_are_one_sentence_after_pips_own(
    tmp_path: Path,
) -> None:
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho ERROR: No matching distribution >&2; exit 1\n")
    python.chmod(0o755)
    for file in (CHECKOUT / "Makefile", *CHECKOUT.glob("requirements*.txt")):
        shutil.copy(file, tmp_path)
    (tmp_path / "infra/local").mkdir(parents=True)
    shutil.copy(CHECKOUT / "infra/local/make-venv.sh", tmp_path / "infra/local")

    done = subprocess.run(
        ["make", "setup"], cwd=tmp_path, capture_output=True, text=True
    )

    assert done.returncode
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert said[0] == "ERROR: No matching distribution"
    assert said[1].startswith("error: the requirements could not be installed")
    assert "check the network" in said[1]
    assert len(said) == 2


def test_a_command_from_another_terminal_may_fetch_the_sample_blog_that_runs(
    tmp_path: Path,
) -> None:
    code = "from django.conf import settings; print(settings.FETCH_OWN_SITES)"
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env |= {"GLEANER_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "myworld.settings"}
    with Stack(tmp_path, only=()) as stack:
        stack.tell({"FETCH_OWN_SITES": "127.0.0.1:8100=0"})
        told = subprocess.run(
            [sys.executable, "-c", code], cwd=CHECKOUT, env=env, capture_output=True
        )
    assert told.stdout.decode() == "{'127.0.0.1:8100': 0.0}\n", told.stderr


def test_a_second_one_says_that_its_data_are_its_own(tmp_path: Path) -> None:
    told: list[str] = []
    run._tell_of_another(HOME, told.append)
    assert told == []
    with own_directory(tmp_path), own_directory(tmp_path) as second:
        run._tell_of_another(second, told.append)
    assert told == [
        f"Gleaner is running here already: this one has data of its own, in {tmp_path}/run-1"
    ]
