"""What was searched for, marked in the titles and texts of the articles that a page shows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from catalog.models import Article
from catalog.search.query import Search
from catalog.search.stepwise import read_within

HIGHLIGHT_MS = 40
FIRST_STEP = 12  # articles
BEGIN = "\ue000"  # of the private use area: no text means anything by these
END = "\ue001"
MARKED = re.compile(f"{BEGIN}([^{BEGIN}{END}]*){END}")
# Any of the words: where an article has not all of them, PostgreSQL would mark none. Of a long text
# only the piece is looked at whose words are worth most: the positions of its words tell about
# where that is.
HEADLINES = """
WITH spoken AS (
    SELECT * FROM unnest(%(languages)s::text[], %(sets)s::int[], %(words)s::text[])
    AS each(language, set, words)
), worth AS (
    SELECT * FROM unnest(%(word_sets)s::int[], %(lexemes)s::text[], %(idfs)s::float[])
    AS each(set, lexeme, idf)
)
SELECT article.id,
    ts_headline(config, left(title, 300), any_word || websearch_to_tsquery(config, %(title)s),
        %(in_title)s),
    ts_headline(config, CASE WHEN length(text) <= %(piece)s THEN text
        ELSE substr(text, greatest(1, (coalesce(best.share, 0) * length(text))::int - %(before)s),
            %(piece)s) END, any_word, %(in_text)s)
FROM catalog_article AS article JOIN spoken USING (language) CROSS JOIN LATERAL (
    SELECT catalog_config(language) AS config, words::tsquery AS any_word
) AS asked LEFT JOIN LATERAL (
    SELECT least(1, (hit.position - first) / greatest(last - first + 1.0, word_count)) AS share FROM (
        SELECT position, sum(idf) OVER near AS found
        FROM unnest(ts_filter(search, '{d}')) AS term JOIN worth USING (lexeme),
            unnest(term.positions) AS position
        WHERE worth.set = spoken.set
        WINDOW near AS (ORDER BY position RANGE BETWEEN CURRENT ROW AND %(near)s FOLLOWING)
    ) AS hit, (
        SELECT min(each) AS first, max(each) AS last
        FROM unnest(ts_filter(search, '{d}')) AS term, unnest(term.positions) AS each
    ) AS ends
    ORDER BY found DESC, hit.position LIMIT 1
) AS best ON length(text) > %(piece)s
WHERE article.id = ANY(%(ids)s)
"""
PIECE = 6_000  # characters of a text that are looked at
BEFORE = 2_000  # of these, before the words
NEAR = 30  # words, within which words are together
MARKS = f"StartSel={BEGIN}, StopSel={END}"
OPTIONS = {
    "in_title": f"HighlightAll=true, {MARKS}",
    "in_text": f'MaxFragments=2, MinWords=8, MaxWords=24, FragmentDelimiter=" … ", {MARKS}',
}


@dataclass(frozen=True, slots=True)
class Highlight:
    """Safe html; "" where nothing is marked."""

    title: SafeString
    text: SafeString


def highlight(
    articles: Iterable[Article], search: Search, milliseconds: float = HIGHLIGHT_MS
) -> dict[int, Highlight]:
    """Return highlights by article id, for as many of the first articles as fit in `milliseconds`: a
    text that nobody has read for long takes ten times as long as one in memory."""
    ids = [article.pk for article in articles]
    if not ids or not (search.sets or search.typed.title):
        return {}
    given = {
        "title": " or ".join(search.typed.title),
        "piece": PIECE,
        "before": BEFORE,
        "near": NEAR,
        **_words(search),
        **OPTIONS,
    }
    rows, _ = read_within(
        ids,
        lambda part: _headlines({**given, "ids": list(part)}),
        milliseconds,
        first_step=FIRST_STEP,
        first_limit_ms=milliseconds,
    )
    return {pk: Highlight(marked(title), marked(text)) for pk, title, text in rows}


def _words(search: Search) -> dict[str, Any]:
    """Return the words as arrays of the statement HEADLINES."""
    given: dict[str, list[Any]] = {
        name: [] for name in "languages sets words word_sets lexemes idfs".split()
    }
    for number, each in enumerate(search.sets):
        for language in each.languages:
            given["languages"].append(language)
            given["sets"].append(number)
            given["words"].append(each.any_word_query)
        for word in each.ranking:
            given["word_sets"].append(number)
            given["lexemes"].append(word.lexeme)
            given["idfs"].append(word.idf)
    return given


def _headlines(given: dict[str, Any]) -> list[tuple[int, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(HEADLINES, given)
        return cursor.fetchall()


def marked(text: str) -> SafeString:
    """Return the text escaped, with the marks as `mark` elements; "" where it has none."""
    if not MARKED.search(text):
        return SafeString("")
    html = MARKED.sub(r"<mark>\1</mark>", escape(text))
    return mark_safe(html.replace(BEGIN, "").replace(END, ""))  # noqa: S308 - escaped above
