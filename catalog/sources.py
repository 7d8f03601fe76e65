"""What the catalogue holds of each source: how many articles, from when, and how often it posts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Max, QuerySet
from django.db.models.functions import TruncMonth

from catalog.models import Article, Source

MONTHS_SHOWN = 24
DATES_PER_SOURCE = 12

# A walk along an index for each source; a window over all of their articles would read them all.
RECENT_DATES = """
SELECT source.id, newest.published
FROM unnest(%s::bigint[]) AS source(id) CROSS JOIN LATERAL (
    SELECT published FROM catalog_article
    WHERE source_id = source.id AND deleted_at IS NULL AND published IS NOT NULL
    ORDER BY published DESC, id DESC LIMIT %s) AS newest
ORDER BY source.id, newest.published DESC
"""


@dataclass(frozen=True)
class SourceStats:
    """Live articles of a source. `months` are counts of the last `MONTHS_SHOWN`, oldest first."""

    articles: int = 0
    undated: int = 0
    newest_at: datetime | None = None
    months: Sequence[int] = field(default_factory=lambda: [0] * MONTHS_SHOWN)


def find_sources(text: str = "") -> QuerySet[Source]:
    """Return sources whose host or name holds `text`, by host."""
    sources = Source.objects.order_by("host")
    if text:
        return sources.filter(host__icontains=text) | sources.filter(
            name__icontains=text
        )
    return sources


def source_stats(sources: Iterable[Source], now: datetime) -> dict[int, SourceStats]:
    """Stats by source id, in two queries; a source without an article has empty ones."""
    ids = [source.pk for source in sources]
    live = Article.objects.live().filter(source__in=ids).order_by()
    totals = live.values_list("source").annotate(
        Count("pk"), Count("published"), Max("published")
    )
    # Months only where they are shown: to name the month of a date costs more than to count it.
    months: dict[int, list[int]] = {pk: [0] * MONTHS_SHOWN for pk in ids}
    since = now - timedelta(days=31 * MONTHS_SHOWN)
    lately = live.filter(published__gte=since).annotate(month=TruncMonth("published"))
    for source, month, number in lately.values_list("source", "month").annotate(
        Count("pk")
    ):
        age = months_between(month, now)
        if 0 <= age < MONTHS_SHOWN:
            months[source][MONTHS_SHOWN - 1 - age] += number
    stats = {pk: SourceStats() for pk in ids}
    for source, articles, dated, newest in totals:
        undated = articles - dated
        stats[source] = SourceStats(articles, undated, newest, months[source])
    return stats


def months_between(earlier: datetime, later: datetime) -> int:
    """Whole calendar months from one moment to another; negative where `earlier` is later."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def recent_dates(sources: Iterable[Source]) -> dict[int, list[datetime]]:
    """By source id, when its newest dated articles were published, newest first."""
    ids = [source.pk for source in sources]
    dates: dict[int, list[datetime]] = {pk: [] for pk in ids}
    with connection.cursor() as cursor:
        cursor.execute(RECENT_DATES, [ids, DATES_PER_SOURCE])
        for source, published in cursor.fetchall():
            dates[source].append(published)
    return dates
