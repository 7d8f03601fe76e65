"""The PostgreSQL that `make t` leaves running, and the test databases on it."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from infra.local.lasting import lasting_postgres, serve
from infra.local.stack import CHECKOUT
from tests.databases import cloned_database, connect, exists, schema_digest
from tests.real_servers import RealServer
from tests.waiting import wait_until

pytestmark = pytest.mark.servers


def test_it_outlives_the_command_that_started_it_and_serves_the_next(
    tmp_path: Path,
) -> None:
    code = (
        "import sys; from pathlib import Path; from infra.local.lasting import lasting_postgres; "
        "lasting_postgres(Path(sys.argv[1]))"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=CHECKOUT,
        check=True,
        timeout=180,
    )
    first = (tmp_path / "env").read_text()

    server = lasting_postgres(tmp_path)

    assert (tmp_path / "env").read_text() == first
    with closing(connect(server)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_postmaster_start_time()")
    stop(tmp_path)


def stop(root: Path) -> None:
    """End the server; its keeper sees it and takes the addresses away."""
    pid = int(
        (root / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0]
    )
    subprocess.run(["kill", "-INT", str(pid)], check=True)
    wait_until(lambda: not (root / "env").exists(), what="for the keeper to end")


def test_it_stops_by_itself_when_nobody_uses_it(tmp_path: Path) -> None:
    serve(tmp_path, idle_seconds=0.1)

    assert not (tmp_path / "env").exists()
    assert not (tmp_path / "postgres" / "data" / "postmaster.pid").exists()


def test_a_test_database_is_a_copy_of_its_own_and_goes_away(
    postgres: RealServer, django_db_setup: None
) -> None:
    from django.db import connections

    server = named(connections["default"])
    own = connections["default"].settings_dict["NAME"]
    with cloned_database(server, suffix="other") as name:
        assert name != own
        with (
            closing(connect(server, name)) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT count(*) FROM pipeline_run")
            cursor.execute("CREATE TABLE only_here (id int)")
    with closing(connect(server)) as connection, connection.cursor() as cursor:
        assert not exists(cursor, name)
        assert exists(cursor, f"template_{schema_digest()}")
    with closing(connect(server, own)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('only_here')")
        assert cursor.fetchone() == (None,)


def named(connection: Any) -> dict[str, str]:
    """The server of a Django connection, under the names of the environment."""
    names = ("HOST", "PORT", "USER", "PASSWORD")
    return {f"POSTGRES_{name}": str(connection.settings_dict[name]) for name in names}


def test_a_changed_migration_asks_for_another_template(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text("django")
    folder = tmp_path / "catalog" / "migrations"
    folder.mkdir(parents=True)
    monkeypatch.setattr("tests.databases.CHECKOUT", tmp_path)
    before = schema_digest()
    (folder / "0002_more.py").write_text("operations = []")

    assert schema_digest() != before
