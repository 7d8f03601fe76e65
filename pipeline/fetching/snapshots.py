"""Stored pages by the article that was made from them."""

from catalog.models import Article
from pipeline.models import Journey, Snapshot


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
