"""The newest of the articles that match, found without reading all that match, and never for long.

A common word matches hundreds of thousands of articles. The index of words knows the day of each
article, so a search that is expected to find too much looks at some days after others, the newest
first: at as many as hold enough, judged by what the first ones held. Where the time ends before,
what was found is the newest all the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.db.models import F, OrderBy, QuerySet

from catalog.models import Article
from catalog.search import dates
from catalog.search.filter_keys import day_marks, on_days
from catalog.search.planner_stats import expected_rows
from catalog.search.query import Search, Terms, with_first_condition
from catalog.search.timeouts import with_statement_timeout

MAX_READ = 2_000  # matches; more are too many to read all
MAX_SORTED = 15_000  # matches; more are too many to sort, where not even the newest days were read
MAX_WORD_HITS = (
    60_000  # articles with the words; more are too many to list, however few match
)
FIRST_LOOK_SHARE = 0.7  # of what is expected to be needed
MAX_FIRST_LOOK = 0.1  # of all articles
FIRST_LOOK_WORD_HITS = 8_000  # articles with the words that the first look may meet
SHRINK_FACTOR = 5  # fewer days, where a look took too long
MAX_SHRINKS = 2
MARGIN = 1.3  # times what is expected to be needed
MIN_LOOK_MS = 5  # less is not worth a look
MAX_GROWTH = 10  # of a look, times the one before
BY_KEYS = (
    "keys"  # in place of a column: the rows are asked for by the index of filter keys
)
NEWEST_FIRST = (F("published").desc(nulls_last=True), F("id").desc())
Days = tuple[
    datetime | None, datetime | None
]  # the first and the last moment that are asked for
Ids = tuple[list[int], bool]  # the newest first, and whether these are all that match


@dataclass(frozen=True, slots=True)
class TimeBudget:
    """Milliseconds for each way to find the newest, and for all of them together."""

    few_ms: float = 40  # read all matches, where few are expected
    days_ms: float = 25  # look at days, the newest first
    final_ms: float = 150  # read all matches after the other ways failed; 0: do not
    max_looks: int = 3  # at days
    total_ms: float = 1000


DEFAULT_BUDGET = TimeBudget()


@dataclass(frozen=True, slots=True)
class Expected:
    """How many articles are expected to match, and how many to have the words that are searched."""

    matches: int
    word_hits: int

    @property
    def few(self) -> bool:
        """Whether all matches can be read."""
        return self.matches <= MAX_READ and self.word_hits <= MAX_WORD_HITS


def newest(
    rows: QuerySet[Article],
    number: int,
    search: Search | None = None,
    column: str = "search",
    matches: int | None = None,
    budget: TimeBudget | None = None,
    before_date: Sequence[OrderBy] = (),
) -> Ids:
    """Return the ids of up to `number` articles, the newest first, and whether these are all that
    match.

    `search` is one for words among the conditions of `rows`; its index is that of `column`. With
    `column` BY_KEYS the rows are those of `filter_keys.with_keys`. `matches` is the expected
    number, where the caller knows better than PostgreSQL. Where looking takes too long, fewer ids
    come back. Matches that are few enough to be read all come in the order of `before_date`, the
    newest first where that is the same.
    """
    budget = budget or DEFAULT_BUDGET
    deadline = monotonic() + budget.total_ms / 1000
    expected = _expect(rows, search, matches)
    if search:
        rows = search.by_index(rows, column, expected.few)
    elif column != BY_KEYS:
        column = ""
    if expected.few:
        few_ms = min(budget.few_ms, _ms_until(deadline))
        ids = _all_sorted(rows, number, few_ms, before_date)
        if ids is not None:
            return ids
        if not budget.final_ms:
            return [], False
    look = DayLook(rows, number, column, budget, deadline)
    found, complete = look.run(_first_share(number, expected, column, budget))
    if not budget.final_ms:
        return found, False
    if not complete and (found or expected.matches > MAX_SORTED):
        return found, False
    left_ms = min(budget.final_ms, _ms_until(deadline))
    if left_ms < MIN_LOOK_MS:
        return found, False
    return _all_sorted(rows, number, left_ms, before_date) or (found, False)


def _expect(
    rows: QuerySet[Article], search: Search | None, matches: int | None
) -> Expected:
    if matches is not None:
        return Expected(matches, matches)
    if search is None:
        [number] = expected_rows(rows)
        return Expected(number, number)
    with_words = Article.objects.filter(search=search.words)
    number, word_hits = expected_rows(rows, with_words)
    return Expected(number * search.correlation, word_hits * search.correlation)


def _first_share(
    number: int, expected: Expected, column: str, budget: TimeBudget
) -> float:
    """Return the share of all articles that the first look goes through."""
    needed = number / max(expected.matches, 1)
    only_look = budget.max_looks == 1 or column == BY_KEYS
    if only_look:
        return MARGIN * needed
    affordable = FIRST_LOOK_WORD_HITS / max(expected.word_hits, 1)
    return min(FIRST_LOOK_SHARE * needed, MAX_FIRST_LOOK, affordable)


def _ms_until(deadline: float) -> float:
    return (deadline - monotonic()) * 1000


def _all_sorted(
    rows: QuerySet[Article],
    number: int,
    limit_ms: float,
    before_date: Sequence[OrderBy] = (),
) -> Ids | None:
    """Find all matches by their indexes and sort them: no index has just this order. None where
    it takes too long."""
    ordered = rows.order_by(*before_date, *NEWEST_FIRST).values_list("pk", flat=True)
    found = with_statement_timeout(limit_ms, lambda: list(ordered[: number + 1]))
    if found is None:
        return None
    return found[:number], len(found) <= number


@dataclass(slots=True)
class DayLook:
    """A look for the newest matches, some days after others. Articles without a date are left
    out."""

    rows: QuerySet[Article]
    number: int
    column: str
    budget: TimeBudget
    deadline: float  # by the monotonic clock, in seconds

    def run(self, first_share: float) -> Ids:
        """Return up to `number` ids, and whether all days were looked at."""
        found: dict[int, None] = {}
        shrinks = 0
        share = 0.0
        step = first_share
        until = None
        end = self._end()
        if not dates.are_known():
            return [], False
        for _ in range(self.budget.max_looks):
            started = monotonic()
            left_ms = (end - started) * 1000
            if left_ms < MIN_LOOK_MS:
                break
            share = min(1.0, share + step)
            since = dates.start_of_share(share)
            # all again: the day or the month in which the last look ended is among these days
            more = self._read(since, until, left_ms)
            if more is None:
                if found or shrinks == MAX_SHRINKS:
                    break
                share = 0.0
                step = step / SHRINK_FACTOR
                shrinks = shrinks + 1
                end = self._end()
                continue
            found |= dict.fromkeys(more)
            full = len(found) >= self.number
            if full or share == 1:
                return list(found)[: self.number], share == 1 and not full
            until = since
            step = self._next_step(step, share, len(found), started, end)
        return list(found), False

    def _end(self) -> float:
        return min(monotonic() + self.budget.days_ms / 1000, self.deadline)

    def _next_step(
        self, step: float, share: float, found: int, started: float, end: float
    ) -> float:
        """Return what share to look at next: as much as is needed, and as time allows."""
        now = monotonic()
        needed = MARGIN * (self.number - found) * share / max(found, 1)
        affordable = step * (end - now) / (now - started) / MARGIN
        return min(needed, affordable)

    def _read(
        self, since: datetime, until: datetime | None, limit_ms: float
    ) -> list[int] | None:
        rows = _on_days(self.rows, self.column, since, until)
        ids = _newest_first(rows, self.column).values_list("pk", flat=True)
        return with_statement_timeout(limit_ms, lambda: list(ids[: self.number]))


def newest_days(
    read: Callable[[datetime, datetime | None], QuerySet[Article]],
    number: int,
    matches: int,
    days: Days,
    budget: TimeBudget,
) -> list[Article] | None:
    """Return the newest `number` of the rows that `read` has for some days, of which `matches`
    are expected in `days`.

    Exactly these, in their order. None where the days that were looked at in time hold fewer, and
    others may hold some. An index knows the days, so that little more is read than what is shown.
    Each look begins anew: what the last one found is in memory.
    """
    since, until = days
    deadline = monotonic() + budget.days_ms / 1000
    since = dates.known_start(since)
    begin, end = dates.span(since, until)
    step = MARGIN * number / max(matches, 1) * max(end - begin, 0)
    for _ in range(budget.max_looks):
        everything = begin + step >= end
        left_ms = _ms_until(deadline)
        if left_ms < MIN_LOOK_MS:
            return None
        if everything and since is None:
            return None  # the whole catalogue: sorting it is better left to the caller
        first_day = dates.start_of_share(min(begin + step, end))
        if everything and since:
            first_day = since
        rows = _dated(read(first_day, until))[:number]
        found = with_statement_timeout(left_ms, lambda rows=rows: list(rows))  # type: ignore[misc]
        if found is None or len(found) == number or everything:
            return found
        step = step * min(MARGIN * number / max(len(found), 1), MAX_GROWTH)
    return None


def _dated(rows: QuerySet[Article]) -> QuerySet[Article]:
    return rows.filter(published__isnull=False).order_by(*NEWEST_FIRST)


def searched_on_days(
    rows: QuerySet[Article], search: Search, since: datetime, until: datetime | None
) -> QuerySet[Article]:
    """Return those of these days, by the index of words, or of titles where only those are
    searched."""
    column = "heading"
    if search.words:
        column = "search"
    return _on_days(search.by_index(rows, column), column, since, until)


def days_are_known() -> bool:
    """Tell whether PostgreSQL has counted when articles were published; of a new catalogue it has
    not."""
    return dates.are_known()


def start_of_newest(number: int, matches: int, days: Days) -> datetime | None:
    """Return the moment since which about `number` were published of the `matches` expected in
    `days`, or None."""
    since, until = days
    begin, end = dates.span(since, until)
    if begin >= end:
        return None
    needed = min(number / max(matches, 1), 1)
    return dates.start_of_share(begin + needed * (end - begin))


def _on_days(
    rows: QuerySet[Article], column: str, since: datetime, until: datetime | None
) -> QuerySet[Article]:
    """Return those of these days, the last one whole; until tomorrow where it is None."""
    if column == BY_KEYS:
        return on_days(rows, since, until)
    if column:
        any_day = " | ".join(f"'{mark}'" for mark in day_marks(since, until))
        return with_first_condition(rows, **{column: Terms(any_day)})
    rows = rows.filter(published__gte=since)
    if until:
        rows = rows.filter(published__lt=until)
    return rows


def _newest_first(rows: QuerySet[Article], column: str) -> QuerySet[Article]:
    """Order the rows. Those found by keys in a way that no index has, or PostgreSQL would walk
    along that index and ask each article for its keys."""
    order: Sequence[str | OrderBy] = ("-published", "-id")
    if column == BY_KEYS:
        order = NEWEST_FIRST
    return rows.filter(published__isnull=False).order_by(*order)
