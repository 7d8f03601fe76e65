"""Test databases: each is a copy of one that was migrated once, which takes a tenth of a second."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg2

from infra.local.stack import CHECKOUT

LOCK = 7_203_411  # an advisory lock of PostgreSQL: one session migrates, others wait for it


@contextmanager
def cloned_database(server: Mapping[str, str], suffix: str = "") -> Iterator[str]:
    """Yield the name of a database with all tables and no rows; it is dropped afterwards."""
    name = f"test_{os.getpid()}{suffix}"
    clone(server, name)
    try:
        yield name
    finally:
        with closing(connect(server)) as connection, connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def clone(server: Mapping[str, str], name: str) -> None:
    """Make a database of this name with all tables and no rows, in place of an older one."""
    template = f"template_{schema_digest()}"
    with closing(connect(server)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if not exists(cursor, template):
            drop_templates(cursor)
            migrate_new(server, cursor, template)
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def make_empty(server: Mapping[str, str], name: str) -> None:
    """Make a database of this name without a table, in place of the one that is there."""
    with closing(connect(server)) as connection, connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')


def connect(server: Mapping[str, str], database: str = "postgres") -> Any:
    """A connection to a database of the server; each statement is a transaction."""
    connection = psycopg2.connect(
        host=server["POSTGRES_HOST"],
        port=server["POSTGRES_PORT"],
        user=server["POSTGRES_USER"],
        password=server["POSTGRES_PASSWORD"],
        dbname=database,
    )
    connection.autocommit = True
    return connection


def schema_digest() -> str:
    """Digest what the tables depend on: migrations, libraries, and the day, since the log has a
    partition a day."""
    files = [
        CHECKOUT / "requirements.txt",
        *sorted(CHECKOUT.glob("[cmp]*/**/migrations/*.py")),
    ]
    digest = hashlib.sha256(str(datetime.now(UTC).date()).encode())
    for file in files:
        digest.update(str(file.relative_to(CHECKOUT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def exists(cursor: Any, database: str) -> bool:
    """Whether the server has a database of this name."""
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
    return cursor.fetchone() is not None


def drop_templates(cursor: Any) -> None:
    """Drop those of older migrations, and half-made ones."""
    cursor.execute(
        "SELECT datname FROM pg_database WHERE datname ~ '^(template|unfinished)_'"
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def migrate_new(server: Mapping[str, str], cursor: Any, name: str) -> None:
    """Make a database of this name with all tables."""
    unfinished = f"unfinished_{name}"
    cursor.execute(f'CREATE DATABASE "{unfinished}"')
    migrate = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity=0"]
    migrate.append("--skip-checks")  # which load all routes: `make lint` checks, too
    ours = {"DJANGO_SETTINGS_MODULE": "tests.settings", "POSTGRES_DB": unfinished}
    env = {**os.environ, **server, **ours}
    subprocess.run(migrate, cwd=CHECKOUT, env=env, check=True)
    cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')


def point_django_at(server: Mapping[str, str], database: str) -> None:
    """Make Django use this database of the server."""
    from django.db import connections

    connections["default"].close()
    settings = connections["default"].settings_dict
    settings["NAME"] = database
    for setting in ("HOST", "PORT", "USER", "PASSWORD"):
        settings[setting] = server[f"POSTGRES_{setting}"]


def empty_tables() -> None:
    """Delete all rows of Django's database, in a tenth of the time of `flush`, which makes every
    table anew.

    Content types and permissions stay: they belong to the models, not to a test.
    """
    from django.db import connection

    names = connection.introspection.django_table_names(
        only_existing=True, include_views=False
    )
    tables = [
        name for name in names if name not in ("django_content_type", "auth_permission")
    ]
    filled = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(filled)
        deletions = "; ".join(f"DELETE FROM {name}" for (name,) in cursor.fetchall())
        if deletions:
            # As a replica: no foreign key is checked, and no trigger refuses that the audit log
            # shrinks.
            cursor.execute(f"SET session_replication_role = replica; {deletions}")
            cursor.execute("RESET session_replication_role")
