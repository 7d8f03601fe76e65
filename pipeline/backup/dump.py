"""The database into a file, what the file holds, and the database back to it.

The rows of each table are counted in the very moment of the database that pg_dump writes down, and
again in the file: a backup that cannot be read, or lacks a row, is found before an older one goes.
"""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from django.db import connection

from pipeline.backup.errors import BackupError
from pipeline.backup.programs import find_program, find_with_tls

TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relpersistence = 'p' ORDER BY 1
"""
# pg_restore's own --clean cannot drop a table of partitions, nor what a newer version has added. As
# initdb makes it:
EMPTY = """SET client_min_messages = warning; DROP SCHEMA public CASCADE;
CREATE SCHEMA public AUTHORIZATION pg_database_owner; GRANT USAGE ON SCHEMA public TO PUBLIC"""
ASKING = ("pg_dump", "psql")  # which connect to the database
TLS_ONLY = ("require", "verify-ca", "verify-full")
COPY = re.compile(rb'COPY public\.(?:"([^"]+)"|(\w+)) \(')
END_OF_COPY = b"\\.\n"
TRANSACTION_TIMEOUT = b"SET transaction_timeout"
TRANSACTION_TIMEOUT_SINCE = 17  # PostgreSQL
HEAD_BYTES = 4096  # of a script, before its first object
MIGRATION_FIELDS = 4  # of a row of django_migrations: id, app, name, applied


@dataclass(frozen=True, slots=True)
class Moment:
    """The database at one moment: `snapshot` names it to pg_dump."""

    snapshot: str
    cursor: Any

    def rows_by_table(self) -> dict[str, int]:
        """Count the rows of all tables that a backup holds."""
        self.cursor.execute(TABLES)
        tables = [name for (name,) in self.cursor.fetchall()]
        return {name: self._count(name) for name in tables}

    def _count(self, table: str) -> int:
        quoted = connection.ops.quote_name(table)
        self.cursor.execute(f"SELECT count(*) FROM public.{quoted}")  # noqa: S608
        return int(self.cursor.fetchone()[0])


@contextmanager
def moment() -> Iterator[Moment]:
    """Hold on to the database as it is now, on a connection of its own."""
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            yield Moment(cursor.fetchone()[0], cursor)
    finally:
        own.close()


def dump(file: Path, at: Moment) -> None:
    """Write the database as it was at that moment to `file`. Raises BackupError."""
    file.unlink(missing_ok=True)
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    run(
        "pg_dump",
        "--format=custom",
        "--no-unlogged-table-data",
        f"--snapshot={at.snapshot}",
        f"--file={file}",
    )


def count_rows(file: Path) -> dict[str, int]:
    """Read all of a backup; return the rows that it holds by table. Raises BackupError."""
    command = [program("pg_restore"), "--data-only", "--file=-", str(file)]
    with TemporaryFile() as errors:
        reading = subprocess.Popen(  # noqa: S603
            command, stdout=subprocess.PIPE, stderr=errors, env=os.environ
        )
        with reading:
            assert reading.stdout
            rows = _count_copied(reading.stdout)
        errors.seek(0)
        reason = errors.read().decode(errors="replace")
    if reading.returncode:
        raise BackupError(f"pg_restore failed: {_last_line(reason)}")
    return rows


def _count_copied(lines: Iterable[bytes]) -> dict[str, int]:
    rows: dict[str, int] = {}
    table = None
    for line in lines:
        if table is None:
            begun = COPY.match(line)
            if begun:
                table = (begun[1] or begun[2]).decode()
                rows[table] = 0
        elif line == END_OF_COPY:
            table = None
        else:
            rows[table] += 1
    return rows


def migrations_in(file: Path) -> set[tuple[str, str]]:
    """Return the migrations, as app and name, that a backup's database had. Raises BackupError."""
    with TemporaryDirectory() as directory:
        rows = Path(directory) / "migrations.sql"
        table = "--table=django_migrations"
        run("pg_restore", "--data-only", table, f"--file={rows}", str(file))
        fields = [line.split("\t") for line in rows.read_text().splitlines()]
    return {(each[1], each[2]) for each in fields if len(each) == MIGRATION_FIELDS}


