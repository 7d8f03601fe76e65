"""Statements that are given up when they take too long, so that a page never does."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction

T = TypeVar("T")


def in_time(milliseconds: float, ask: Callable[[], T]) -> T | None:
    """What `ask` answers, or None where one of its statements takes longer than this."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {max(1, int(milliseconds))}")
            found = ask()
            cursor.execute("SET LOCAL statement_timeout = 0")
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        return None
    return found
