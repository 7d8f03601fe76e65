"""The best of the articles that a search finds: ranked are the newest that have the words in their title, and the
newest of all that have them. To rank an article is to read its words, so that many would take seconds."""

from functools import partial
from time import monotonic
from typing import Any

from django.contrib.postgres.search import SearchQueryField, SearchRank
from django.db.models import Case, F, FloatField, QuerySet, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from catalog.models import Article
from catalog.search.estimates import expected
from catalog.search.newest import Patience, newest
from catalog.search.query import Search, Terms
from catalog.search.timeouts import in_time

RANKED = 200  # of each kind
RANKING = 16  # milliseconds to read their words
AT_ONCE, LEAST = 60, 20  # are ranked first; are worth another statement
STEPS, GROWTH, LATE = (
    3,
    4,
    1.3,
)  # statements; how much more the next one ranks at most, and takes before it is given up
ALL = Patience(few=30, days=20, together=45)
IN_TITLE = Patience(12, 12, last=0, looks=1)
BY_LENGTH = 1  # ts_rank's way to divide by 1 + the logarithm of the text's length


def ranked(rows: QuerySet[Article], search: Search) -> tuple[list[tuple[float, int]], bool]:
    """(rank, id) of the articles, and whether these are all that fit."""
    ids, whole = newest(rows, RANKED, search, patience=ALL)
    if not whole:
        # Who has the words in the title has them; PostgreSQL takes these for two conditions, and expects too few.
        [fits] = expected(Article.objects.live().filter(heading=search.words))
        in_title, _ = newest(
            search.with_words_in_title(rows), RANKED, search, "heading", fits, IN_TITLE
        )
        ids = in_title + ids  # the best are among these
    found, all_ranked = _ranks(list(dict.fromkeys(ids)), search)
    return found, whole and all_ranked


def _ranks(ids: list[int], search: Search) -> tuple[list[tuple[float, int]], bool]:
    """(rank, id) of the first of these, and whether of all: as many at once as time is expected to do for."""
    rank = Cast(SearchRank(F("search"), asked(search), normalization=BY_LENGTH), FloatField())
    rows: Any = Article.objects.order_by().annotate(rank=rank).values_list("rank", "pk")
    found = list[tuple[float, int]]()
    at = 0
    some = AT_ONCE
    end = monotonic() + RANKING / 1000
    for step in range(STEPS):
        began = monotonic()
        part = rows.filter(pk__in=ids[at : at + some])
        # What nobody read for long takes many times as long as what was expected from the last ones.
        ranks: list[Any] | None
        if step:
            ranks = in_time(LATE * 1000 * (end - began), partial(list, part))
        else:
            ranks = list(part)
        if ranks is None:
            break
        found = found + ranks
        at = at + some
        now = monotonic()
        some = min(int(some * (end - now) / max(now - began, 0.001)), some * GROWTH)
        if at >= len(ids) or some < LEAST:
            break
    return found, at >= len(ids)


def asked(search: Search) -> Combinable:
    """The words in the form that the row's own configuration gives them: other forms would add to its rank."""
    if len({form for _, form in search.forms}) == 1:
        return Terms(search.forms[0][1])
    cases = [When(language__in=languages, then=Terms(form)) for languages, form in search.forms]
    return Case(*cases, output_field=SearchQueryField())
