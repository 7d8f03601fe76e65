"""URLs that were erased: on the list they go, and what rows quote of them goes."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from pipeline.models import Body, ErasedURL, Journey, JourneyDraft, Snapshot
from pipeline.models.erasure import ERASED, digest_of, stand_in

PAGES_AT_ONCE = 500
EMPTY: dict[str, Any] = {
    "reasons": [],
    "found_in": [],
    "source_metadata": {},
    "detail": "",
    "attempts": [],
    "snapshot": None,
}


def forget_urls(keys: Collection[str]) -> None:
    """Put these URLs on the list of what was erased, and empty their rows in all runs; the rows
    stay, so that the numbers of a run stay as they were. One that is on its way ends as erased.
    Doing so twice changes nothing."""
    known = {key for key in keys if not key.startswith(ERASED)}
    now = timezone.now()
    ErasedURL.objects.bulk_create(
        [ErasedURL(digest=digest_of(key), erased_at=now) for key in sorted(known)],
        ignore_conflicts=True,
    )
    journeys = Journey.objects.filter(key__in=known)
    delete_pages(Q(key__in=known) | Q(journey__in=journeys.values("pk")))
    journeys.skip("erased", "", now)
    JourneyDraft.objects.filter(journey__in=journeys.values("pk")).delete()
    for key in journeys.order_by().values_list("key", flat=True).distinct():
        name = stand_in(key)
        Journey.objects.filter(key=key).update(url=name, key=name, **EMPTY)


def delete_in_batches(pages: QuerySet[Snapshot]) -> int:
    """Delete these stored pages, however many they are; return how many went."""
    pages = pages.order_by("pk")
    deleted = 0
    ids = list(pages.values_list("pk", flat=True)[:PAGES_AT_ONCE])
    while ids:
        delete_pages(Q(pk__in=ids))
        deleted += len(ids)
        later = pages.filter(pk__gt=ids[-1])
        ids = list(later.values_list("pk", flat=True)[:PAGES_AT_ONCE])
    return deleted


def delete_pages(condition: Q) -> None:
    """Delete stored pages, with the bodies that no other page has."""
    pages = Snapshot.objects.filter(condition)
    ids = list(pages.values_list("pk", flat=True))
    bodies = list(pages.values_list("body", flat=True))
    JourneyDraft.objects.filter(journey__snapshot__in=ids).delete()
    Journey.objects.filter(snapshot__in=ids).update(snapshot=None)
    Snapshot.objects.filter(pk__in=ids).delete()
    used = Snapshot.objects.filter(body=OuterRef("pk"))
    Body.objects.filter(~Exists(used), pk__in=bodies).delete()
