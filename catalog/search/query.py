"""What a person types into the catalogue's search box: words, "a phrase", or, -without, title:word, author:name.

Each article is asked in its own language: the words are stemmed once for every language that the catalogue holds, and
where the stems differ, each form goes with the term that names its configuration (see migrations/0006_search.py).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVectorExact, SearchVectorField
from django.db import connection
from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from catalog.models import Article
from catalog.search.estimates import expected

LONGEST = 500  # characters of a search
PROLIFIC = 20_000  # articles of an author, or of all of that name
FIELD = re.compile(r'(?<!\S)(?P<field>title|author):(?:"(?P<quoted>[^"]*)"|(?P<plain>\S+))', re.I)
# The languages are read by hopping through the index from one to the next: counting them would read every article.
CONFIGURATIONS = """
WITH RECURSIVE known(language) AS (
    (SELECT language FROM catalog_article WHERE deleted IS NULL ORDER BY language LIMIT 1)
    UNION ALL
    SELECT (SELECT language FROM catalog_article WHERE deleted IS NULL AND language > known.language
            ORDER BY language LIMIT 1)
    FROM known WHERE known.language IS NOT NULL
), used(config, languages) AS (
    SELECT catalog_config(language), array_agg(language::text) FROM known
    WHERE language IS NOT NULL AND language = coalesce(%(language)s, language) GROUP BY 1
)
SELECT config::text, languages, websearch_to_tsquery(config, %(words)s)::text, to_tsquery(config, %(title)s)::text
FROM used
"""


class Terms(SearchQuery):
    """A search in PostgreSQL's own notation, taken as it is."""

    template = "(%(expressions)s)::tsquery"

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class Typed:
    """The parts of what was typed."""

    words: str
    title: tuple[str, ...] = ()
    author: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> "Typed":
        text = text.replace("\0", " ")[:LONGEST]
        named: dict[str, list[str]] = {"title": [], "author": []}
        for piece in FIELD.finditer(text):
            named[piece["field"].lower()].append(
                piece["quoted"] if piece["quoted"] is not None else piece["plain"]
            )
        return cls(FIELD.sub(" ", text).strip(), tuple(named["title"]), tuple(named["author"]))


@dataclass(frozen=True, slots=True)
class Search:
    """A search made ready: `condition` is all of it, None where nothing can fit; `words` is what ranks, `beside`
    the rest of the condition.

    `forms` are the words as (languages, query in PostgreSQL's notation), one for each configuration; `rows` are what
    was searched, once it was.
    """

    condition: Q | None
    words: Terms | None
    typed: Typed
    beside: Q | None = None
    forms: tuple[tuple[list[str], str], ...] = ()
    rows: QuerySet[Article] | None = None

    @property
    def needed(self) -> list[Terms]:
        """Terms that the words need, each in some form, besides the words themselves: an index tells quickly what has
        one of several terms and another one of several, and slowly what has one of several combinations."""
        parts = [_lexemes(form) for _, form in self.forms if form]
        if len(parts) < 2 or not all(parts):
            return []
        shortest = min(parts, key=len)
        found = (
            " | ".join(sorted({_most_like(lexeme, part) for part in parts})) for lexeme in shortest
        )
        return [Terms(each) for each in dict.fromkeys(found)]

    @property
    def together(self) -> int:
        """How many times as many fit as are expected, by experience: PostgreSQL takes words for independent, and they
        are found with each other."""
        terms = max((len(_lexemes(form)) for _, form in self.forms), default=1)
        return int(1 << min(max(terms - 1, 0), 5))

    def among(self, rows: QuerySet[Article]) -> QuerySet[Article]:
        """The articles that fit."""
        if self.condition is None:
            return rows.none()
        return rows.filter(self.condition)

    def by_index(
        self, fitting: QuerySet[Article], column: str = "search", few: bool = False
    ) -> QuerySet[Article]:
        """The `fitting` ones, told to look in the index for what the words need in any form. Which form it must be in
        an article of its language is read off the article: the index takes four times as long to tell that. Not where
        `few` fit because they lack a word: many have the other words, and would be read for that."""
        forms = sorted({f"({form})" for _, form in self.forms if form})
        if self.words is None or len(forms) < 2:
            return fitting  # the index is asked for the only form there is
        rows = fitting
        needed = self.needed
        negated = "!" in self.words.text
        if not needed and not negated:
            needed = [Terms(" | ".join(forms))]
        exact_here = not negated or (column == "search" and not few)
        if needed and exact_here and self.rows is not None and self.beside is not None:
            unknown_to_indexes = Coalesce(F(column), Value(""), output_field=SearchVectorField())
            rows = self.rows.filter(self.beside, SearchVectorExact(unknown_to_indexes, self.words))
        for terms in reversed(needed):
            rows = first(rows, **{column: terms})
        return rows

    def with_words_in_title(self, fitting: QuerySet[Article]) -> QuerySet[Article]:
        """Those of the `fitting` ones that have all the words in their title or among their authors."""
        if (
            self.words
            and self.rows is not None
            and self.beside is not None
            and "!" not in self.words.text
        ):
            return self.rows.filter(
                self.beside, heading=self.words
            )  # the same, and one condition less to look up
        return fitting.filter(heading=self.words)


