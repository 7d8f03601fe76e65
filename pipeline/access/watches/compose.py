"""Deliveries made of the matches that were not told yet.

A delivery and the mark on its matches are one transaction: an article is in one delivery of a
receiver, whenever a worker dies.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from pipeline.access.models import MAILTO, Delivery, Watch, WatchMatch, Webhook
from pipeline.access.watch_times import EACH
from pipeline.core.batched import batched
from pipeline.core.database import execute

MAX_IN_A_MAIL = 300  # articles
MAX_IN_A_POST = 100
MAX_AT_ONCE = 1_000  # matches that one transaction makes deliveries of
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def due_watches(now: datetime) -> QuerySet[Watch]:
    """Return the watches that have something to tell now: not the paused ones, and not those of
    people who may not sign in any more."""
    untold = WatchMatch.objects.filter(delivery=None).order_by().values("watch")
    live = Watch.objects.filter(receiver__active=True, owner__is_active=True)
    due = live.filter(Q(rhythm=EACH) | Q(next_at__lte=now))
    return due.filter(Q(pk__in=untold) | Q(next_at__lte=now)).order_by("pk")


def compose_due(now: datetime) -> int:
    """Make deliveries for every watch that is due; return how many."""
    return sum(compose(watch, now) for watch in due_watches(now))


def compose(watch: Watch, now: datetime) -> int:
    """Make the deliveries of what a watch has not told; return how many."""
    made = 0
    with transaction.atomic():
        receiver = watch.receiver
        # One at a time for each receiver of a person: two watches may tell it of one article.
        execute(LOCK, [f"watch {watch.owner_id} {receiver.url}"])
        matches = _untold(watch)
        for part in batched(matches, _size(watch, receiver)):
            _make(watch, receiver, part, now)
            made += 1
        if len(matches) < MAX_AT_ONCE and watch.rhythm != EACH:
            watch.next_at = watch.next_digest(now)
            watch.save(update_fields=["next_at"])
    return made


def _untold(watch: Watch) -> list[WatchMatch]:
    """Return matches in no delivery yet, without what another watch told the same receiver."""
    own = WatchMatch.objects.filter(watch=watch, delivery=None)
    told_by_others = WatchMatch.objects.filter(
        watch__owner=watch.owner_id,
        watch__receiver__url=watch.receiver.url,
        delivery__isnull=False,
    ).exclude(watch=watch)
    own.filter(article_id__in=told_by_others.values("article_id")).delete()
    return list(own.order_by("article_id")[:MAX_AT_ONCE])


def _size(watch: Watch, receiver: Webhook) -> int:
    """Return how many articles a delivery has at most."""
    if watch.rhythm == EACH:
        return 1
    if receiver.url.startswith(MAILTO):
        return MAX_IN_A_MAIL
    return MAX_IN_A_POST


def _make(
    watch: Watch, receiver: Webhook, matches: Sequence[WatchMatch], now: datetime
) -> None:
    delivery = Delivery.objects.create(
        webhook=receiver,
        event=Webhook.Event.NEW_ARTICLES,
        happened_at=now,
        next_at=watch.after_quiet(now),
        facts={
            "view": watch.view.name,
            "articles": [match.article_id for match in matches],
        },
    )
    numbers = [match.pk for match in matches]
    WatchMatch.objects.filter(pk__in=numbers).update(delivery=delivery)
