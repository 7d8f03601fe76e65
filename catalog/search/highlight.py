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
HEADLINES = """
SELECT id,
    ts_headline(catalog_config(language), left(title, 300),
        websearch_to_tsquery(catalog_config(language), %(title)s), %(in_title)s),
    ts_headline(catalog_config(language), left(text, 10000),
        websearch_to_tsquery(catalog_config(language), %(words)s), %(in_text)s)
FROM catalog_article WHERE id = ANY(%(ids)s)
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
    words = search.typed.words
    in_title = search.typed.title
    ids = [article.pk for article in articles]
    if not ids or not (words or in_title):
        return {}
    title = " or ".join(filter(None, [words, *in_title]))
    given = {"ids": ids, "words": words, "title": title, **OPTIONS}
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
