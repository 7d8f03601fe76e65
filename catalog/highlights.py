"""Highlights: passages of articles that somebody marked, with a note, for themselves alone."""

import re
from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog.models import Article, Passage
from catalog.reader import Quote

MAX_PER_ARTICLE = 200
MAX_EXPORTED = 5_000
READ_AT_ONCE = 100  # of an export: the first lines come soon
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|!~&])")


class NotKept(Exception):
    """Why a passage was not kept."""


def of_article(owner_id: int | None, article: Article) -> list[Passage]:
    """Return the person's passages of an article, in its order."""
    if owner_id is None:
        return []
    found = Passage.objects.filter(owner=owner_id, article=article)
    return list(found[:MAX_PER_ARTICLE])


def quotes(passages: list[Passage]) -> list[Quote]:
    """Return what the reader looks for in the text."""
    return [Quote(each.pk, each.quote, each.start) for each in passages]


def add(
    owner_id: int, article: Article, quote: str, note: str = "", start: int = 0
) -> Passage:
    """Keep a passage. Raises NotKept."""
    quote = _clean(quote, Passage.MAX_QUOTE_LENGTH)
    if not quote:
        raise NotKept(_("Select some text of the article, or paste it."))
    own = Passage.objects.filter(owner=owner_id, article=article)
    if own.count() >= MAX_PER_ARTICLE:
        full = _("An article has at most %(most)s highlights.")
        raise NotKept(full % {"most": MAX_PER_ARTICLE})
    return Passage.objects.create(
        owner_id=owner_id,
        article=article,
        quote=quote,
        note=_clean(note, Passage.MAX_NOTE_LENGTH),
        start=min(max(start, 0), 2**31 - 1),
    )


def change_note(passage: Passage, note: str) -> None:
    """Replace the note."""
    passage.note = _clean(note, Passage.MAX_NOTE_LENGTH)
    passage.save(update_fields=["note"])


def _clean(text: str, most: int) -> str:
    return text.replace("\0", "").replace("\r\n", "\n").strip()[:most]


def listed(owner_id: int | None) -> "QuerySet[Passage]":
    """Return all passages of a person whose articles are in the catalogue, the newest first."""
    found = Passage.objects.filter(
        owner=owner_id, article__deleted_at__isnull=True
    ).select_related("article__source")
    return found.defer(
        "article__text", "article__html", "article__search", "article__heading"
    ).order_by("-pk")


def markdown(passages: "QuerySet[Passage]") -> Iterator[str]:
    """Yield the passages as Markdown: a heading for each article, a quote and a note for each
    passage."""
    current = None
    ordered = passages.order_by("article", "start", "pk")
    for passage in ordered[:MAX_EXPORTED].iterator(chunk_size=READ_AT_ONCE):
        article = passage.article
        if article.pk != current:
            current = article.pk
            title = _escaped(" ".join(article.title.split()))
            yield f"## {title}\n\n{_facts(article)}\n\n"
        yield "\n".join(f"> {_escaped(line)}" for line in passage.quote.splitlines())
        yield "\n\n"
        if passage.note:
            yield f"{_escaped(passage.note)}\n\n"


def _facts(article: Article) -> str:
    parts = [_escaped(article.author), _escaped(str(article.source))]
    if article.published_there:
        parts.append(f"{article.published_there:%Y-%m-%d}")
    if article.url.lower().startswith(("https://", "http://")):
        parts.append(f"<{article.url.replace('>', '%3E').replace(' ', '%20')}>")
    return ", ".join(part for part in parts if part)


def _escaped(text: str) -> str:
    return MARKDOWN.sub(r"\\\1", text)
