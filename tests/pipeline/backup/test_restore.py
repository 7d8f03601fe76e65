"""A backup holds everything, and a restore brings it back and nothing else."""

import os
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from catalog.models import Article
from infra.local.stack import CHECKOUT
from pipeline.access.audit import record
from pipeline.access.models import AuditEntry
from pipeline.backup import dump, restore, take
from pipeline.backup.keep import name_of
from pipeline.backup.models import Backup
from pipeline.models import ErasedURL
from pipeline.models.erasure import digest_of
from tests.databases import cloned_database, connect
from tests.pages import a_run, an_article, journeys
from tests.pipeline.backup.test_take import s3, s3_address  # noqa: F401
from tests.real_servers import RealServer

pytestmark = pytest.mark.django_db(transaction=True)
LINE = """INSERT INTO monitor_logevent (at, level, event, process, stage, task, url, data)
VALUES (now(), 30, %s, 'web', '', '', '', '{}')"""


def run_sql(statement: str, *values: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def manage(database: str, server: RealServer, *arguments: str) -> bytes:
    """What a command prints that runs on this database."""
    env = {
        **os.environ,
        **server.environment,
        "GLEANER_ENV": os.devnull,
        "DJANGO_SETTINGS_MODULE": "myworld.settings",
        "POSTGRES_DB": database,
    }
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=CHECKOUT, env=env, check=True, stdout=subprocess.PIPE
    ).stdout


def rows_of(database: str, server: RealServer) -> dict[str, int]:
    """The rows of each table that a backup is to hold, counted on this database."""
    with closing(connect(server.environment, database)) as other:
        cursor = other.cursor()
        cursor.execute(dump.TABLES)
        counted = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counted[table] = cursor.fetchone()[0]
    return counted


def test_a_rehearsal_a_new_database_gets_every_row_and_exports_the_same_bytes(
    postgres: RealServer, tmp_path: Path, backup_dir: Path
) -> None:
    for number in range(1, 30):
        an_article(number, title=f"Ärger № {number} \\. \t tab", text="a\n\\.\nb" * 9)
    journeys(a_run(), 20)
    run_sql(LINE, "kept")
    here = connection.settings_dict["NAME"]
    before = rows_of(here, postgres)
    backup = take.take()

    with cloned_database(postgres.environment, "_rehearsal") as there:
        manage(there, postgres, "restore", str(backup_dir / backup.name))
        after = rows_of(there, postgres)
        told = {"access_auditentry"}  # which says that there was a restore
        assert {table: n for table, n in after.items() if table not in told} == {
            table: n for table, n in before.items() if table not in told
        }
        assert after["access_auditentry"] == before["access_auditentry"] + 1
        export = ("export", "--format", "jsonl")
        exported = manage(here, postgres, *export)
        assert exported.count(b"\n") == 29
        assert manage(there, postgres, *export) == exported


def test_the_products_own_tables_come_back_again_and_again(backup_dir: Path) -> None:
    """With its partitions, which are dropped as a whole or not at all, and over what a newer
    version has added."""
    run_sql(LINE, "kept")
    for name in ("a.dump", "b.dump"):  # what was restored can be backed up and restored
        backup_dir.mkdir(exist_ok=True)
        take.write(backup_dir / name)
        run_sql("TRUNCATE monitor_logevent")
        run_sql("CREATE TABLE newer (run bigint REFERENCES pipeline_run)")

        restore.restore(backup_dir / name)

        assert run_sql("SELECT event FROM monitor_logevent WHERE level = 30") == [
            ("kept",)
        ]
        assert run_sql("SELECT to_regclass('newer')") == [(None,)]


def test_what_was_spoilt_is_as_it_was(backup_dir: Path) -> None:
    kept = [an_article(1), an_article(2)]
    backup = take.take()
    Article.objects.filter(pk=kept[0].pk).delete()
    Article.objects.update(title="spoilt")

    call_command("restore", backup.name)

    titles = Article.objects.order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["Article 1", "Article 2"]


def test_a_damaged_backup_changes_nothing(backup_dir: Path) -> None:
    an_article()
    run_sql(
        "CREATE TABLE large AS SELECT md5(n::text) FROM generate_series(1, 20000) n"
    )
    try:
        backup = take.take()
        file = backup_dir / backup.name
        file.write_bytes(file.read_bytes()[:-200_000])
        an_article(2)
        with pytest.raises(CommandError, match="failed"):
            call_command("restore", "latest")
        assert Article.objects.count() == 2
    finally:
        run_sql("DROP TABLE large")


