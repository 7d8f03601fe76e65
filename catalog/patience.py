"""Statements that are given up when they take too long, so that a page never does."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction

T = TypeVar("T")
# Of a bitmap that has no room PostgreSQL keeps only the pages, and then reads every article on them to find the rows.
MEMORY = "32MB"


def in_time(milliseconds: float, ask: Callable[[], T]) -> T | None:
    """What `ask` answers, or None where one of its statements takes longer than this."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            limit = max(1, int(milliseconds))
            cursor.execute(f"SET LOCAL statement_timeout = {limit}; SET LOCAL work_mem = '{MEMORY}'")
            found = ask()
            cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL work_mem = DEFAULT")
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        return None
    return found
