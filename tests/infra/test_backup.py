"""A backup holds everything, and a restore brings it back and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from infra.local.backup import dump, load
from infra.local.process import LocalError
from infra.local.stack import CHECKOUT, Stack

pytestmark = pytest.mark.servers
LINE = """INSERT INTO monitor_logevent (at, level, event, process, stage, task, url, data)
VALUES (now(), 30, 'kept', 'web', '', '', '', '{}')"""


def query(env: dict[str, str], statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(
        host=env["POSTGRES_HOST"],
        port=env["POSTGRES_PORT"],
        user=env["POSTGRES_USER"],
        password=env["POSTGRES_PASSWORD"],
        dbname=env["POSTGRES_DB"],
    )
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = list(cursor.fetchall()) if cursor.description else []
    connection.close()
    return rows


def test_what_was_there_comes_back(tmp_path: Path) -> None:
    with Stack(tmp_path / "stack", lasting=False, only=("postgres",), env={}) as stack:
        env = {**os.environ, **stack.environment}
        query(env, "CREATE TABLE article (id int PRIMARY KEY, title text)")
        query(env, "INSERT INTO article VALUES (1, 'kept'), (2, 'kept, too')")
        dump(env, tmp_path / "a.dump")
        query(
            env, "DELETE FROM article WHERE id = 1; UPDATE article SET title = 'spoilt'"
        )

        load(env, tmp_path / "a.dump")

        assert query(env, "SELECT id, title FROM article ORDER BY id") == [
            (1, "kept"),
            (2, "kept, too"),
        ]


def test_the_products_own_tables_come_back_again_and_again(tmp_path: Path) -> None:
    """With its partitions, which are dropped as a whole or not at all, and over what a newer
    version has added."""
    newer = "CREATE TABLE newer (run bigint REFERENCES pipeline_run)"
    with Stack(tmp_path / "stack", lasting=False, only=("postgres",), env={}) as stack:
        env = {**os.environ, **stack.environment, "GLEANER_ENV": os.devnull}
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity=0"],
            cwd=CHECKOUT,
            env=env,
            check=True,
        )
        query(env, LINE)
        for name in (
            "a.dump",
            "b.dump",
        ):  # what was restored can be backed up and restored
            dump(env, tmp_path / name)
            query(env, f"TRUNCATE monitor_logevent; {newer}")
            load(env, tmp_path / name)
            assert query(env, "SELECT event FROM monitor_logevent") == [("kept",)]
            assert query(env, "SELECT to_regclass('newer')") == [(None,)]


def test_a_damaged_backup_changes_nothing(tmp_path: Path) -> None:
    with Stack(tmp_path / "stack", lasting=False, only=("postgres",), env={}) as stack:
        env = {**os.environ, **stack.environment}
        query(
            env,
            "CREATE TABLE article AS SELECT n, md5(n::text) FROM generate_series(1, 20000) n",
        )
        dump(env, tmp_path / "a.dump")
        (tmp_path / "b.dump").write_bytes((tmp_path / "a.dump").read_bytes()[:-200_000])
        with pytest.raises(LocalError, match="failed"):
            load(env, tmp_path / "b.dump")
        assert query(env, "SELECT count(*) FROM article") == [(20000,)]


def test_a_backup_that_fails_leaves_the_last_one_alone(tmp_path: Path) -> None:
    (tmp_path / "a.dump").write_text("the last one")
    nowhere = {**os.environ, "POSTGRES_HOST": "127.0.0.1", "POSTGRES_PORT": "9"}

    with pytest.raises(LocalError, match="pg_dump failed"):
        dump(nowhere, tmp_path / "a.dump")

    assert [file.name for file in tmp_path.iterdir()] == ["a.dump"]
    assert (tmp_path / "a.dump").read_text() == "the last one"


def test_a_backup_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="there is no backup"):
        load({}, tmp_path / "b.dump")
