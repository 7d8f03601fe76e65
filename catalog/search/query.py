"""What a person types into the catalogue's search box: words, "a phrase", or, -without, begin*,
title:word, author:name.

Each article is searched in its own language: the words are stemmed once for every language that
the catalogue holds, and where the stems differ, each form goes with the term that names its
configuration (`catalog_marks`).
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.search import (
    SearchQuery,
    SearchVectorExact,
    SearchVectorField,
)
from django.db import connection
from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from catalog.models import Article
from catalog.search.best_first import Chosen, Group
from catalog.search.planner_stats import expected_rows
from catalog.search.spelling import similar_words
from catalog.search.typed import MAX_SEARCH_LENGTH, TypedSearch
from catalog.search.words import ENOUGH, Word, WordSet, with_shared_worth

__all__ = ["MAX_SEARCH_LENGTH", "TypedSearch"]
MANY_BY_AUTHOR = 20_000  # articles of an author, or of all of that name
# The languages are read by hopping through the index from one to the next: counting them would
# read every article.
CONFIGURATIONS = """
WITH RECURSIVE known(language) AS (
    (SELECT language FROM catalog_article WHERE deleted_at IS NULL ORDER BY language LIMIT 1)
    UNION ALL
    SELECT (SELECT language FROM catalog_article WHERE deleted_at IS NULL
        AND language > known.language
            ORDER BY language LIMIT 1)
    FROM known WHERE known.language IS NOT NULL
), used(config, languages) AS (
    SELECT catalog_config(language), array_agg(language::text) FROM known
    WHERE language IS NOT NULL AND language = coalesce(%(language)s, language) GROUP BY 1
)
SELECT config::text, languages,
    (SELECT articles FROM catalog_wordcount WHERE config = used.config::text
        AND word = '@' || used.config::text),
    ARRAY(
        SELECT jsonb_build_array(lexeme, positions[1], ARRAY(
            SELECT (
                SELECT articles FROM catalog_wordcount AS count
                WHERE count.config = used.config::text AND count.word = mark || lexeme
            ) FROM unnest(ARRAY['', '^', '^^']) WITH ORDINALITY AS each(mark, number) ORDER BY number
        )) FROM unnest(to_tsvector(config, %(plain)s))
        ORDER BY positions[1], lexeme
    )::text[],
    ARRAY(SELECT phraseto_tsquery(config, each)::text FROM unnest(%(phrases)s::text[]) AS each)
    || ARRAY(SELECT to_tsquery(config, each || ':*')::text FROM unnest(%(prefixes)s::text[]) AS each),
    ARRAY(SELECT phraseto_tsquery(config, each)::text FROM unnest(%(excluded)s::text[]) AS each),
    to_tsquery(config, %(title)s)::text