def test_a_backup_that_fails_leaves_the_last_one_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.dump").write_text("the last one")
    monkeypatch.setattr(dump, "_place", lambda: {"PGHOST": "127.0.0.1", "PGPORT": "9"})

    with pytest.raises(CommandError, match="pg_dump failed"):
        call_command("backup", str(tmp_path / "a.dump"))

    assert [file.name for file in tmp_path.iterdir()] == ["a.dump"]
    assert (tmp_path / "a.dump").read_text() == "the last one"


def test_a_backup_that_is_none_is_named_with_those_that_are(backup_dir: Path) -> None:
    with pytest.raises(CommandError, match=r"there is no backup b\.dump$"):
        call_command("restore", "b.dump")
    with pytest.raises(CommandError, match=r"there is no backup latest$"):
        call_command("restore", "latest")
    backup_dir.mkdir()
    name = name_of(datetime(2026, 1, 2, tzinfo=UTC))
    (backup_dir / name).write_bytes(b"")
    with pytest.raises(CommandError, match=f"the newest are {name}"):
        call_command("restore", "b.dump")


def test_a_running_product_is_refused(backup_dir: Path, postgres: RealServer) -> None:
    backup = take.take()
    server = postgres.environment
    worker = psycopg2.connect(
        host=server["POSTGRES_HOST"],
        port=server["POSTGRES_PORT"],
        user=server["POSTGRES_USER"],
        password=server["POSTGRES_PASSWORD"],
        dbname=connection.settings_dict["NAME"],
        application_name="fetch",
    )
    with closing(worker), pytest.raises(CommandError, match=r"running \(fetch\): stop"):
        call_command("restore", backup.name)


def test_a_backup_of_a_newer_version_is_refused_and_nothing_changes(
    backup_dir: Path,
) -> None:
    run_sql(
        "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())",
        "catalog",
        "9999_newer",
    )
    try:
        backup = take.take()
    finally:
        run_sql("DELETE FROM django_migrations WHERE name = '9999_newer'")
    an_article()
    with pytest.raises(CommandError, match=r"it has catalog\.9999_newer, which this"):
        call_command("restore", backup.name)
    assert Article.objects.count() == 1


def test_the_audit_log_goes_on_and_has_the_restore(backup_dir: Path) -> None:
    record("start", "run", "before the backup", who="ana")
    backup = take.take()
    record("delete", "article", "after the backup", who="ben")

    call_command("restore", backup.name)

    entries = AuditEntry.objects.order_by("pk").values_list("verb", "object")
    assert list(entries) == [
        ("start", "before the backup"),
        ("delete", "after the backup"),
        ("restore", backup.name),
    ]


def test_what_was_erased_since_the_backup_is_erased_again(backup_dir: Path) -> None:
    an_article(1)
    gone = an_article(2)
    backup = take.take()
    ErasedURL.objects.create(digest=digest_of(gone.key), erased_at=timezone.now())
    gone.delete()

    call_command("restore", backup.name)

    assert [each.title for each in Article.objects.all()] == ["Article 1"]
    assert ErasedURL.objects.count() == 1


def test_the_latest_comes_from_the_bucket_where_the_folder_is_lost(
    backup_dir: Path,
    s3: Any,  # noqa: F811
) -> None:
    an_article()
    backup = take.take()
    (backup_dir / backup.name).unlink()
    Article.objects.all().delete()

    call_command("restore", "latest")

    assert Article.objects.count() == 1
    assert (backup_dir / backup.name).is_file()
    assert not Backup.objects.exists(), "its row came after the moment of the backup"


@pytest.mark.parametrize(("server", "is_known"), [(15, False), (17, True)])
def test_a_server_before_postgresql_17_is_not_asked_for_what_it_does_not_know(
    server: int, is_known: bool, backup_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_article(1)
    backup_dir.mkdir(exist_ok=True)
    take.write(backup_dir / "a.dump")
    rows = backup_dir / "rows.sql"
    scripts: list[str] = []
    monkeypatch.setattr(dump, "_server_major", lambda: server)
    monkeypatch.setattr(
        dump,
        "run_sql",
        lambda *given: scripts.append(Path(given[-1].partition("=")[2]).read_text()),
    )
    dump.load(backup_dir / "a.dump")
    dump.dump_rows(["catalog_article"], rows)
    for script in (*scripts, rows.read_text()):
        assert ("\nSET transaction_timeout = 0;" in script) == is_known
        assert "\nSET lock_timeout = 0;" in script
    assert len(scripts) == 1
