"""The most relevant of the articles that a search finds.

An article is worth, for each word of the search, what the word is worth (its idf) times how much
the article is about it: a word in the title or in what others call the article counts for most, the
second time that the text has it for little, as in BM25. All that match are ranked where these are
few: to rank an article is to read its words. Of more, the best groups are (`best_first`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add, or_
from time import monotonic
from typing import Any

from django.db import connection
from django.db.models import Case, OrderBy, Q, QuerySet, Value, When

from catalog.models import Article
from catalog.search.best_first import Chosen, Group, best_groups
from catalog.search.newest import MIN_LOOK_MS, TimeBudget, newest
from catalog.search.query import Search, Terms, grouped
from catalog.search.stepwise import read_within
from catalog.search.words import Word

MAX_RANKED = 600  # articles that are expected to match; of more, the best groups are
MAX_NEWEST = 200  # of a group that is too large to be ranked whole
ENOUGH_FOUND = 100  # articles of the best groups: two pages
RANKING_MS = 16  # to read their words
FIRST_STEP = 60  # articles are ranked by the first statement
# To find articles and to rank the first of them. A text that nobody has read for long takes many
# times as long as one in memory: past this they are ranked by what their rows hold.
FIRST_RANKED_MS = 48
MIN_FIRST_STEP_MS = 10
# For the best groups and the next one together.
ALL_BUDGET = TimeBudget(few_ms=25, days_ms=16, max_looks=2, total_ms=36)
# ts_rank of a word that is once in the title, of weight 1, times this is 4: of 5, what it can be worth.
SCALE = 6.6
# For the newest that match, where the best groups took all of that and nothing was found.
LAST_LOOK_MS = 16
Rank = tuple[float, int]  # the rank and the id of an article


@dataclass(frozen=True, slots=True)
class Signals:
    """What an article is ranked by. `tools/search` measures what each is good for.

    `text`, `anchors`, `author` and `title` are what a word counts there, at most 1; without
    `rarity` all words are worth the same.
    """

    text: float = 0.15
    anchors: float = 1.0
    author: float = 0.25
    title: float = 1.0
    rarity: bool = True

    @property
    def weights(self) -> str:
        """The weights in the order of ts_rank: D, C, B, A."""
        return f"{{{self.text}, {self.anchors}, {self.author}, {self.title}}}"


SIGNALS = Signals()


def ranked(rows: QuerySet[Article], search: Search) -> tuple[list[Rank], bool]:
    """Return the ranks of the articles, and whether these are all that match."""
    began = monotonic()
    ids, complete = candidates(rows, search)
    left_ms = FIRST_RANKED_MS - (monotonic() - began) * 1000
    ranks, all_ranked = _ranks(ids, search, max(left_ms, MIN_FIRST_STEP_MS))
    return ranks, complete and all_ranked


def candidates(rows: QuerySet[Article], search: Search) -> tuple[list[int], bool]:
    """Return the ids of the articles that are worth ranking, and whether these are all that match."""
    expected = sum(each.expected(search.enough) for each in search.sets)
    if search.rows is not None:
        matching = search.apply(search.rows)
    else:
        matching = rows
    matches = None
    budget = ALL_BUDGET
    end = monotonic() + budget.total_ms / 1000
    if expected > MAX_RANKED:
        ids = _best(rows, search, end)
        if ids:
            return ids, False
        left_ms = max((end - monotonic()) * 1000, LAST_LOOK_MS)
        budget = replace(ALL_BUDGET, max_looks=1, total_ms=left_ms)
    elif not any(each.required for each in search.sets):
        # PostgreSQL knows the common words only, and expects too many of the others.
        matches = round(expected)
    ids, complete = newest(
        matching,
        MAX_RANKED * 2,
        search,
        matches=matches,
        budget=budget,
        before_date=named_first(search),
    )
    if complete:
        return ids, True
    return ids[:MAX_NEWEST], False


def _best(rows: QuerySet[Article], search: Search, end: float) -> list[int]:
    """Return the articles of the best groups, and where these are few the newest of the next one.

    `end` is when to stop, by the monotonic clock in seconds.
    """
    chosen = Chosen(search.sets)
    enough = 0.0 if search.any_word else search.enough
    groups, following = best_groups(chosen, MAX_RANKED, enough)
    ids = _newest_of(rows, search, chosen, groups, MAX_RANKED, ALL_BUDGET)
    left_ms = (end - monotonic()) * 1000
    if following and len(ids) < ENOUGH_FOUND and left_ms > MIN_LOOK_MS:
        budget = _rest_of(ALL_BUDGET, left_ms)
        more = _newest_of(rows, search, chosen, [following], MAX_NEWEST, budget)
        ids = list(dict.fromkeys(ids + more))
    return ids


def _rest_of(budget: TimeBudget, left_ms: float) -> TimeBudget:
    """Return the budget within what is left: half of it to read all, the rest for one look at
    days."""
    few_ms = min(budget.few_ms, left_ms / 2)
    return replace(budget, few_ms=few_ms, max_looks=1, total_ms=left_ms)


def _newest_of(
    rows: QuerySet[Article],
    search: Search,
    chosen: Chosen,
    groups: list[Group],
    number: int,
    budget: TimeBudget,
) -> list[int]:
    """Return up to so many articles of these groups."""
    conditions = [Q(search=each) for each in grouped(chosen, groups)]
    if not conditions:
        return []
    found = search.searched(rows).filter(search.other or Q(), reduce(or_, conditions))
    expected = sum(group.articles for group in groups)
    alone = replace(search, sets=())  # the groups say it all
    ids, _ = newest(
        found,
        number,
        alone,
        matches=int(expected),
        budget=budget,
        before_date=named_first(search),
    )
    return ids


def named_first(search: Search) -> list[OrderBy]:
    """Return the order in which articles are ranked until the time is over: by what the words are
    worth that are in their title, or stand in what others call them.

    Both lie in the row of an article, and its other words do not.
    """
    idfs: dict[int, float] = {}
    forms: dict[int, set[Word]] = {}
    for each in search.sets:
        for word in each.ranking:
            idfs[word.place] = max(word.idf, idfs.get(word.place, 0.0))
            forms.setdefault(word.place, set()).add(word)
    worth = [
        Case(When(_is_named(words), then=Value(idfs[place])), default=Value(0.0))
        for place, words in sorted(forms.items())
    ]
    if not worth:
        return []
    total = reduce(add, worth[1:], worth[0])
    return [OrderBy(total, descending=True)]


def _is_named(forms: Iterable[Word]) -> Q:
    """Return the condition that a title has one of these forms of a word, or that others seem to
    call the article so."""
    lexemes = {word.lexeme: word for word in forms}
    in_title = " | ".join(f"{lexemes[each].term}:A" for each in sorted(lexemes))
    condition = Q(heading=Terms(in_title))
    for lexeme in sorted(lexemes):
        condition |= Q(anchors__icontains=lexeme)
    return condition


# Words without a weight are marks of the index, which no text is ranked by.
ALL_WORDS = "ts_filter(search, '{a, b, c, d}')"
# Title, authors and what others call the article: its row holds these, and not its other words.
NAMES = """
    heading || setweight(to_tsvector(catalog_config(language), left(anchors, 2000)), 'C')
