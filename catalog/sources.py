"""What the catalogue holds of each source: how many articles, from when, and how often it posts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from catalog.models import Source

MONTHS_SHOWN = 24
DATES_PER_SOURCE = 12

# A walk along an index for each source; a window over all of their articles would read them all.
# Months only where they are shown: to name the month of a date costs more than to count it.
STATS = """
SELECT source.id, counted.*, ARRAY(
    SELECT published FROM catalog_article
    WHERE source_id = source.id AND deleted_at IS NULL AND published IS NOT NULL
    ORDER BY published DESC, id DESC LIMIT %(dates)s
)
FROM unnest(%(sources)s::bigint[]) AS source(id) CROSS JOIN LATERAL (
    SELECT sum(number)::bigint, sum(dated)::bigint, max(newest),
        array_agg(month), array_agg(number)
    FROM (
        SELECT CASE WHEN published >= %(since)s
            THEN date_trunc('month', published AT TIME ZONE %(zone)s) END AS month,
            count(*) AS number, count(published) AS dated, max(published) AS newest
        FROM catalog_article WHERE source_id = source.id AND deleted_at IS NULL GROUP BY 1
    ) AS each
) AS counted
"""


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
    """Live articles of a source. `months` are counts of the last `MONTHS_SHOWN`, oldest first;
    `recent_dates` are when its newest dated articles were published, newest first."""

    articles: int = 0
    undated: int = 0
    newest_at: datetime | None = None
    months: Sequence[int] = field(default_factory=lambda: [0] * MONTHS_SHOWN)
    recent_dates: Sequence[datetime] = ()


def find_sources(text: str = "") -> QuerySet[Source]:
    """Return sources whose host or name holds `text`, by host."""
    sources = Source.objects.order_by("host")
    if text:
        return sources.filter(host__icontains=text) | sources.filter(
            name__icontains=text
        )
    return sources


def source_stats(sources: Iterable[Source], now: datetime) -> dict[int, SourceStats]:
    """Stats by source id, in one query; a source without an article has empty ones."""
    given = {
        "sources": [source.pk for source in sources],
        "since": now - timedelta(days=31 * MONTHS_SHOWN),
        "zone": settings.TIME_ZONE,
        "dates": DATES_PER_SOURCE,
    }
    with connection.cursor() as cursor:
        cursor.execute(STATS, given)
        return {row[0]: _stats(now, *row[1:]) for row in cursor.fetchall()}


def _stats(
    now: datetime,
    articles: int | None,
    dated: int | None,
    newest_at: datetime | None,
    months: list[datetime | None] | None,
    numbers: list[int] | None,
    dates: list[datetime],
) -> SourceStats:
    counts = [0] * MONTHS_SHOWN
    for month, number in zip(months or [], numbers or [], strict=True):
        if month is None:
            continue
        age = months_between(month, now)
        if 0 <= age < MONTHS_SHOWN:
            counts[MONTHS_SHOWN - 1 - age] += number
    undated = (articles or 0) - (dated or 0)
    return SourceStats(articles or 0, undated, newest_at, counts, dates)


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
