"""The most relevant of the articles that a search finds.

An article is worth, for each word of the search, what the word is worth (its idf) times how much
the article is about it: a word in the title or in what others call the article counts for most, the
second time that the text has it for little, as in BM25. All that match are ranked where PostgreSQL
can read them in time. Of more, those are that have more of the words, then those that have them in
the title, then the newest: to rank an article is to read its words.
"""

from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from catalog.models import Article
from catalog.search.newest import TimeBudget, newest
from catalog.search.planner_stats import expected_rows
from catalog.search.query import Search
from catalog.search.timeouts import with_statement_timeout
from catalog.search.words import ENOUGH

MAX_RANKED = (
    600  # articles that are expected to match; of more, those with more of the words
)
MAX_NEWEST = 200  # of each kind, where even those are too many
ENOUGH_STEPS = (ENOUGH, 0.55, 0.7, 0.85, 1.0)  # of what all words are worth
IN_TITLE = 1 / 30  # of the articles with a word, those that have it in their title
RANKING_MS = 30  # to read their words
FIRST_STEP = 60  # articles are ranked by the first statement
MIN_STEP = 20  # fewer are not worth another statement
MAX_STEPS = 6
MAX_GROWTH = 4  # of a step, times the one before
LATE = 1.3  # times what is left, after which a step is given up
ALL_BUDGET = TimeBudget(few_ms=30, days_ms=20, total_ms=45)
TITLE_BUDGET = TimeBudget(few_ms=12, days_ms=12, final_ms=0, max_looks=1)
# ts_rank of a word that is once in the title, of weight 1, times this is 4: of 5, what it can be worth.
SCALE = 6.6
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
    ids, complete = candidates(rows, search)
    ranks, all_ranked = _ranks(ids, search)
    return ranks, complete and all_ranked


def candidates(rows: QuerySet[Article], search: Search) -> tuple[list[int], bool]:
    """Return the ids of the articles that are worth ranking, and whether these are all that match."""
    whole = _expected(search, ENOUGH) <= MAX_RANKED
    narrowed = search
    for enough in ENOUGH_STEPS:
        narrowed = search.narrowed(enough)
        if _expected(search, enough) <= MAX_RANKED:
            break
    found = narrowed.apply(search.rows if search.rows is not None else rows)
    ids, complete = newest(found, MAX_RANKED * 2, narrowed, budget=ALL_BUDGET)
    if whole and complete:
        return ids, True
    if not complete:
        ids = ids[:MAX_NEWEST]
    in_title = _with_words_in_title(rows, search)
    return list(dict.fromkeys(in_title + ids)), False


def _expected(search: Search, enough: float) -> float:
    return sum(each.expected(enough) for each in search.sets)


def _with_words_in_title(rows: QuerySet[Article], search: Search) -> list[int]:
    """Return the newest that have enough of the words in their title or among their authors."""
    narrowed = search
    for enough in ENOUGH_STEPS:
        narrowed = search.narrowed(enough)
        if _expected(search, enough) * IN_TITLE <= MAX_NEWEST:
            break
    # An article with the words in its title has the words; PostgreSQL takes these for two
    # conditions and expects too few.
    [expected] = expected_rows(Article.objects.live().filter(heading=narrowed.words))
    in_title = narrowed.with_words_in_title(narrowed.apply(rows))
    ids, _ = newest(in_title, MAX_NEWEST, narrowed, "heading", expected, TITLE_BUDGET)
    return ids


RANK = """
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
    SELECT id, language, ts_filter(search, '{a, b, c, d}') AS vector FROM catalog_article
    WHERE id = ANY(%(ids)s) OFFSET 0
) AS article JOIN spoken USING (language)
"""


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


def _ranks(ids: list[int], search: Search) -> tuple[list[Rank], bool]:
    """Return the ranks of the first of these, as many as time allows for, and whether of all."""
    given = _given(search)
    ranks: list[Rank] = []
    done = 0
    size = FIRST_STEP
    end = monotonic() + RANKING_MS / 1000
    for step in range(MAX_STEPS):
        started = monotonic()
        part = ids[done : done + size]
        found: list[Rank] | None
        if step == 0:
            found = _rank(part, given)
        else:
            # What nobody has read for long takes many times as long as the last ones did.
            limit_ms = LATE * 1000 * (end - started)
            found = with_statement_timeout(limit_ms, partial(_rank, part, given))
        if found is None:
            break
        ranks += found
        done += size
        size = _next_size(size, started, end)
        if done >= len(ids) or size < MIN_STEP:
            break
    return ranks, done >= len(ids)


def _rank(ids: list[int], given: dict[str, Any]) -> list[Rank]:
    with connection.cursor() as cursor:
        cursor.execute(RANK, {**given, "ids": ids})
        return cursor.fetchall()


def _next_size(size: int, started: float, end: float) -> int:
    now = monotonic()
    affordable = int(size * (end - now) / max(now - started, 0.001))
    return min(affordable, size * MAX_GROWTH)
