"""What an article was, and how each version differs from the one that took its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.models import Article, ArticleVersion

SHOWN = 20  # versions
CONTEXT = 12  # words that are shown around a change
LONGEST = 20_000  # words that are compared; more would keep the page waiting


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: "same", "gone", "new", or "cut" for same words that are not shown."""

    kind: str
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """How one text became the other, word by word, with a little of what stayed around each change."""
    old, new = (re.findall(r"\S+\s*", text)[:LONGEST] for text in (before, after))
    return list(_pieces(old, new))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from _shortened(old[i:j])
            continue
        if i < j:
            yield Piece("gone", "".join(old[i:j]))
        if k < m:
            yield Piece("new", "".join(new[k:m]))


def _shortened(words: list[str]) -> Iterator[Piece]:
    if len(words) <= 2 * CONTEXT:
        yield Piece("same", "".join(words))
        return
    yield Piece("same", "".join(words[:CONTEXT]))
    yield Piece("cut", f"{len(words) - 2 * CONTEXT} words")
    yield Piece("same", "".join(words[-CONTEXT:]))


@require_safe
def article_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """The article's earlier versions, newest first, each against the one after it."""
    article = get_object_or_404(Article.objects.live(), pk=pk)
    line: list[Article | ArticleVersion] = [article, *article.versions.all()[:SHOWN]]
    steps = [
        {
            "version": old,
            "title": difference(old.title, new.title),
            "text": difference(old.text, new.text),
        }
        for new, old in pairwise(line)
    ]
    return render(request, "catalog/versions.html", {"article": article, "steps": steps})
