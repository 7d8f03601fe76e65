"""See the package."""

from functools import cached_property
from types import TracebackType

import psycopg2
from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper

# SQLSTATEs, by their beginnings, that say: not now, come back. psycopg2 has some of them in classes
# of their own.
TRANSIENT_SQLSTATES = (
    "08",  # the connection
    "25006",  # read-only: a standby that is not promoted yet
    "25P03",  # the session was idle in its transaction for too long
    "25P04",  # the transaction took too long
    "40",  # serialization, deadlock
    "53",  # no memory, disk or connection is left
    "55P03",  # a lock was not to be had in time
    "57",  # the statement was canceled, the server shuts down, starts or recovers
    "58",  # the system beneath the server
)


class ErrorWrapper(DatabaseErrorWrapper):
    """Django's translation of psycopg2's errors, in which OperationalError is: the server is away,
    come back.

    Where the server said something before it went, libpq finds the connection broken only at the
    second statement, and psycopg2 raises the first one's error as a DatabaseError and nothing more.
    Whatever PostgreSQL itself refuses has a code and a class of its own.
    """

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(error, psycopg2.DatabaseError) and _is_transient(error):
            kind = psycopg2.OperationalError
            error = psycopg2.OperationalError(*error.args)
        super().__exit__(kind, error, traceback)


def _is_transient(error: psycopg2.DatabaseError) -> bool:
    if isinstance(error, psycopg2.OperationalError):
        return (
            False  # has the right class already, and a code that a new one would lose
        )
    if error.pgcode:
        return error.pgcode.startswith(TRANSIENT_SQLSTATES)
    return type(error) is psycopg2.DatabaseError


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose errors say when it was lost."""

    @cached_property
    def wrap_database_errors(self) -> ErrorWrapper:
        """Around every call of psycopg2."""
        return ErrorWrapper(self)
