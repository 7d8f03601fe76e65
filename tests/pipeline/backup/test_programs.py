"""Whose pg_dump is taken: the wheel's, which speaks no TLS, or the system's."""

import re
import shutil
from pathlib import Path

import pytest

from pipeline.backup import dump, programs
from pipeline.backup.errors import BackupError

CHECKOUT = Path(__file__).parents[3]
SCRIPT = "#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}.2 (a system)'\n"


def installed(folder: Path, version: int) -> Path:
    """A program of this version, where a system keeps it."""
    path = folder / str(version) / "bin/pg_dump"
    path.parent.mkdir(parents=True)
    path.write_text(SCRIPT.format(version=version))
    path.chmod(0o755)
    return path


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the programs of the system are; there are none yet, and the server is of version 16."""
    monkeypatch.setattr(programs, "VERSIONED", (f"{tmp_path}/*/bin",))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(dump, "_server_major", lambda: 16)
    monkeypatch.setattr(dump, "_is_reached_by_tls", lambda: True)
    monkeypatch.delenv("PGSSLMODE", raising=False)
    return tmp_path


def is_of_the_wheel(path: str) -> bool:
    return programs.WHEEL in path


def test_by_tls_the_systems_goes_first_where_it_is_not_older_than_the_server(
    system: Path,
) -> None:
    installed(system, 15)
    assert is_of_the_wheel(dump.program("pg_dump"))
    newer = installed(system, 17)
    assert dump.program("pg_dump") == str(newer)


def test_without_tls_the_wheels_is_taken(
    system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(system, 17)
    monkeypatch.setattr(dump, "_is_reached_by_tls", lambda: False)
    assert is_of_the_wheel(dump.program("pg_dump"))


def test_what_only_reads_files_is_the_wheels_which_knows_the_newest_form(
    system: Path,
) -> None:
    installed(system, 17).rename(system / "17/bin/pg_restore")
    assert is_of_the_wheel(dump.program("pg_restore"))


def test_where_tls_is_demanded_and_nothing_speaks_it_one_sentence_says_so(
    system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    with pytest.raises(
        BackupError, match=r"by TLS, which the pg_dump .* of version 16 or newer$"
    ):
        dump.program("pg_dump")


def test_a_server_that_refuses_what_is_not_encrypted_is_told_of_the_same_way(
    system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = "echo 'no pg_hba.conf entry, no encryption' >&2; exit 1\n"
    path = installed(system, 17)
    path.write_text(f'{path.read_text()}[ "$1" = --version ] || {{ {refusal}}}\n')
    monkeypatch.setattr(dump, "_place", dict)
    with pytest.raises(BackupError, match="install PostgreSQL's client programs"):
        dump.run("pg_dump")


@pytest.mark.django_db
def test_the_tests_own_server_is_asked_for_its_version_and_for_tls() -> None:
    assert dump._server_major() == 18
    assert not dump._is_reached_by_tls()


def test_the_image_has_the_wheels_programs_on_its_path_and_no_wheel(
    system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dockerfile = (CHECKOUT / "infra/Dockerfile").read_text()
    found = re.search(
        rf"PATH=\S*:(/opt/\S+/{programs.WHEEL}/pginstall\d+/bin):", dockerfile
    )
    assert found
    copied = f"{found[1]}/pg_dump"
    monkeypatch.setattr(programs, "find_in_wheel", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: copied)
    monkeypatch.setattr(dump, "_is_reached_by_tls", lambda: False)
    assert dump.program("pg_dump") == copied
    newer = installed(system, 17)
    monkeypatch.setattr(dump, "_is_reached_by_tls", lambda: True)
    assert dump.program("pg_dump") == str(newer)