def first(rows: QuerySet[Article], **condition: Any) -> QuerySet[Article]:
    """With one more condition, before the others: of several for one index PostgreSQL looks at the first one first, and
    at the next only for what fits that."""
    return Article.objects.filter(**condition) & rows


def read(text: str, language: str | None = None) -> Search:
    """Makes what was typed ready, with one short statement; where only one language is looked at, for that one."""
    typed = Typed.read(text)
    if not (typed.words or typed.title or typed.author):
        return Search(Q(), None, typed)
    by_title = [_all(value, ":A") for value in typed.title]
    by_author = [_all(value, ":*B") for value in typed.author]
    if "" in by_title + by_author:  # title:! names no word, so no title has it
        return Search(None, None, typed)
    with connection.cursor() as cursor:
        cursor.execute(
            CONFIGURATIONS,
            {"words": typed.words, "title": " & ".join(by_title), "language": language},
        )
        found = cursor.fetchall()
    words, title = (_joined((row[0], row[column]) for row in found) for column in (2, 3))
    if (typed.words and words is None) or (by_title and title is None):
        return Search(
            None, None, typed
        )  # an empty catalogue, or words that its languages leave out: "the", "und"
    if title:
        beside = Q(heading=title)
    else:
        beside = Q()
    for names in by_author:
        beside &= _written_by(Terms(names), bool(words))
    if words:
        condition = beside & Q(search=words)
    else:
        condition = beside
    return Search(condition, words, typed, beside, tuple((row[1], row[2]) for row in found))


def _written_by(names: Terms, beside_words: bool) -> Q:
    """The articles of this author. Of one who wrote many the index would list all for each search of some words of
    theirs, so there the authors of what has the words are looked at."""
    if not beside_words or expected(Article.objects.filter(heading=names))[0] < PROLIFIC:
        return Q(heading=names)
    authors = Func(
        F("heading"), Value("{b}"), function="ts_filter", output_field=SearchVectorField()
    )
    return Q(SearchVectorExact(authors, names))


def _all(value: str, weight: str) -> str:
    """All words of the value, each with this weight, as to_tsquery reads them."""
    return " & ".join(f"'{word}'{weight}" for word in re.findall(r"[^\W_]+", value.lower()))


def _lexemes(form: str) -> list[str]:
    """Those without which nothing fits, of a query in PostgreSQL's notation; none where it has alternatives."""
    if "|" in form or "(" in form:
        return []
    return [each for each in re.split(r" & | <[-\d]+> ", form) if not each.startswith("!")]


def _most_like(lexeme: str, others: list[str]) -> str:
    def alike(other: str) -> int:
        return len(
            list(takewhile(lambda pair: pair[0] == pair[1], zip(lexeme, other, strict=False)))
        )

    return max(others, key=alike)


def _joined(forms: Iterable[tuple[str, str]]) -> Terms | None:
    """One query of the forms that a search has in each configuration; None where it is empty in all of them."""
    by_form: dict[str, list[str]] = {}
    for configuration, form in forms:
        by_form.setdefault(form, []).append(configuration)
    if len(by_form) == 1:
        form = next(iter(by_form))
        if form:
            return Terms(form)
        return None
    by_form.pop("", None)
    each = [f"({_marked(names)}) & ({form})" for form, names in sorted(by_form.items())]
    if each:
        return Terms(" | ".join(f"({one})" for one in each))
    return None


def _marked(configurations: Iterable[str]) -> str:
    """The articles of these configurations."""
    return " | ".join(f"'@{name}'" for name in sorted(configurations))
