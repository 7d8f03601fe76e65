"""The catalogue in a few numbers, for the first page: how much there is, and when it was written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.core.cache import cache
from django.db import connection
from django.db.models import Count
from django.db.models.functions import TruncWeek

from catalog.models import Article, KeptOverview, Source

WEEKS_SHOWN = 52
LARGE = 100_000  # articles; more are not counted for a reader
KEPT_SECONDS = 60
LATELY = timedelta(days=7)

# There is no index of first_seen_at, but it grows with the id: the newest article that is older
# than a moment is found by halving, one look-up of a row for each bit of the largest id.
ADDED_SINCE = """
WITH RECURSIVE halved(low, high) AS (
    SELECT 0::bigint, (SELECT coalesce(max(id), 0) FROM catalog_article)
    UNION ALL
    SELECT CASE WHEN is_new THEN low ELSE middle END,
        CASE WHEN is_new THEN middle - 1 ELSE high END
    FROM (SELECT low, high, (low + high + 1) / 2 AS middle FROM halved WHERE low < high) AS half
    CROSS JOIN LATERAL (SELECT coalesce((
        SELECT first_seen_at >= %(moment)s FROM catalog_article
        WHERE id >= middle ORDER BY id LIMIT 1), true) AS is_new) AS there
)
SELECT count(*) FROM catalog_article
WHERE deleted_at IS NULL AND id > (SELECT max(low) FROM halved)
"""


@dataclass(frozen=True, slots=True)
class Week:
    """How many articles were published in the week that begins on this Monday."""

    begins_on: date
    articles: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Live articles, sources, and the last `WEEKS_SHOWN` weeks up to the newest article."""

    articles: int
    sources: int
    added_lately: int  # in the last seven days
    weeks: Sequence[Week]


def overview(now: datetime) -> Overview:
    """Return the numbers, counted at most once a minute while nothing was added; of a large
    catalogue as they were kept last."""
    last = _last_id()
    if last > LARGE:
        kept = KeptOverview.objects.filter(pk=KeptOverview.ONLY).first()
        if kept:
            return _of_kept(kept)
    key = f"catalog-overview-{last}"
    found: Overview | None = cache.get_or_set(key, lambda: _count(now), KEPT_SECONDS)
    return found or _count(now)


def keep_overview(now: datetime) -> None:
    """Count the numbers of a large catalogue, where that was not done lately. Doing so twice at
    once changes nothing."""
    if _last_id() <= LARGE:
        return
    since = now - timedelta(seconds=KEPT_SECONDS)
    if KeptOverview.objects.filter(counted_at__gt=since).exists():
        return
    counted = _count(now)
    values = {
        "articles": counted.articles,
        "sources": counted.sources,
        "added_lately": counted.added_lately,
        "weeks": [(str(week.begins_on), week.articles) for week in counted.weeks],
        "counted_at": now,
    }
    KeptOverview.objects.update_or_create(pk=KeptOverview.ONLY, defaults=values)


def _of_kept(kept: KeptOverview) -> Overview:
    weeks = [Week(date.fromisoformat(day), number) for day, number in kept.weeks]
    return Overview(kept.articles, kept.sources, kept.added_lately, weeks)


def _last_id() -> int:
    newest_ids = Article.objects.order_by("-pk").values_list("pk", flat=True)
    return newest_ids.first() or 0


def newest(number: int) -> list[Article]:
    """Return the live articles that were added last, newest first."""
    return list(Article.objects.live().for_lists().order_by("-pk")[:number])


def _count(now: datetime) -> Overview:
    live = Article.objects.live()
    return Overview(
        articles=live.count(),
        sources=Source.objects.count(),
        added_lately=_added_since(now - LATELY),
        weeks=_weeks(now),
    )


def _added_since(moment: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(ADDED_SINCE, {"moment": moment})
        [number] = cursor.fetchone()
    return int(number)


def _weeks(now: datetime) -> list[Week]:
    dated = Article.objects.live().filter(published__lte=now)
    newest_at = (
        dated.order_by("-published", "-id").values_list("published", flat=True).first()
    )
    if newest_at is None:
        return []
    last = monday(newest_at)
    first = last - timedelta(weeks=WEEKS_SHOWN - 1)
    begins = datetime(first.year, first.month, first.day, tzinfo=UTC)
    rows = (
        dated.filter(published__gte=begins)
        .order_by()
        .annotate(week=TruncWeek("published", tzinfo=UTC))
        .values_list("week")
        .annotate(number=Count("pk"))
    )
    numbers = {week.date(): number for week, number in rows}
    days = [first + timedelta(weeks=number) for number in range(WEEKS_SHOWN)]
    return [Week(day, numbers.get(day, 0)) for day in days]


def monday(moment: datetime) -> date:
    """Return the first day of a moment's week, in UTC."""
    day = moment.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())