"""


def _rank_statement(vector: str) -> str:
    return f"""
WITH spoken AS (
    SELECT * FROM unnest(%(languages)s::text[], %(sets)s::int[]) AS each(language, set)
), word AS (
    SELECT * FROM unnest(%(word_sets)s::int[], %(terms)s::tsquery[], %(idfs)s::float[])
    AS each(set, term, idf)
)
SELECT (
    SELECT coalesce(sum(idf * counted / (1 + counted)), 0) FROM word, LATERAL (
        SELECT %(scale)s * ts_rank(%(weights)s, article.vector, term) AS counted
    ) AS rank WHERE word.set = spoken.set
) AS rank, article.id
FROM (
    SELECT id, language, {vector} AS vector FROM catalog_article
    WHERE id = ANY(%(ids)s) OFFSET 0
) AS article JOIN spoken USING (language)
"""  # noqa: S608 - of constants


RANK = _rank_statement(ALL_WORDS)
RANK_BY_NAMES = _rank_statement(NAMES)


def rank(ids: list[int], search: Search, signals: Signals = SIGNALS) -> list[Rank]:
    """Return the ranks of these articles, however long it takes."""
    return _rank(ids, _given(search, signals))


def _given(search: Search, signals: Signals = SIGNALS) -> dict[str, Any]:
    """Return the words as arrays of the statement RANK."""
    given: dict[str, list[Any]] = {
        name: [] for name in "languages sets word_sets terms idfs".split()
    }
    for number, each in enumerate(search.sets):
        for language in each.languages:
            given["languages"].append(language)
            given["sets"].append(number)
        for term, idf in each.scored:
            given["word_sets"].append(number)
            given["terms"].append(term)
            given["idfs"].append(idf if signals.rarity else 1.0)
    return {**given, "weights": signals.weights, "scale": SCALE}


def _ranks(
    ids: list[int], search: Search, first_step_ms: float
) -> tuple[list[Rank], bool]:
    """Return the ranks of the first of these, as many as time allows for, and whether of all."""
    given = _given(search)
    ranks, all_ranked = read_within(
        ids,
        lambda part: _rank(part, given),
        RANKING_MS,
        first_step=FIRST_STEP,
        first_limit_ms=first_step_ms,
    )
    if ranks or all_ranked:
        return ranks, all_ranked
    return _rank(ids[:FIRST_STEP], given, RANK_BY_NAMES), False


def _rank(
    ids: Sequence[int], given: dict[str, Any], statement: str = RANK
) -> list[Rank]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**given, "ids": list(ids)})
        return cursor.fetchall()
