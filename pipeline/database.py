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
    So it is where the caller's time runs out in between: what took too long was the database, not the caller.
    """
    lost: Exception | None = None
    for pause in (*PAUSES, None):
        try:
            return _run(sql, params)
        except (OperationalError, InterfaceError) as error:
            if pause is None or connection.in_atomic_block:
                raise
            lost = error
            log.warning("database_lost", error=str(error).strip(), retry_in=pause)
            connection.close()
            _pause(pause, error)
        except Exception as error:  # noqa: BLE001 - raised again, by its cause where that is known
            raise lost or error from None
    raise AssertionError("unreachable")


def _run(sql: str, params: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall()) if cursor.description else []


def _pause(seconds: float, lost: Exception) -> None:
    try:
        time.sleep(seconds)
    except Exception as interrupted:  # a worker's soft time limit
        raise lost from interrupted


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
