"""A page of the log, newest first, by key. What no index serves is looked for within a budget of
time: then the answer
says how far back it has looked, instead of reading millions of lines for a word that is in none
of them.

Each step walks over so many lines along one index, and asks for those among them that fit.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from catalog import paging
from catalog.search.timeouts import with_statement_timeout
from pipeline.monitor.logs.filters import LogFilter
from pipeline.monitor.models import EPOCH, LogEvent

SIZE = 100  # events a page
BUDGET = 0.035  # seconds after which no further step is begun
FIRST_STEP, LARGEST_STEP = 2_000, 200_000  # lines
STEPS, GROWTH = 3, 10  # how many, and how much larger one may be than the one before
# milliseconds for one statement; what takes that long is not worth waiting for
STATEMENT_TIMEOUT_MS = 3000
# times what is left of the budget, after which a step that is not the first is given up,
LATE = 1.5
LEAST = 20  # but not before so many milliseconds
Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Found:
    """Events, newest first; `older` and `newer` are places to go on from, "" where there is
    nothing.

    `searched_until` is set where time ran out: from there on nobody has looked yet, and `older`
    leads on from there.
    """

    rows: list[LogEvent]
    older: str = ""
    newer: str = ""
    searched_until: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.rows)


def page_of(
    chosen: LogFilter,
    query: Mapping[str, str],
    size: int = SIZE,
    budget: float = BUDGET,
) -> Found:
    """The page that `?before=PLACE` or `?after=PLACE` names, else the newest. Raises the
    database's error."""
    walk, exact = chosen.walk()
    rows = chosen.qs
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS}")
        if not exact and chosen.is_counted and not chosen.walk_is_short:
            if (span := chosen.counted_span()) is None:
                return Found([])
            rows, walk = (
                each.filter(at__gte=span[0], at__lt=span[1]) for each in (rows, walk)
            )
        if after := place_of(query.get("after")):
            return _page_after(rows, walk, exact, after, size, budget)
        before = place_of(query.get("before"))
        found, edge = _look(rows, walk, exact, before, size + 1, budget, newer=False)
        more = len(found) > size
        found = found[:size]
        if more:
            older = found[-1].place
        else:
            if edge:
                older = text_of(edge)
            else:
                older = ""
        if before:
            if found:
                newer = found[0].place
            else:
                newer = text_of(before)
        else:
            newer = ""
        return Found(found, older, newer, edge[0] if edge and not more else None)


def _page_after(
    rows: QuerySet[LogEvent],
    walk: QuerySet[LogEvent],
    exact: bool,
    after: Place,
    size: int,
    budget: float,
) -> Found:
    found, edge = _look(rows, walk, exact, after, size + 1, budget, newer=True)
    more = len(found) > size
    found = found[:size][::-1]
    if more:
        newer = found[0].place
    else:
        if edge:
            newer = text_of(edge)
        else:
            newer = ""
    return Found(found, found[-1].place if found else text_of(after), newer)


def _look(
    rows: QuerySet[LogEvent], walk: QuerySet[LogEvent], exact: bool, at: Place | None, size: int, budget: float,
    *, newer: bool,
) -> tuple[list[LogEvent], Place | None]:  # fmt: skip
    """Up to `size` events beyond the place, the nearest first; and the place that was reached
    where time ran out."""
    if newer:
        order = ("at", "pk")
    else:
        order = ("-at", "-pk")
    if exact:
        return list(beyond(rows, at, newer=newer).order_by(*order)[:size]), None
    found: list[LogEvent] = []
    step = FIRST_STEP
    began = time.monotonic()
    for number in range(STEPS):
        begun = time.monotonic()
        wanted = size - len(found)
        ask = partial(_step, rows, walk, at, step, wanted, newer)
        if number:
            looked = with_statement_timeout(
                max(LEAST, LATE * 1000 * (budget - (begun - began))), ask
            )
        else:
            looked = ask()
        if looked is None:
            break
        found += looked[0]
        edge = looked[1]
        if len(found) >= size or edge is None:
            return found, None
        at = edge
        now = time.monotonic()
        left = budget - (now - began)
        if left <= 0:
            break
        fits = int(step * min(GROWTH, 0.7 * left / max(now - begun, 0.001)))
        step = min(LARGEST_STEP, max(FIRST_STEP, fits))
    return found, at


def _step(
    rows: QuerySet[LogEvent],
    walk: QuerySet[LogEvent],
    at: Place | None,
    step: int,
    wanted: int,
    newer: bool,
) -> tuple[list[LogEvent], Place | None]:
    """Those among the next `step` lines of the walk that fit, and the place of the last line,
    None at the end."""
    if newer:
        order = ("at", "pk")
    else:
        order = ("-at", "-pk")
    walked = beyond(walk, at, newer=newer).order_by(*order)
    edge: Place | None = walked.values_list("at", "pk")[step - 1 : step].first()
    part = beyond(rows, at, newer=newer)
    if edge:
        part = part.filter(_as_far_as(edge, newer))
    else:
        part = part
    return list(part.order_by(*order)[:wanted]), edge


def beyond(
    rows: QuerySet[LogEvent], place: Place | None, *, newer: bool
) -> QuerySet[LogEvent]:
    """What is older than the place, or newer."""
    if place is None:
        return rows
    return rows.filter(paging.beyond("at", place, descending=not newer))


def _as_far_as(place: Place, newer: bool) -> Q:
    at, pk = place
    if newer:
        return Q(at__lte=at) & (Q(at__lt=at) | Q(pk__lte=pk))
    return Q(at__gte=at) & (Q(at__gt=at) | Q(pk__gte=pk))


def place_of(text: str | None) -> Place | None:
    """The place that a text names, None where it names none. See LogEvent.place."""
    moment, _, number = (text or "").partition("-")
    if not (
        moment.isdecimal()
        and number.isdecimal()
        and len(moment) < 18
        and len(number) < 19
    ):
        return None
    return EPOCH + timedelta(microseconds=int(moment)), int(number)


def text_of(place: Place) -> str:
    """The reverse."""
    return LogEvent(at=place[0], pk=place[1]).place


def newest_since(chosen: LogFilter, place: Place | None, size: int) -> list[LogEvent]:
    """The newest events after the place, newest first. Raises the database's error."""
    walk, exact = chosen.walk()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS}")
        rows, walk = (beyond(each, place, newer=True) for each in (chosen.qs, walk))
        return _look(rows, walk, exact, None, size, BUDGET, newer=False)[0]
