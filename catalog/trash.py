"""Deleted articles: they can be restored for some days, then everything of them is erased.

Their URL stays as a tombstone, so that no crawl brings them back.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.dispatch import Signal
from django.utils.translation import gettext_noop as _

from catalog.batching import batches
from catalog.models import (
    Article,
    ArticleQuerySet,
    ArticleVersion,
    Keywords,
    Link,
    Mark,
    Passage,
)
from catalog.paging import Order, parse_moment

DEFAULT_DAYS = 30
BY_DELETION = Order(_("last deleted first"), "deleted_at", True, parse_moment)
MAX_NAME_LENGTH = 150  # of who deleted it
ERASE_AT_ONCE = 5_000  # articles
KEPT = frozenset(
    ["source", "key", "first_seen_at", "changed_at", "deleted_at"]
)  # of an erased article
# Sent within the transaction, with `ids` and `keys`: whoever keeps more of the articles erases
# that.
erasing = Signal()


def trash_days() -> int:
    """Return how many days a deleted article can be restored."""
    return int(getattr(settings, "TRASH_DAYS", DEFAULT_DAYS))


def in_trash() -> ArticleQuerySet:
    """Return the articles that can be restored, the last deleted first."""
    deleted = Article.objects.filter(deleted_at__isnull=False, erased_at__isnull=True)
    return deleted.order_by("-deleted_at", "-pk")


@dataclass(slots=True)
class Deletion:
    """Articles that were deleted together: `articles` are those that a page shows of `number`."""

    deleted_at: datetime
    deleted_by: str
    days_left: int
    number: int = 0
    articles: list[Article] = field(default_factory=list)


def deletions(shown: list[Article], now: datetime) -> list[Deletion]:
    """Group the articles of a page by the moment that they were deleted at."""
    groups: dict[datetime, Deletion] = {}
    for article in shown:
        moment = article.deleted_at or now
        if moment not in groups:
            left = moment + timedelta(days=trash_days()) - now
            groups[moment] = Deletion(moment, article.deleted_by, max(left.days, 0))
        groups[moment].articles.append(article)
    counted = in_trash().order_by().filter(deleted_at__in=groups)
    numbers = counted.values_list("deleted_at").annotate(Count("pk"))
    for moment, number in numbers:
        groups[moment].number = number
    return list(groups.values())


def delete(articles: list[int], now: datetime, by: str = "") -> int:
    """Move the articles to the trash; return how many were in the catalogue. `by` is who did."""
    gone = {"deleted_at": now, "deleted_by": by[:MAX_NAME_LENGTH]}
    deleted = 0
    for batch in batches(articles):
        deleted += Article.objects.live().filter(pk__in=batch).update(**gone)
    return deleted


def restore(rows: ArticleQuerySet) -> int:
    """Put those of the rows that are in the trash back, with labels and versions; return how many
    these are."""
    return rows.filter(deleted_at__isnull=False, erased_at__isnull=True).update(
        deleted_at=None, deleted_by=""
    )


def erase(rows: ArticleQuerySet, now: datetime) -> int:
    """Erase those of the rows that are in the trash; return how many these are."""
    found = rows.filter(deleted_at__isnull=False, erased_at__isnull=True)
    erased = 0
    for batch in batches(list(found.values_list("pk", flat=True)[:ERASE_AT_ONCE])):
        with transaction.atomic():
            erased += _erase(batch, now)
    return erased


def erase_expired(now: datetime) -> int:
    """Erase what is past its days in the trash; return how many articles these are."""
    return erase(
        in_trash().filter(deleted_at__lt=now - timedelta(days=trash_days())), now
    )


def _erase(ids: list[int], now: datetime) -> int:
    locked = list(
        Article.objects.select_for_update().filter(pk__in=ids, erased_at__isnull=True)
    )
    ids = [article.pk for article in locked]
    erasing.send(Article, ids=ids, keys=[article.key for article in locked])
    ArticleVersion.objects.filter(article__in=ids).delete()
    Link.objects.filter(article__in=ids).delete()
    Keywords.objects.filter(article__in=ids).delete()
    Mark.objects.filter(article__in=ids).delete()
    Passage.objects.filter(article__in=ids).delete()
    Article.objects.filter(original__in=ids).update(original=None)
    for article in locked:
        _empty(article, now)
        article.save()
    return len(locked)


def _empty(article: Article, now: datetime) -> None:
    """Leave nothing of the article but its source, its key and when it was deleted."""
    for column in Article._meta.local_concrete_fields:
        kept = column.primary_key or column.generated or column.name in KEPT
        if not kept:
            setattr(article, column.attname, column.get_default())
    article.url = article.key
    article.title = "(erased)"
    article.content_hash = f"erased-{article.pk}"
    article.original = None
    article.erased_at = now
