"""The newest of the articles that fit, found without reading all that fit.

A word that is everywhere fits hundreds of thousands. The index of words knows the month of each article, so a search
that is expected to find too much is kept to the months that hold enough.
"""

import json
from datetime import datetime, timedelta
from math import ceil

from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from catalog.models import Article
from catalog.patience import in_time
from catalog.searching import Terms

PATIENCE = 120  # milliseconds a look
AMPLE = 3  # times as many matches as wanted are looked for: how they spread over the months is a guess
BOUNDS = """
SELECT histogram_bounds::text::timestamptz[] FROM pg_stats
WHERE schemaname = current_schema() AND tablename = 'catalog_article' AND attname = 'published'
"""
NEWEST_FIRST = (F("published").desc(nulls_last=True), F("id").desc())


def newest(rows: QuerySet[Article], number: int, column: str = "") -> tuple[list[int], bool]:
    """The ids of up to `number` articles, the newest first, and whether these are all that fit.

    `column` is the one that a search in `rows` looks at. Where looking takes too long, fewer come back.
    """
    found: list[int] = []
    return found, bool(in_time(PATIENCE, lambda: _look(rows, number, column, found)))


def _look(rows: QuerySet[Article], number: int, column: str, found: list[int]) -> bool:
    """Fills `found`; a step that takes too long leaves what the one before has found."""
    if column and (months := _enough_months(rows, number)):
        dated = rows.filter(published__isnull=False, **{column: months}).order_by("-published", "-id")
        found[:] = dated.values_list("pk", flat=True)[:number]
        if len(found) == number:
            return False
    every = list(rows.order_by(*NEWEST_FIRST).values_list("pk", flat=True)[: number + 1])
    found[:] = every[:number]
    return len(every) <= number


def expected(rows: QuerySet[Article]) -> int:
    """How many rows PostgreSQL expects, which costs it a millisecond."""
    return int(json.loads(rows.order_by().explain(format="json"))[0]["Plan"]["Plan Rows"])


def _enough_months(rows: QuerySet[Article], number: int) -> Terms | None:
    """The newest months that should hold `number` of the rows; None where all of them do not hold many more."""
    fits = expected(rows)
    if fits <= AMPLE * AMPLE * number:
        return None
    with connection.cursor() as cursor:
        cursor.execute(BOUNDS)
        row = cursor.fetchone()
    bounds: list[datetime] = (row and row[0]) or []
    share = AMPLE * number / fits
    since = ceil(len(bounds) * (1 - share)) - 1
    return Terms(" | ".join(_months(bounds[max(since, 0)]))) if bounds else None


def _months(since: datetime) -> list[str]:
    """The marks of the months from then to the next one: a clock may be ahead, a date in ten years is a mistake."""
    month, marks = since.replace(day=1), []
    until = timezone.now() + timedelta(days=31)
    while month <= until:
        marks.append(f"'@{month:%Y-%m}'")
        month = (month + timedelta(days=32)).replace(day=1)
    return marks
