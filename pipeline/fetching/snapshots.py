"""The stored pages: their bytes, how long one is trusted, and which one an article was made
from."""

from datetime import datetime, timedelta

from backports import zstd
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from catalog.models import Article
from pipeline.models import Body, Journey, JourneyDraft, Snapshot


def original_of(article: Article) -> Snapshot | None:
    """Return the page that an article was made from, its body included: of the last journey that
    stored it, else the newest page of its address."""
    stored = Journey.objects.filter(
        article=article, state=Journey.State.STORED, snapshot__isnull=False
    )
    journey = stored.select_related("snapshot__body").order_by("-pk").first()
    if journey:
        return journey.snapshot
    return (
        Snapshot.objects.filter(key=article.key)
        .select_related("body")
        .order_by("-fetched_at")
        .first()
    )


def readable() -> QuerySet[Snapshot]:
    """Return the pages that may be served: not those of deleted articles."""
    deleted = Article.objects.filter(key=OuterRef("key"), deleted_at__isnull=False)
    own = Journey.objects.filter(
        snapshot=OuterRef("pk"), article__deleted_at__isnull=False
    )
    return Snapshot.objects.exclude(Exists(deleted)).exclude(Exists(own))


def erase(articles: list[int], keys: list[str]) -> None:
    """Erase the pages of these articles, and the drafts that were made from the pages."""
    journeys = Journey.objects.filter(Q(article__in=articles) | Q(key__in=keys))
    own = journeys.filter(snapshot__isnull=False).values("snapshot")
    pages = Snapshot.objects.filter(Q(key__in=keys) | Q(pk__in=own))
    ids = list(pages.values_list("pk", flat=True))
    bodies = list(pages.values_list("body", flat=True))
    made_from_them = Journey.objects.filter(snapshot__in=ids)
    drafts = JourneyDraft.objects
    drafts.filter(journey__in=journeys).delete()
    drafts.filter(journey__in=made_from_them).delete()
    journeys.update(source_metadata={}, snapshot=None)
    made_from_them.update(snapshot=None)
    Snapshot.objects.filter(pk__in=ids).delete()
    used = Snapshot.objects.filter(body=OuterRef("pk"))
    Body.objects.filter(~Exists(used), pk__in=bodies).delete()


def full_look_before() -> datetime:
    """Return the moment before which a page must have been fetched in full to be fetched in full
    again: some servers lie."""
    return timezone.now() - timedelta(days=settings.REFETCH_DAYS)


def unpack(body: Body) -> bytes:
    """Return the bytes of a stored page as they were fetched."""
    return zstd.decompress(bytes(body.data))
