"""A server that went away: one line in the log, and the work is left to the next message or the
next look.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from celery.exceptions import OperationalError as BrokerError
from django.db import InterfaceError, OperationalError, connection

__all__ = [
    "DATABASE_AWAY",
    "SERVER_AWAY",
    "BrokerError",
    "report_outage",
    "tolerate_outage",
]
log = structlog.get_logger(__name__)

DATABASE_AWAY = (OperationalError, InterfaceError)
SERVER_AWAY = (*DATABASE_AWAY, BrokerError)


def report_outage(stage: str, error: Exception) -> None:
    """Log that a server does not answer, and close the connection, which may be broken."""
    connection.close()
    log.warning("server_away", stage=stage, error=str(error).strip())


@contextmanager
def tolerate_outage(stage: str) -> Iterator[None]:
    """Leave the work to the next time where a server is away. Also a decorator."""
    try:
        yield
    except (*SERVER_AWAY, OSError) as error:
        report_outage(stage, error)
