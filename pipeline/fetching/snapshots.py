"""The stored pages: their bytes, how long one is trusted, and which one an article was made from."""

from datetime import datetime, timedelta

from backports import zstd
from django.conf import settings
from django.utils import timezone

from catalog.models import Article
from pipeline.models import Body, Journey, Snapshot


def original_of(article: Article) -> Snapshot | None:
    """The page that an article was made from, its body included: of the last journey that stored it, else the newest
    page of its address."""
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


def full_look_before() -> datetime:
    """What was last seen in full before this moment is looked at in full again: some servers lie."""
    return timezone.now() - timedelta(days=settings.REFETCH_DAYS)


def unpack(body: Body) -> bytes:
    """The bytes of a stored page as they were fetched."""
    return zstd.decompress(bytes(body.data))
