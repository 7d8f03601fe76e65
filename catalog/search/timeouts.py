"""Statements that are given up when they take too long, so that a page never does."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction

T = TypeVar("T")
# Of a bitmap that does not fit PostgreSQL keeps only the pages, and then reads each article on
# them to find the rows.
MEMORY = "32MB"
# What a page of the disk costs beside the work on it, for indexes of which most is in memory. With
# PostgreSQL's own 4, or the 1.1 of a quick disk, it reads hundreds of thousands of an index's
# entries to save itself some pages.
PAGE_COST = 0.2
# Starting a second process for a statement takes as long as most of these statements.
PLANNING = {
    "work_mem": f"'{MEMORY}'",
    "random_page_cost": PAGE_COST,
    "seq_page_cost": PAGE_COST,
    "max_parallel_workers_per_gather": 0,
}
SET_PLANNING = "; ".join(
    f"SET LOCAL {name} = {value}" for name, value in PLANNING.items()
)
RESET_PLANNING = "; ".join(f"SET LOCAL {name} = DEFAULT" for name in PLANNING)


def with_statement_timeout(milliseconds: float, ask: Callable[[], T]) -> T | None:
    """Return what `ask` returns, or None where one of its statements takes longer than this."""
    limit = max(1, int(milliseconds))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {limit}; {SET_PLANNING}")
            answer = ask()
            # Of the end, too: a COMMIT that is given up leaves a transaction that psycopg2 knows
            # nothing of.
            cursor.execute(f"SET LOCAL statement_timeout = 0; {RESET_PLANNING}")
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        return None
    return answer
