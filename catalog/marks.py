"""Read, starred, archived: what a person notes of articles, for themselves alone."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_noop

from catalog.batching import batches
from catalog.models import Article
from catalog.personal import Mark
from catalog.told import counted

Rows = TypeVar("Rows", bound="QuerySet[Article]")
# Verb -> the column, and whether it is set or emptied.
VERBS = {
    "read": ("read_at", True),
    "unread": ("read_at", False),
    "star": ("starred_at", True),
    "unstar": ("starred_at", False),
    "archive": ("archived_at", True),
    "unarchive": ("archived_at", False),
}
STATES = {
    "unread": gettext_noop("Unread"),
    "read": gettext_noop("Read"),
    "starred": gettext_noop("Starred"),
    "archived": gettext_noop("Archived"),
}
COLUMNS = {"read": "read_at", "starred": "starred_at", "archived": "archived_at"}


def mark(owner_id: int, articles: list[int], verb: str, now: datetime) -> int:
    """Do what `verb` says to the articles that are in the catalogue; return how many changed."""
    column, is_set = VERBS[verb]
    changed = 0
    for batch in batches(articles):
        if is_set:
            changed += _set(owner_id, batch, column, now)
        else:
            changed += _own(owner_id, batch, column).update(**{column: None})
    return changed


def _own(owner_id: int, articles: list[int], column: str) -> "QuerySet[Mark]":
    """Return the person's marks of these articles in which the column is set."""
    return Mark.objects.filter(
        owner=owner_id, article__in=articles, **{f"{column}__isnull": False}
    )


def _set(owner_id: int, articles: list[int], column: str, now: datetime) -> int:
    done = set(_own(owner_id, articles, column).values_list("article", flat=True))
    live = Article.objects.live().filter(pk__in=set(articles) - done)
    due = sorted(live.values_list("pk", flat=True))
    marks = [Mark(owner_id=owner_id, article_id=pk, **{column: now}) for pk in due]
    Mark.objects.bulk_create(
        marks,
        update_conflicts=True,
        unique_fields=["owner", "article"],
        update_fields=[column],
    )
    return len(due)


def done(verb: str, number: int) -> str:
    """Return what was done to so many articles, as a sentence."""
    sentences = {
        "read": counted(
            "%(number)s article marked as read.",
            "%(number)s articles marked as read.",
            number,
        ),
        "unread": counted(
            "%(number)s article marked as unread.",
            "%(number)s articles marked as unread.",
            number,
        ),
        "star": counted(
            "%(number)s article starred.", "%(number)s articles starred.", number
        ),
        "unstar": counted(
            "%(number)s article no longer starred.",
            "%(number)s articles no longer starred.",
            number,
        ),
        "archive": counted(
            "%(number)s article archived.", "%(number)s articles archived.", number
        ),
        "unarchive": counted(
            "%(number)s article taken out of the archive.",
            "%(number)s articles taken out of the archive.",
            number,
        ),
    }
    return sentences[verb]


def marks_of(owner_id: int | None, articles: Iterable[Article]) -> dict[int, Mark]:
    """Return the person's marks by the id of the article."""
    ids = [article.pk for article in articles]
    if not ids or owner_id is None:
        return {}
    found = Mark.objects.filter(owner=owner_id, article__in=ids)
    return {each.article_id: each for each in found}


def in_state(rows: Rows, state: str, owner_id: int | None) -> Rows:
    """Return the rows that are in this state for a person. Archived ones are not unread."""
    if owner_id is None:
        return rows if state == "unread" else rows.none()
    own = Mark.objects.filter(owner=owner_id)
    if state == "unread":
        seen = Q(read_at__isnull=False) | Q(archived_at__isnull=False)
        return rows.filter(~Exists(own.filter(seen, article=OuterRef("pk"))))
    column = COLUMNS[state]
    noted = own.filter(**{f"{column}__isnull": False})
    return rows.filter(pk__in=noted.order_by().values("article"))
