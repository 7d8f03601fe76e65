"""Pages of the log, newest first, by key.

What no index serves is looked for step by step within a time; then the answer says how far back it
has looked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from catalog import paging
from catalog.search.stepwise import StepBudget, look_stepwise
from pipeline.monitor.logs.filters import LogFilter
from pipeline.monitor.models import EPOCH, LogEvent

SIZE = 100  # events a page
BUDGET = StepBudget(seconds=0.03, steps=3, first_step=2_000, largest_step=200_000)
# For one statement; what takes that long is not worth waiting for.
STATEMENT_TIMEOUT_MS = 3000
MAX_MOMENT_DIGITS = 17
MAX_ID_DIGITS = 18
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


@dataclass(frozen=True, slots=True)
class _Search:
    """Which events are asked for, and the events along an index among which they are."""

    rows: QuerySet[LogEvent]
    walk: QuerySet[LogEvent]
    exact: bool  # an index answers it: no need for steps
    budget: StepBudget

    def look(
        self, start: Place | None, size: int, *, newer: bool
    ) -> tuple[list[LogEvent], Place | None]:
        """Return up to `size` events beyond the place, the nearest first, and the place that was
        reached where time ran out."""
        if self.exact:
            rows = beyond(self.rows, start, newer=newer)
            return list(rows.order_by(*_order(newer))[:size]), None
        step = partial(_step, self.rows, self.walk, newer)
        return look_stepwise(step, start, size, self.budget)


def page_of(
    chosen: LogFilter,
    query: Mapping[str, str],
    size: int = SIZE,
    seconds: float | None = None,
) -> Found:
    """Return the page that `?before=PLACE` or `?after=PLACE` names, else the newest.

    `seconds` is how long a search may look, where that is not as usual. Raises the database's
    error.
    """
    budget = BUDGET
    if seconds is not None:
        budget = replace(BUDGET, seconds=seconds)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS}")
        search = _search(chosen, budget)
        if search is None:
            return Found([])
        after = place_of(query.get("after"))
        if after:
            return _page_after(search, after, size)
        return _page_before(search, place_of(query.get("before")), size)


def _search(chosen: LogFilter, budget: StepBudget) -> _Search | None:
    """Return what is to be searched; None where the counts say that nothing matches."""
    walk, exact = chosen.walk()
    rows = chosen.qs
    if not exact and chosen.is_counted and not chosen.walk_is_short:
        span = chosen.counted_span()
        if span is None:
            return None
        rows = rows.filter(at__gte=span[0], at__lt=span[1])
        walk = walk.filter(at__gte=span[0], at__lt=span[1])
    return _Search(rows, walk, exact, budget)


def _page_before(search: _Search, before: Place | None, size: int) -> Found:
    found, edge = search.look(before, size + 1, newer=False)
    newer = ""
    if before:
        newer = found[0].place if found else text_of(before)
    if len(found) > size:
        found = found[:size]
        return Found(found, found[-1].place, newer)
    if edge is None:
        return Found(found, "", newer)
    return Found(found, text_of(edge), newer, searched_until=edge[0])


def _page_after(search: _Search, after: Place, size: int) -> Found:
    found, edge = search.look(after, size + 1, newer=True)
    more = len(found) > size
    found = found[:size][::-1]
    newer = ""
    if more:
        newer = found[0].place
    elif edge:
        newer = text_of(edge)
    older = found[-1].place if found else text_of(after)
    return Found(found, older, newer)


def _order(newer: bool) -> tuple[str, str]:
    if newer:
        return ("at", "pk")
    return ("-at", "-pk")


def _step(
    rows: QuerySet[LogEvent],
    walk: QuerySet[LogEvent],
    newer: bool,
    start: Place | None,
    step: int,
    wanted: int,
) -> tuple[list[LogEvent], Place | None]:
    """Return those among the next `step` lines of the walk that match, and the place of the last
    line; None at the end."""
    order = _order(newer)
    walked = beyond(walk, start, newer=newer).order_by(*order)
    edge: Place | None = walked.values_list("at", "pk")[step - 1 : step].first()
    part = beyond(rows, start, newer=newer)
    if edge:
        part = part.filter(_as_far_as(edge, newer))
    return list(part.order_by(*order)[:wanted]), edge


def beyond(
    rows: QuerySet[LogEvent], place: Place | None, *, newer: bool
) -> QuerySet[LogEvent]:
    """Return what is older than the place, or newer."""
    if place is None:
        return rows
    return rows.filter(paging.beyond("at", place, descending=not newer))


def _as_far_as(place: Place, newer: bool) -> Q:
    at, pk = place
    if newer:
        return Q(at__lte=at) & (Q(at__lt=at) | Q(pk__lte=pk))
    return Q(at__gte=at) & (Q(at__gt=at) | Q(pk__gte=pk))


def place_of(text: str | None) -> Place | None:
    """Return the place that a text names, None where it names none. See LogEvent.place."""
    moment, _, number = (text or "").partition("-")
    if not (moment.isdecimal() and number.isdecimal()):
        return None
    if len(moment) > MAX_MOMENT_DIGITS or len(number) > MAX_ID_DIGITS:
        return None
    return EPOCH + timedelta(microseconds=int(moment)), int(number)


def text_of(place: Place) -> str:
    """Return the text that names a place, the reverse of `place_of`."""
    return LogEvent(at=place[0], pk=place[1]).place


def newest_since(chosen: LogFilter, place: Place | None, size: int) -> list[LogEvent]:
    """Return the newest events after the place, newest first. Raises the database's error."""
    walk, exact = chosen.walk()
    rows = beyond(chosen.qs, place, newer=True)
    search = _Search(rows, beyond(walk, place, newer=True), exact, BUDGET)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS}")
        return search.look(None, size, newer=False)[0]
