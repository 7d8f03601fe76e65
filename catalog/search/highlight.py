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
from catalog.search.timeouts import with_statement_timeout

HIGHLIGHT_MS = 40
BEGIN = "\ue000"  # of the private use area: no text means anything by these
END = "\ue001"
MARKED = re.compile(f"{BEGIN}([^{BEGIN}{END}]*){END}")
# Any of the words: where an article has not all of them, PostgreSQL would mark none.
HEADLINES = """
WITH spoken AS (
    SELECT * FROM unnest(%(languages)s::text[], %(words)s::text[]) AS each(language, words)
)
SELECT article.id,
    ts_headline(config, left(title, 300), any_word || websearch_to_tsquery(config, %(title)s),
        %(in_title)s),
    ts_headline(config, left(text, 10000), any_word, %(in_text)s)
FROM catalog_article AS article JOIN spoken USING (language),
    LATERAL (SELECT catalog_config(language) AS config, words::tsquery AS any_word) AS asked
WHERE article.id = ANY(%(ids)s)
"""
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


def highlight(articles: Iterable[Article], search: Search) -> dict[int, Highlight]:
    """Return the highlights of these articles by id; none where it takes too long."""
    ids = [article.pk for article in articles]
    if not ids or not (search.sets or search.typed.title):
        return {}
    pairs = [
        (language, each.any_word_query)
        for each in search.sets
        for language in each.languages
    ]
    given = {
        "ids": ids,
        "languages": [language for language, _ in pairs],
        "words": [words for _, words in pairs],
        "title": " or ".join(search.typed.title),
        **OPTIONS,
    }
    rows = with_statement_timeout(HIGHLIGHT_MS, lambda: _headlines(given)) or []
    return {pk: Highlight(marked(title), marked(text)) for pk, title, text in rows}


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
