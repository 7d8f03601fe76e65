"""What a person types into the catalogue's search box: words, "a phrase", or, -without, title:word, author:name."""

import re

from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from catalog.models import Article, ArticleQuerySet

FIELD = re.compile(r'(?<!\S)(?P<field>title|author):(?:"(?P<quoted>[^"]*)"|(?P<plain>\S+))', re.I)


def search(rows: ArticleQuerySet, typed: str) -> QuerySet[Article]:
    """The articles that fit, best first where there are words to rank by."""
    typed = typed.replace("\0", " ")
    found: QuerySet[Article] = rows
    for piece in FIELD.finditer(typed):
        value = piece["quoted"] if piece["quoted"] is not None else piece["plain"]
        found = _in_title(found, value) if piece["field"].lower() == "title" else _by(found, value)
    words = FIELD.sub(" ", typed).strip()
    return found.search(words) if words and isinstance(found, ArticleQuerySet) else found


def _in_title(rows: QuerySet[Article], value: str) -> QuerySet[Article]:
    """The title's words have the weight A in the index."""
    words = re.findall(r"\w+", value)
    query = SearchQuery(" & ".join(f"'{word}':A" for word in words), search_type="raw", config="simple")
    return rows.filter(search=query) if words else rows


def _by(rows: QuerySet[Article], value: str) -> QuerySet[Article]:
    return rows.alias(everybody=Cast("authors", TextField())).filter(everybody__icontains=value)
