"""See the package."""

from functools import cached_property
from types import TracebackType

import psycopg2
from django.db.backends.postgresql import base
from django.db.utils import DatabaseErrorWrapper


class ErrorWrapper(DatabaseErrorWrapper):
    """Django's translation of psycopg2's errors.

    Where the server said something before it went, libpq finds the connection broken only at the second statement,
    and psycopg2 raises the first one's error as a DatabaseError and nothing more. Whatever PostgreSQL itself refuses
    has a code and a class of its own.
    """

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if (
            kind is psycopg2.DatabaseError
            and isinstance(error, psycopg2.DatabaseError)
            and not error.pgcode
        ):
            kind = psycopg2.OperationalError
            error = psycopg2.OperationalError(*error.args)
        super().__exit__(kind, error, traceback)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose errors say when it was lost."""

    @cached_property
    def wrap_database_errors(self) -> ErrorWrapper:
        """Around every call of psycopg2."""
        return ErrorWrapper(self)
