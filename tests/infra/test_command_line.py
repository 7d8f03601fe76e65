"""A command finds its database, or says in one line what to start."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.db import OperationalError
from kombu.exceptions import OperationalError as BrokerError

from infra.local.command_database import local_database
from infra.local.ports import answers, free_port
from infra.local.process import LocalError
from infra.local.stack import CHECKOUT, Stack, lock_directory, running_addresses
from myworld import command_line
from myworld.command_line import explain, needs_database_alone
from tests.databases import connect

OURS = {
    path.stem
    for room in ("catalog", "pipeline")
    for path in (CHECKOUT / room / "management" / "commands").glob("[a-z]*.py")
} - {"migrate"}  # Django's, which has the option --skip-checks


@pytest.mark.parametrize(
    "command",
    [["crawl", "https://blog.example/"], ["export"], ["migrate"]],
    ids=" ".join,
)
def test_a_server_that_does_not_answer_is_one_clear_line(command: list[str]) -> None:
    port = str(free_port())
    env = {
        "GLEANER_ENV": os.devnull,
        "POSTGRES_HOST": "127.0.0.1",
        "POSTGRES_PORT": port,
    }
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=CHECKOUT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=600,
    )

    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1
    assert last.startswith("error: PostgreSQL does not answer:")
    assert port in last
    assert "`make run`" in last
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", sorted(OURS))
def test_no_command_loads_every_page_before_it_does_something(name: str) -> None:
    command = load_command_class(get_commands()[name], name)
    assert command.requires_system_checks == []


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["work", "fetch"], "fetch"),
        (["work", "beat"], "beat"),
        (["work", "nothing"], ""),
        (["work", "--help"], ""),
        (["crawl", "fetch"], ""),
    ],
    ids=" ".join,
)
def test_a_worker_has_its_name_before_the_settings_are_loaded(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], name: str
) -> None:
    monkeypatch.setenv("GLEANER_PROCESS", "")
    monkeypatch.setattr(command_line.EnglishCommands, "execute", lambda _: None)
    command_line.main(["manage.py", *arguments])
    assert os.environ["GLEANER_PROCESS"] == name


def test_each_server_is_named_and_another_error_is_not_hidden() -> None:
    assert "BROKER_HOST" in explain(BrokerError("[Errno 111] Connection refused"))
    assert "POSTGRES_HOST" in explain(
        OperationalError("could not translate host name x\n")
    )
    assert (
        explain(OperationalError("canceling statement due to statement timeout")) == ""
    )


@pytest.mark.parametrize(
    ("arguments", "alone"),
    [
        (["export", "--format", "csv"], True),
        (["job", "list"], True),
        (["job", "start", "Weekly"], False),
        (["opml", "export"], True),
        (["opml", "import", "subscriptions.opml"], False),
        (["source", "show", "blog.example"], True),
        (["export", "--help"], False),
        (["crawl", "https://blog.example/"], False),
        (["discover", "https://blog.example/"], False),
        ([], False),
    ],
)
def test_what_needs_the_database_alone_is_known(
    arguments: list[str], alone: bool
) -> None:
    assert needs_database_alone(["manage.py", *arguments]) == alone


@pytest.mark.servers
def test_the_database_of_a_stack_that_is_down_is_started_for_a_command(
    tmp_path: Path,
) -> None:
    with Stack(tmp_path, only=("postgres",), env={}):
        pass
    (tmp_path / "logs" / "web.log").write_text("a line of the last run")

    with local_database(tmp_path) as address:
        assert running_addresses(tmp_path)["POSTGRES_PORT"] == address["POSTGRES_PORT"]
        with closing(connect(address, address["POSTGRES_DB"])) as connection:
            connection.cursor().execute("SELECT 1")
        with local_database(tmp_path) as again:
            assert again["POSTGRES_PORT"] == address["POSTGRES_PORT"]

    assert not answers("127.0.0.1", int(address["POSTGRES_PORT"]))
    assert (tmp_path / "logs" / "web.log").exists()


def test_without_a_database_the_way_to_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="make run"), local_database(tmp_path):
        pass


def test_a_stack_that_is_starting_is_left_alone(tmp_path: Path) -> None:
    with lock_directory(tmp_path):
        started = local_database(tmp_path)
        (tmp_path / "postgres" / "data").mkdir(parents=True)
        (tmp_path / "postgres" / "data" / "PG_VERSION").touch()
        with pytest.raises(LocalError, match="try again"), started:
            pass
