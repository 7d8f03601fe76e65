"""The most relevant of the articles that a search finds.

Ranked are the newest that have the words in their title, and the newest of all that have them: to
rank an article is to
read its words, so that ranking many would take seconds.
"""

from functools import partial
from time import monotonic
from typing import Any

from django.contrib.postgres.search import SearchQueryField, SearchRank
from django.db.models import Case, F, FloatField, QuerySet, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from catalog.models import Article
from catalog.search.newest import TimeBudget, newest
from catalog.search.planner_stats import expected_rows
from catalog.search.query import Search, Terms
from catalog.search.timeouts import with_statement_timeout

MAX_RANKED = 200  # of each kind
RANKING_MS = 16  # to read their words
FIRST_STEP = 60  # articles are ranked by the first statement
MIN_STEP = 20  # fewer are not worth another statement
MAX_STEPS = 3
MAX_GROWTH = 4  # of a step, times the one before
LATE = 1.3  # times what is left, after which a step is given up
ALL_BUDGET = TimeBudget(few_ms=30, days_ms=20, total_ms=45)
TITLE_BUDGET = TimeBudget(few_ms=12, days_ms=12, final_ms=0, max_looks=1)
DIVIDE_BY_LOG_LENGTH = 1  # a normalization of ts_rank
Rank = tuple[float, int]  # the rank and the id of an article


def ranked(rows: QuerySet[Article], search: Search) -> tuple[list[Rank], bool]:
    """Return the ranks of the articles, and whether these are all that match."""
    ids, complete = newest(rows, MAX_RANKED, search, budget=ALL_BUDGET)
    if not complete:
        ids = (
            _with_words_in_title(rows, search) + ids
        )  # the most relevant are among these
    ranks, all_ranked = _ranks(list(dict.fromkeys(ids)), search)
    return ranks, complete and all_ranked


def _with_words_in_title(rows: QuerySet[Article], search: Search) -> list[int]:
    # An article with the words in its title has the words; PostgreSQL takes these for two
    # conditions and expects too
    # few.
    [expected] = expected_rows(Article.objects.live().filter(heading=search.words))
    in_title = search.with_words_in_title(rows)
    ids, _ = newest(in_title, MAX_RANKED, search, "heading", expected, TITLE_BUDGET)
    return ids


def _ranks(ids: list[int], search: Search) -> tuple[list[Rank], bool]:
    """Return the ranks of the first of these, as many as time allows for, and whether of all."""
    rank = Cast(
        SearchRank(F("search"), query_of(search), normalization=DIVIDE_BY_LOG_LENGTH),
        FloatField(),
    )
    rows: Any = Article.objects.order_by().annotate(rank=rank).values_list("rank", "pk")
    ranks: list[Rank] = []
    done = 0
    size = FIRST_STEP
    end = monotonic() + RANKING_MS / 1000
    for step in range(MAX_STEPS):
        started = monotonic()
        part = rows.filter(pk__in=ids[done : done + size])
        found: list[Rank] | None
        if step == 0:
            found = list(part)
        else:
            # What nobody has read for long takes many times as long as the last ones did.
            limit_ms = LATE * 1000 * (end - started)
            found = with_statement_timeout(limit_ms, partial(list, part))
        if found is None:
            break
        ranks += found
        done += size
        size = _next_size(size, started, end)
        if done >= len(ids) or size < MIN_STEP:
            break
    return ranks, done >= len(ids)


def _next_size(size: int, started: float, end: float) -> int:
    now = monotonic()
    affordable = int(size * (end - now) / max(now - started, 0.001))
    return min(affordable, size * MAX_GROWTH)


def query_of(search: Search) -> Combinable:
    """Return the words in the form that the row's own configuration gives them: others would add
    to its rank."""
    forms = {form for _, form in search.forms}
    if len(forms) == 1:
        return Terms(search.forms[0][1])
    cases = [
        When(language__in=languages, then=Terms(form))
        for languages, form in search.forms
    ]
    return Case(*cases, output_field=SearchQueryField())
