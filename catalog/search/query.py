"""What a person types into the catalogue's search box: words, "a phrase", or, -without,
title:word, author:name.

Each article is searched in its own language: the words are stemmed once for every language that
the catalogue holds,
and where the stems differ, each form goes with the term that names its configuration
(`catalog_marks`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
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
from catalog.search.planner_stats import expected_rows

MAX_SEARCH_LENGTH = 500  # characters
MANY_BY_AUTHOR = 20_000  # articles of an author, or of all of that name
FIELD = re.compile(
    r'(?<!\S)(?P<field>title|author):(?:"(?P<quoted>[^"]*)"|(?P<plain>\S+))',
    re.IGNORECASE,
)
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
SELECT config::text, languages, websearch_to_tsquery(config, %(words)s)::text,
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
class TypedSearch:
    """The parts of what was typed."""

    words: str
    title: tuple[str, ...] = ()
    author: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "TypedSearch":
        """Split the text into words and fields."""
        text = text.replace("\0", " ")[:MAX_SEARCH_LENGTH]
        fields: dict[str, list[str]] = {"title": [], "author": []}
        for match in FIELD.finditer(text):
            value = match["quoted"]
            if value is None:
                value = match["plain"]
            fields[match["field"].lower()].append(value)
        words = FIELD.sub(" ", text).strip()
        return cls(words, tuple(fields["title"]), tuple(fields["author"]))

    def __bool__(self) -> bool:
        return bool(self.words or self.title or self.author)


@dataclass(frozen=True, slots=True)
class Search:
    """A search made ready.

    `condition` is all of it, None where nothing can match; `words` is what ranks, `other` the
    rest of the condition.
    `forms` are the words as (languages, query in PostgreSQL's notation), one for each
    configuration; `rows` are what was
    searched, once it was.
    """

    condition: Q | None
    words: Terms | None
    typed: TypedSearch
    other: Q | None = None
    forms: tuple[tuple[list[str], str], ...] = ()
    rows: QuerySet[Article] | None = None

    @property
    def excludes(self) -> bool:
        """Whether some word must be missing."""
        return self.words is not None and "!" in self.words.text

    @property
    def required_terms(self) -> list[Terms]:
        """Terms that the words need, each in some form, besides the words themselves.

        An index tells quickly what has one of several terms and another one of several, and
        slowly what has one of
        several combinations.
        """
        parts = [_lexemes(form) for _, form in self.forms if form]
        if len(parts) < 2 or not all(parts):
            return []
        shortest = min(parts, key=len)
        alternatives = []
        for lexeme in shortest:
            forms = {_most_similar(lexeme, part) for part in parts}
            alternatives.append(" | ".join(sorted(forms)))
        return [Terms(each) for each in dict.fromkeys(alternatives)]

    @property
    def correlation(self) -> int:
        """How many times as many match as are expected, by experience.

        PostgreSQL takes words for independent, and they are found with each other.
        """
        terms = max((len(_lexemes(form)) for _, form in self.forms), default=1)
        return int(1 << min(max(terms - 1, 0), 5))

    def apply(self, rows: QuerySet[Article]) -> QuerySet[Article]:
        """Return the articles that match."""
        if self.condition is None:
            return rows.none()
        return rows.filter(self.condition)

    def by_index(
        self, matching: QuerySet[Article], column: str = "search", few: bool = False
    ) -> QuerySet[Article]:
        """Return the `matching` articles, told to look in the index for what the words need in
        any form.

        Which form it must be in an article of its language is read off the article: the index
        takes four times as long
        to tell that. Not where `few` match because they lack a word: many have the other words,
        and would be read.
        """
        forms = sorted({f"({form})" for _, form in self.forms if form})
        if self.words is None or len(forms) < 2:
            return matching  # the index is asked for the only form there is
        required = self.required_terms
        if not required and not self.excludes:
            required = [Terms(" | ".join(forms))]
        rows = matching
        if required and (not self.excludes or (column == "search" and not few)):
            rows = self._read_off_articles(matching, column)
        for terms in reversed(required):
            rows = with_first_condition(rows, **{column: terms})
        return rows

    def _read_off_articles(
        self, matching: QuerySet[Article], column: str
    ) -> QuerySet[Article]:
        """Return the same articles, the words compared with each article and not by an index."""
        if self.rows is None or self.other is None or self.words is None:
            return matching
        # No index is in this expression.
        vector = Coalesce(F(column), Value(""), output_field=SearchVectorField())
        return self.rows.filter(self.other, SearchVectorExact(vector, self.words))

    def with_words_in_title(self, matching: QuerySet[Article]) -> QuerySet[Article]:
        """Return those that have all the words in their title or among their authors."""
        if self.rows is None or self.other is None or self.excludes or not self.words:
            return matching.filter(heading=self.words)
        # The same, with one condition less to look up.
        return self.rows.filter(self.other, heading=self.words)


def with_first_condition(
    rows: QuerySet[Article], **condition: Any
) -> QuerySet[Article]:
    """Return the rows with one more condition before the others.

    Of several for one index PostgreSQL looks at the first one first, and at the next only for
    what matches that.
    """
    return Article.objects.filter(**condition) & rows


def parse_search(text: str, language: str | None = None) -> Search:
    """Make what was typed ready, with one short statement; for one language where only that is
    looked at."""
    typed = TypedSearch.parse(text)
    if not typed:
        return Search(Q(), None, typed)
    by_title = [_all_words(value, ":A") for value in typed.title]
    by_author = [_all_words(value, ":*B") for value in typed.author]
    if "" in by_title + by_author:  # title:! names no word, so no title has it
        return Search(None, None, typed)
    found = _configurations(typed.words, " & ".join(by_title), language)
    words = _combined((row[0], row[2]) for row in found)
    title = _combined((row[0], row[3]) for row in found)
    if (typed.words and words is None) or (by_title and title is None):
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
    forms = tuple((row[1], row[2]) for row in found)
    return Search(condition, words, typed, other, forms)


def _configurations(
    words: str, title: str, language: str | None
) -> list[tuple[str, list[str], str, str]]:
    """Return (configuration, its languages, the words, the title) for each configuration in use."""
    with connection.cursor() as cursor:
        cursor.execute(
            CONFIGURATIONS, {"words": words, "title": title, "language": language}
        )
        return cursor.fetchall()


def _by_author(names: Terms, with_words: bool) -> Q:
    """Return the condition for articles of this author.

    Of one who wrote many the index would list all for each search of some words of theirs, so
    then the authors of what
    has the words are looked at.
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


def _all_words(value: str, weight: str) -> str:
    """Return all words of the value, each with this weight, as to_tsquery reads them."""
    words = re.findall(r"[^\W_]+", value.lower())
    return " & ".join(f"'{word}'{weight}" for word in words)


def _lexemes(form: str) -> list[str]:
    """Return what must be there, of a query in PostgreSQL's notation; nothing where it has
    alternatives."""
    if "|" in form or "(" in form:
        return []
    return [
        each for each in re.split(r" & | <[-\d]+> ", form) if not each.startswith("!")
    ]


def _most_similar(lexeme: str, others: list[str]) -> str:
    """Return the one that shares the longest beginning."""

    def shared(other: str) -> int:
        pairs = zip(lexeme, other, strict=False)
        return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))

    return max(others, key=shared)


def _combined(forms: Iterable[tuple[str, str]]) -> Terms | None:
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
