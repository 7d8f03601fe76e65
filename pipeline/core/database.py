"""One SQL statement against PostgreSQL, tried again where the connection was lost.

Only for statements that are harmless to repeat: the answer to the first try may have been lost on
its way back.

Statements with named values that a connection runs again and again are prepared on it: to plan one
of a stage's takes PostgreSQL three times as long as to run it.
"""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import structlog
from django.conf import settings
from django.db import (
    DEFAULT_DB_ALIAS,
    InterfaceError,
    NotSupportedError,
    OperationalError,
    connection,
    connections,
)

log = structlog.get_logger(__name__)

OFTEN = 3  # times that a connection runs a statement before it is prepared
NAMED = re.compile(r"%\((\w+)\)s")
PAUSES = (
    0.1,
    0.5,
    1.0,
    2.0,
    4.0,
    8.0,
)  # seconds before each further try; a restart of PostgreSQL takes less


def execute(
    sql: str, params: Sequence[Any] | Mapping[str, Any] = ()
) -> list[tuple[Any, ...]]:
    """Run `sql` and return its rows (none for a statement that returns nothing).

    A lost connection is closed and the statement repeated after each of PAUSES; then the database's
    error is raised. So it is where the caller's time runs out in between: what took too long was
    the database, not the caller.
    """
    lost: Exception | None = None
    for pause in (*PAUSES, None):
        try:
            return _run(sql, params)
        except (OperationalError, InterfaceError, NotSupportedError) as error:
            if pause is None or connection.in_atomic_block or _is_refused(error):
                raise
            lost = error
            log.warning("database_lost", error=str(error).strip(), retry_in=pause)
            connection.close()
            _pause(pause, error)
        except Exception as error:  # noqa: BLE001 - raised again, by its cause where that is known
            raise lost or error from None
    raise AssertionError("unreachable")


def _is_refused(error: Exception) -> bool:
    """Whether PostgreSQL cannot do what was asked.

    A prepared statement whose table has changed can be had anew.
    """
    return isinstance(error, NotSupportedError) and "cached plan" not in str(error)


def _run(sql: str, params: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    # `connection` looks up the thread's own each time that it is asked for anything
    database = connections[DEFAULT_DB_ALIAS]
    # Only with values: EXECUTE takes no empty list.
    named = params if isinstance(params, Mapping) else {}
    if named and (prepared := _prepared(database, sql)):
        # psycopg2's own: the wrapped one costs as much as it takes to send a statement.
        with database.wrap_database_errors, database.create_cursor() as cursor:
            cursor.execute(prepared.call, [named[name] for name in prepared.names])
            if cursor.description:
                return list(cursor.fetchall())
            return []
    with database.cursor() as cursor:
        cursor.execute(sql, params)
        if cursor.description:
            return list(cursor.fetchall())
        return []


class _Prepared(NamedTuple):
    """How a prepared statement is run, and the names of its values in their order."""

    call: str
    names: list[str]


@dataclass
class _Statements:
    """Those of one connection: how often each was run, and the prepared ones."""

    runs: dict[str, int] = field(default_factory=dict)
    prepared: dict[str, _Prepared] = field(default_factory=dict)


_known: WeakKeyDictionary[Any, _Statements] = WeakKeyDictionary()


def _prepared(database: Any, sql: str) -> _Prepared | None:
    """Return the statement as it is prepared on this connection; None where it is not, or somebody
    watches statements."""
    # With a pool, the next transaction may have another connection.
    is_watched = database.queries_logged or database.execute_wrappers
    if settings.DATABASE_POOLED or is_watched:
        return None
    database.close_if_health_check_failed()
    database.ensure_connection()
    known = _known.setdefault(database.connection, _Statements())
    if sql in known.prepared:
        return known.prepared[sql]
    known.runs[sql] = known.runs.get(sql, 0) + 1
    if known.runs[sql] < OFTEN:
        return None
    name = f"statement_{len(known.prepared)}"
    names = NAMED.findall(sql)
    places = count(1)
    with database.cursor() as cursor:
        cursor.execute(
            f"PREPARE {name} AS {NAMED.sub(lambda _: f'${next(places)}', sql).replace('%%', '%')}"
        )
    known.prepared[sql] = _Prepared(
        f"EXECUTE {name} ({', '.join(['%s'] * len(names))})", names
    )
    return known.prepared[sql]


def _pause(seconds: float, lost: Exception) -> None:
    try:
        time.sleep(seconds)
    except Exception as interrupted:  # a worker's soft time limit
        raise lost from interrupted


def wait_for_database(most: float) -> None:
    """Wait until the database answers and takes writes, at most `most` seconds."""
    end = time.monotonic() + most
    while time.monotonic() < end:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('transaction_read_only')")
                if cursor.fetchone() == ("off",):
                    return
            connection.close()  # a new one may lead to the server that takes writes
            time.sleep(1)
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(1)