FROM used
"""


class Terms(SearchQuery):
    """A search in PostgreSQL's own notation, taken as it is."""

    template = "(%(expressions)s)::tsquery"

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class Search:
    """A search made ready.

    `condition` is all of it, None where nothing can match; `words` is what ranks, `other` the
    rest of the condition. `sets` are the words, one set for each configuration; `similar` are
    words that are searched in place of others that no article has; `rows` are what was searched,
    once it was.
    """

    condition: Q | None
    words: Terms | None
    typed: TypedSearch
    other: Q | None = None
    sets: tuple[WordSet, ...] = ()
    similar: tuple[str, ...] = ()
    enough: float = ENOUGH  # of what all words are worth, for an article to match
    rows: QuerySet[Article] | None = None

    @property
    def any_word(self) -> bool:
        """Whether one of the words is enough."""
        return self.typed.any_word

    @property
    def excludes(self) -> bool:
        """Whether some word must be missing."""
        return bool(self.typed.excluded)

    @property
    def correlation(self) -> int:
        """How many times as many match as are expected, by experience.

        PostgreSQL takes words for independent, and they are found with each other.
        """
        groups = [group for each in self.sets for group in each.groups(self.enough)]
        terms = max((len(group) for group in groups), default=1)
        return int(1 << min(max(terms - 1, 0), 5))

    def apply(self, rows: QuerySet[Article]) -> QuerySet[Article]:
        """Return the articles that match."""
        if self.condition is None:
            return rows.none()
        return rows.filter(self.condition)

    def searched(self, rows: QuerySet[Article]) -> QuerySet[Article]:
        """Return what was searched: without the condition that `rows`, those that match, have."""
        if self.rows is None:
            return rows
        return self.rows

    def narrowed(self, enough: float) -> "Search":
        """Return the search for articles with words that are worth so much of all of them."""
        words = combined(self.sets, enough)
        condition = (self.other or Q()) & Q(search=words)
        return replace(self, words=words, condition=condition, enough=enough)

    def by_index(
        self, matching: QuerySet[Article], column: str = "search", few: bool = False
    ) -> QuerySet[Article]:
        """Return the `matching` articles, told to look in the index for what the words need in
        any form.

        Which form it must be in an article of its language is read off the article: the index
        takes four times as long to tell that. Not where `few` match because they lack a word:
        many have the other words, and would be read.
        """
        forms = {each.query(self.enough) for each in self.sets} - {""}
        if self.words is None or len(forms) < 2:
            return matching  # the index is asked for the only form there is
        if self.excludes and (few or column != "search"):
            return matching
        any_form = Terms(" | ".join(f"({form})" for form in sorted(forms)))
        rows = self._read_off_articles(matching, column)
        return with_first_condition(rows, **{column: any_form})

    def _read_off_articles(
        self, matching: QuerySet[Article], column: str
    ) -> QuerySet[Article]:
        """Return the same articles, the words compared with each article and not by an index."""
        if self.rows is None or self.other is None or self.words is None:
            return matching
        # No index is in this expression.
        vector = Coalesce(F(column), Value(""), output_field=SearchVectorField())
        return self.rows.filter(self.other, SearchVectorExact(vector, self.words))


def with_first_condition(
    rows: QuerySet[Article], **condition: Any
) -> QuerySet[Article]:
    """Return the rows with one more condition before the others.

    Of several for one index PostgreSQL looks at the first one first, and at the next only for
    what matches that.
    """
    return Article.objects.filter(**condition) & rows


def parse_search(text: str, language: str | None = None, exact: bool = False) -> Search:
    """Make what was typed ready, with one short statement; for one language where only that is
    looked at. `exact`: without similar words for those that no article has."""
    typed = TypedSearch.parse(text)
    if not typed:
        return Search(Q(), None, typed)
    by_title = [_all_words(value, ":A") for value in typed.title]
    by_author = [_all_words(value, ":B", last=":*B") for value in typed.author]
    if "" in by_title + by_author:  # title:! names no word, so no title has it
        return Search(None, None, typed)
    found = _configurations(typed, " & ".join(by_title), language)
    sets = tuple(each for each, _ in found)
    similar: tuple[str, ...] = ()
    if not exact:
        sets, similar = _with_similar_words(sets)
    sets = with_shared_worth(sets)
    words = combined(sets)
    title = _any_form((each.config, form) for each, form in found)
    if (typed.has_words and words is None) or (by_title and title is None):
        # The catalogue is empty, or its languages leave these words out, such as "the".
        return Search(None, None, typed)
    other = Q()
    if title:
        other = Q(heading=title)
    for names in by_author:
        other &= _by_author(Terms(names), with_words=bool(words))
    condition = other
    if words:
        condition = other & Q(search=words)
    return Search(condition, words, typed, other, sets, similar)


def _configurations(
    typed: TypedSearch, title: str, language: str | None
) -> list[tuple[WordSet, str]]:
    """Return the words and the title in the form of each configuration in use."""
    given = {
        "plain": typed.plain,
        "phrases": list(typed.phrases),
        "prefixes": list(typed.prefixes),
        "excluded": list(typed.excluded),
        "title": title,
        "language": language,
    }
    with connection.cursor() as cursor:
        cursor.execute(CONFIGURATIONS, given)
        return [(_word_set(row, typed.any_word), row[-1]) for row in cursor.fetchall()]


