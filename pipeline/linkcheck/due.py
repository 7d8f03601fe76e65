"""Which articles are looked at next: those that were due longest, one of each host at a time."""

from datetime import datetime, timedelta

from django.conf import settings

from pipeline.core.database import execute
from pipeline.core.url import BadURL, host_at
from pipeline.models import Run

DAY = timedelta(days=1)
LEASE = timedelta(hours=1)  # after which an article that nobody finished is due again
MAX_ENROLLED = 1_000  # articles at a time
# Of long ago: ids of younger ones may still be committed in another order.
SETTLED_AFTER = timedelta(hours=1)

# An article was fetched when it was first seen, so its first look comes one interval later.
ENROL = """
INSERT INTO catalog_linkcheck (article_id, source_id, next_at, answer, reason, address)
SELECT id, source_id, first_seen_at + %(every)s, '', '', '' FROM catalog_article
WHERE id > (SELECT coalesce(max(article_id), 0) FROM catalog_linkcheck)
    AND first_seen_at < %(settled)s
ORDER BY id LIMIT %(most)s ON CONFLICT DO NOTHING
"""

# A host counts with all the sources below it. Hosts that ask to be left alone, that were given up,
# or of which a run is paused have no turn.
CLAIM = """
WITH lately AS MATERIALIZED (
    SELECT split_part(source.host, '/', 1) AS host, count(*) AS number
    FROM catalog_linkcheck AS looked JOIN catalog_source AS source ON source.id = looked.source_id
    WHERE looked.checked_at > %(yesterday)s GROUP BY 1
), due AS (
    SELECT split_part(source.host, '/', 1) AS host, first.article_id, first.next_at
    FROM catalog_source AS source CROSS JOIN LATERAL (
        SELECT article_id, next_at FROM catalog_linkcheck
        WHERE source_id = source.id AND next_at <= %(now)s ORDER BY next_at LIMIT 1
    ) AS first
), open AS (
    SELECT DISTINCT ON (due.host) due.article_id, due.next_at
    FROM due LEFT JOIN lately ON lately.host = due.host
    WHERE coalesce(lately.number, 0) < %(per_host)s AND due.host <> ALL(%(paused)s)
        AND NOT EXISTS (
            SELECT FROM pipeline_host AS known WHERE known.name IN (due.host, 'www.' || due.host)
                AND (known.closed_at IS NOT NULL OR known.parked_until > now())
        )
    ORDER BY due.host, due.next_at
), chosen AS MATERIALIZED (
    SELECT article_id FROM open ORDER BY next_at LIMIT greatest(0, least(
        %(batch)s, %(per_day)s - (SELECT coalesce(sum(number), 0) FROM lately)))
)
UPDATE catalog_linkcheck SET next_at = %(again)s
WHERE article_id IN (SELECT article_id FROM chosen) AND next_at <= %(now)s
RETURNING article_id
"""


def interval() -> timedelta:
    """Return the usual time between two looks at one article."""
    return timedelta(days=settings.LINK_CHECK_DAYS)


def enrol(now: datetime) -> None:
    """Add articles that are new to the catalogue. Doing so twice adds none twice."""
    values = {
        "every": interval(),
        "settled": now - SETTLED_AFTER,
        "most": MAX_ENROLLED,
    }
    execute(ENROL, values)


def claim(now: datetime, batch: int) -> list[int]:
    """Take up to `batch` articles that are due; nobody else takes them within the lease."""
    values = {
        "now": now,
        "yesterday": now - DAY,
        "again": now + LEASE,
        "per_day": settings.LINK_CHECK_PER_DAY,
        "per_host": settings.LINK_CHECK_PER_HOST,
        "batch": batch,
        "paused": sorted(paused_hosts()),
    }
    return [row[0] for row in execute(CLAIM, values)]


def paused_hosts() -> set[str]:
    """Return the hosts of runs that somebody paused: they get no request."""
    hosts = set()
    for run in Run.objects.filter(state=Run.State.PAUSED).only("parameters"):
        for address in run.addresses:
            try:
                hosts.add(host_at(address).removeprefix("www."))
            except BadURL:
                continue
    return hosts


def is_paused(url: str) -> bool:
    """Whether a run of the URL's host is paused."""
    return host_at(url).removeprefix("www.") in paused_hosts()