def check(file: Path, expected: dict[str, int]) -> int:
    """Compare what a backup holds with what was counted in the database; return the number of
    rows. Raises BackupError."""
    found = count_rows(file)
    for table, number in expected.items():
        if found.get(table, 0) != number:
            raise BackupError(
                f"the backup holds {found.get(table, 0):,} rows of {table}, "
                f"and the database had {number:,}"
            )
    return sum(found.values())


def load(file: Path) -> None:
    """Put the database back to what `file` holds, in one transaction. Raises BackupError."""
    with TemporaryDirectory(dir=file.parent) as directory:
        script = f"{directory}/restore.sql"
        run("pg_restore", "--no-owner", f"--file={script}", str(file))
        suit_older_server(Path(script))
        run_sql(f"--command={EMPTY}", f"--file={script}")


def dump_rows(tables: Sequence[str], file: Path) -> None:
    """Write rows of tables to `file` as statements that leave alone what is there already."""
    run(
        "pg_dump",
        "--data-only",
        "--rows-per-insert=500",
        "--on-conflict-do-nothing",
        *(f"--table=public.{table}" for table in tables),
        f"--file={file}",
    )
    suit_older_server(file)


def suit_older_server(script: Path) -> None:
    """Turn the setting that a server before PostgreSQL 17 does not know into a comment; it stands
    at the head of each script that pg_dump and pg_restore write since."""
    if _server_major() >= TRANSACTION_TIMEOUT_SINCE:
        return
    with script.open("r+b") as opened:
        at = opened.read(HEAD_BYTES).find(TRANSACTION_TIMEOUT)
        if at >= 0:
            opened.seek(at)
            opened.write(b"-- ")  # as long as SET, so that the rest stays where it is


def run_sql(*arguments: str) -> None:
    """Run psql in one transaction, which the first error ends. Raises BackupError."""
    run("psql", "-qX", "--single-transaction", "-vON_ERROR_STOP=1", *arguments)


def run(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on the database. Raises BackupError."""
    done = subprocess.run(  # noqa: S603
        [program(name), *arguments],
        env={**os.environ, **_place()},
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        if "no encryption" in done.stderr:
            raise BackupError(_without_tls(name))
        raise BackupError(f"{name} failed: {_last_line(done.stderr)}")


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs. Raises BackupError."""
    if name in ASKING and _is_reached_by_tls():
        with_tls = find_with_tls(name, _server_major())
        if with_tls:
            return str(with_tls)
        if os.environ.get("PGSSLMODE") in TLS_ONLY:
            raise BackupError(_without_tls(name))
    found = find_program(name)
    if found is None:
        raise BackupError(
            f"there is no {name}: install PostgreSQL's client programs, "
            "of the server's version or a newer one"
        )
    return str(found)


def _is_reached_by_tls() -> bool:
    connection.ensure_connection()
    return bool(connection.connection.info.ssl_in_use)


def _server_major() -> int:
    connection.ensure_connection()
    return int(connection.connection.info.server_version) // 10_000


def _without_tls(name: str) -> str:
    return (
        f"the database is reached by TLS, which the {name} that comes with Gleaner does not speak: "
        f"install PostgreSQL's client programs of version {_server_major()} or newer"
    )


def _place() -> dict[str, str]:
    """Return the environment by which PostgreSQL's programs find the database."""
    named = connection.settings_dict
    return {
        "PGHOST": str(named["HOST"]),
        "PGPORT": str(named["PORT"]),
        "PGUSER": str(named["USER"]),
        "PGPASSWORD": str(named["PASSWORD"]),
        "PGDATABASE": str(named["NAME"]),
        "PGCONNECT_TIMEOUT": "10",
    }


def _last_line(text: str) -> str:
    return (text.strip() or "no reason given").splitlines()[-1]
