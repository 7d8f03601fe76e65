"""One SQL statement against PostgreSQL, tried again where the connection was lost.

Only for statements that are harmless to repeat: the answer to the first try may have been lost on its way back.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection

log = structlog.get_logger(__name__)

PAUSES = (0.1, 0.5, 1.0, 2.0, 4.0, 8.0)  # seconds before each further try; a restart of PostgreSQL takes less


def execute(sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Runs `sql` and returns its rows (none for a statement that returns nothing).

    A lost connection is closed and the statement repeated after each of PAUSES; then the database's error is raised.
    """
    for pause in (*PAUSES, None):
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, params)
                return list(cursor.fetchall()) if cursor.description else []
        except (OperationalError, InterfaceError) as error:
            if pause is None or connection.in_atomic_block:
                raise
            log.warning("database_lost", error=str(error).strip(), retry_in=pause)
            connection.close()
            time.sleep(pause)
    raise AssertionError("unreachable")


def wait_for_database(most: float) -> None:
    """Returns when the database answers, or after `most` seconds."""
    end = time.monotonic() + most
    while time.monotonic() < end:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                return
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(1)
