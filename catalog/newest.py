"""The newest of the articles that fit, found without reading all that fit.

A word that is everywhere fits hundreds of thousands. The index of words knows the day of each article, so a search
that is expected to find too much is kept to the days that hold enough.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from catalog.models import Article
from catalog.patience import in_time
from catalog.searching import Terms

PATIENCE = 200  # milliseconds a look
MANY = 8  # times as many as are wanted are too many to be read all
AMPLE = 2  # times as many as are wanted are looked for: how they spread over the days is a guess
FURTHER = 12  # times as many days are the next step
MOST = 0.4  # of all articles; more are no step any more
BOUNDS = """
SELECT histogram_bounds::text::timestamptz[] FROM pg_stats
WHERE schemaname = current_schema() AND tablename = 'catalog_article' AND attname = 'published'
"""
NEWEST_FIRST = (F("published").desc(nulls_last=True), F("id").desc())


def newest(rows: QuerySet[Article], number: int, column: str = "", fits: int | None = None) -> tuple[list[int], bool]:
    """The ids of up to `number` articles, the newest first, and whether these are all that fit.

    `column` is the one that a search in `rows` looks at; `fits` is how many are expected to fit, where the caller
    knows better than PostgreSQL. Where looking takes too long, fewer come back.
    """
    found: list[int] = []
    return found, bool(in_time(PATIENCE, lambda: _look(rows, number, column, fits, found)))


def _look(rows: QuerySet[Article], number: int, column: str, fits: int | None, found: list[int]) -> bool:
    """Fills `found`; a step that takes too long leaves what the one before has found."""
    for since in _steps(expected(rows) if fits is None else fits, number) if column else ():
        marked = {column: Terms(" | ".join(_marks(since))), "published__isnull": False}
        found[:] = rows.filter(**marked).order_by("-published", "-id").values_list("pk", flat=True)[:number]
        if len(found) == number:
            return False
    every = list(rows.order_by(*NEWEST_FIRST).values_list("pk", flat=True)[: number + 1])
    found[:] = every[:number]
    return len(every) <= number


def expected(rows: QuerySet[Article]) -> int:
    """How many rows PostgreSQL expects, which costs it a millisecond."""
    return int(json.loads(rows.order_by().explain(format="json"))[0]["Plan"]["Plan Rows"])


def _steps(fits: int, number: int) -> Iterator[datetime]:
    """The days since which there should be `number` of all that fit; it is a guess, so earlier ones follow."""
    if fits <= MANY * number:
        return
    with connection.cursor() as cursor:
        cursor.execute(BOUNDS)
        row = cursor.fetchone()
    bounds: list[datetime] = (row and row[0]) or []
    share = AMPLE * number / fits
    while len(bounds) > 1 and share < MOST:
        yield _quantile(bounds, 1 - share)
        share *= FURTHER


def _quantile(bounds: list[datetime], share: float) -> datetime:
    """The moment before which this share of the articles was published; `bounds` part them into equal shares."""
    place = share * (len(bounds) - 1)
    low = min(int(place), len(bounds) - 2)
    return bounds[low] + (place - low) * (bounds[low + 1] - bounds[low])


def _marks(since: datetime) -> Iterator[str]:
    """The marks of the days from then to tomorrow, of the months where these are many.

    A clock may be ahead by a day; a date that is further off is a mistake.
    """
    day, until = since.date(), timezone.now().date() + timedelta(days=1)
    step, form = (timedelta(days=1), "%Y-%m-%d") if until - day < timedelta(days=60) else (timedelta(days=28), "%Y-%m")
    marks = {f"'@{day + number * step:{form}}'" for number in range((until - day) // step + 1)}
    yield from sorted(marks | {f"'@{until:{form}}'"})