def _word_set(row: tuple[Any, ...], any_word: bool) -> WordSet:
    config, languages, among, counted, required, excluded, _ = row
    words = [json.loads(each) for each in counted]
    return WordSet(
        config,
        tuple(languages),
        tuple(_counted_word(word, among or 0) for word in words),
        tuple(f"({each})" for each in required if each),
        tuple(each for each in excluded if each),
        any_word,
    )


def _counted_word(counted: list[Any], among: int) -> Word:
    lexeme, place, (articles, named, named_twice) = counted
    return Word(
        lexeme,
        place,
        articles,
        among,
        named=named or 0,
        named_twice=named_twice or 0,
    )


def _with_similar_words(
    sets: tuple[WordSet, ...],
) -> tuple[tuple[WordSet, ...], tuple[str, ...]]:
    """Return the sets with the nearest words beside those that no article has in any form, and
    which these are."""
    words = [word for each in sets for word in each.words]
    known = {word.place for word in words if word.known}
    found: dict[str, None] = {}
    changed = []
    for each in sets:
        near = [
            other
            for word in each.words
            if word.place not in known and word.among
            for other in similar_words(each.config, word)
        ]
        found |= dict.fromkeys(word.lexeme for word in near)
        changed.append(replace(each, words=(*each.words, *near)))
    return tuple(changed), tuple(found)


def _by_author(names: Terms, with_words: bool) -> Q:
    """Return the condition for articles of this author.

    Of one who wrote many the index would list all for each search of some words of theirs, so then
    the authors of what has the words are looked at.
    """
    if (
        not with_words
        or expected_rows(Article.objects.filter(heading=names))[0] < MANY_BY_AUTHOR
    ):
        return Q(heading=names)
    authors = Func(
        F("heading"),
        Value("{b}"),
        function="ts_filter",
        output_field=SearchVectorField(),
    )
    return Q(SearchVectorExact(authors, names))


def _all_words(value: str, weight: str, last: str = "") -> str:
    """Return all words of the value, each with this weight, as to_tsquery reads them; the last one
    with another, where one is given.

    Of an author only the last word may be the beginning of one: of the beginning of a common name,
    such as "jo", the index would read all names.
    """
    words = re.findall(r"[^\W_]+", value.lower())
    weights = [weight] * len(words)
    if last and words:
        weights[-1] = last
    pairs = zip(words, weights, strict=True)
    return " & ".join(f"'{word}'{each}" for word, each in pairs)


def combined(sets: Iterable[WordSet], enough: float = ENOUGH) -> Terms | None:
    """Return one query of the words in all configurations; None where it asks for nothing."""
    return _any_form((each.config, each.query(enough)) for each in sets)


def grouped(chosen: Chosen, groups: Iterable[Group]) -> list[Terms]:
    """Return the queries of these groups, each of which the index answers by itself."""
    by_form: dict[str, list[str]] = {}
    for group in groups:
        for configuration, form in chosen.queries(group):
            by_form.setdefault(form, []).append(configuration)
    queries = []
    for form, configurations in by_form.items():
        if len(configurations) < len(chosen.sets):
            form = f"({_any_of(configurations)}) & {form}"
        queries.append(Terms(form))
    return queries


def _any_form(forms: Iterable[tuple[str, str]]) -> Terms | None:
    """Return one query of the forms that a search has in each configuration; None where all of
    them are empty."""
    by_form: dict[str, list[str]] = {}
    for configuration, form in forms:
        by_form.setdefault(form, []).append(configuration)
    if len(by_form) == 1:
        [form] = by_form
        if form:
            return Terms(form)
        return None
    by_form.pop("", None)
    each = [f"({_any_of(names)}) & ({form})" for form, names in sorted(by_form.items())]
    if each:
        return Terms(" | ".join(f"({one})" for one in each))
    return None


def _any_of(configurations: Iterable[str]) -> str:
    """Return the terms that mark the articles of these configurations."""
    return " | ".join(f"'@{name}'" for name in sorted(configurations))
