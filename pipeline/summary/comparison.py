"""What changed between two runs of the same options: from their journeys, by the normal form of the
address.

To read two millions of journeys takes seconds, and a machine that is busy has no time for some
thousands. So what all but a small run found otherwise than the last one before it is kept when it
ends; of two others it is asked within a time, and where that is not enough, kept when a person asks
for it.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from catalog.search.timeouts import with_statement_timeout
from pipeline.models import ComparedRuns, Run

MAX_URLS = 500  # of one kind that are named
MAX_MOVES = 40

# Of both runs together. So few are compared whenever somebody looks, and nothing is kept;
SMALL_URLS = 5_000
# so many can be compared while a page waits;
LARGE_URLS = 20_000
# and beyond so many no page waits for it.
HOPELESS_URLS = 60_000

TIMEOUT_MS = 250  # that a page waits
SHORT_TIMEOUT_MS = 60  # for more than LARGE_URLS, where it seldom helps to wait
KEEP_TIMEOUT_MS = 60_000  # for what is kept
WORK_MEMORY = (
    "128MB"  # for a table of a run's addresses: on disk it takes twice as long
)

# Gone: it was an article, and now either no source names it or its server says that it is not
# there. Moved: what is in the catalogue and stays there has not.
COMPARE = """
WITH met AS MATERIALIZED (
    SELECT coalesce(a.id, b.id) AS journey, coalesce(a.url, b.url) AS url,
        coalesce(b.state, '') AS old,
        coalesce(b.reason, '') AS old_reason, coalesce(a.state, '') AS new,
            coalesce(a.reason, '') AS reason,
        CASE
            WHEN b.there IS NOT TRUE AND a.there THEN 'new'
            WHEN a.there AND a.state = 'stored'
            AND a.detail = 'updated' THEN 'changed'
            WHEN b.there AND (a.key IS NULL OR a.reason IN ('http-404', 'http-410'))
                THEN 'gone'
            WHEN b.state IS DISTINCT FROM 'failed'
            AND a.state = 'failed' THEN 'newly_failing'
        END AS kind
    FROM (SELECT id, key, url, state, reason,
        state IN ('stored', 'unchanged', 'duplicate') AS there
          FROM pipeline_journey WHERE run_id = %(before)s) b
    FULL JOIN (SELECT id, key, url, state, reason, detail,
        state IN ('stored', 'unchanged', 'duplicate') AS there
               FROM pipeline_journey WHERE run_id = %(after)s) a ON a.key = b.key
    WHERE (a.state, a.reason) IS DISTINCT FROM (b.state, b.reason)
        OR a.detail = 'updated'
), counts AS (
    SELECT kind, count(*) AS n FROM met WHERE kind IS NOT NULL GROUP BY kind
), moves AS (
    SELECT old, old_reason, new, reason, count(*) AS n FROM met
    WHERE (new, reason) <> (old, old_reason)
        AND NOT (new IN ('stored', 'unchanged')
            AND old IN ('stored', 'unchanged'))
    GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1, 2, 3, 4 LIMIT %(moves)s
)
SELECT json_build_object(
    'kinds', (SELECT json_agg(json_build_array(kind, n, (
        SELECT json_agg(json_build_array(journey, url, reason)) FROM (
            SELECT journey, url, reason FROM met
            WHERE met.kind = counts.kind ORDER BY url,
                journey LIMIT %(most)s
        ) AS first
    ))) FROM counts),
    'moves', (SELECT json_agg(json_build_array(old, old_reason,
        new, reason, n)
        ORDER BY n DESC)
        FROM moves)
)::text
"""


@dataclass(frozen=True, slots=True)
class Change:
    """The URLs of one kind: how many, and the first MAX_URLS of them with the reason of their
    failure ("" for none)."""

    count: int = 0
    urls: tuple[tuple[str, str], ...] = ()
    journeys: tuple[int, ...] = field(
        default=(), compare=False
    )  # their ids: of the later run, else of the earlier

    @property
    def lines(self) -> list[tuple[int, str, str]]:
        """(journey, URL, reason) of each."""
        return [(pk, *said) for pk, said in zip(self.journeys, self.urls, strict=True)]


@dataclass(frozen=True, slots=True)
class Move:
    """How many URLs ended in one way before, and in another now; state "" is: not met."""

    before: str
    before_reason: str
    after: str
    after_reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The later run beside the earlier one.

    A URL is in one of the first four, or in none where nothing changed.

    `moves` are from which state and reason to which, the most frequent first.
    """

    new: Change = Change()
    changed: Change = Change()
    gone: Change = Change()
    newly_failing: Change = Change()
    moves: tuple[Move, ...] = ()


def compare(before: Run, after: Run) -> Comparison:
    """Return what `after` found otherwise than `before`, however long that takes."""
    return _read(_kept(before, after) or _query(before, after))


def compare_within(before: Run, after: Run) -> Comparison | None:
    """Return the same, or None where it is not kept and would take a page too long, or can no
    longer be told (`urls_are_gone`)."""
    found = _kept(before, after)
    if found is None and not urls_are_gone(before, after):
        timeout_ms = _timeout_ms(before, after)
        if timeout_ms:
            found = with_statement_timeout(timeout_ms, lambda: _query(before, after))
    if found:
        return _read(found)
    return None


def urls_are_gone(before: Run, after: Run) -> bool:
    """Whether the records of the URLs of one of them have expired."""
    return bool(before.urls_removed_at or after.urls_removed_at)


def _timeout_ms(before: Run, after: Run) -> int:
    size = _size(before) + _size(after)
    if size <= LARGE_URLS:
        return TIMEOUT_MS
    if size <= HOPELESS_URLS:
        return SHORT_TIMEOUT_MS
    return 0


def _size(run: Run) -> int:
    if run.ended:
        return run.found
    return run.journeys.order_by()[: HOPELESS_URLS + 1].count()


def keep_if_large(run: Run) -> None:
    """At the end of a run, keep what it found otherwise than the last one before it, where a page
    has no time.
    """
    before = last_before(run)
    if before and before.found + run.found > SMALL_URLS:
        keep(before, run)


def keep(before: Run, after: Run) -> bool:
    """Keep what `after` found otherwise, where the two are over. Return whether it is kept then."""
    if not (before.ended and after.ended):
        return False
    if _kept(before, after):
        return True
    if urls_are_gone(before, after):
        return False
    found = with_statement_timeout(KEEP_TIMEOUT_MS, lambda: _query(before, after))
    if found is None:
        return False
    told = {
        "before_finished_at": before.finished_at,
        "after_finished_at": after.finished_at,
        "found": found,
    }
    ComparedRuns.objects.update_or_create(before=before, after=after, defaults=told)
    return True


def _kept(before: Run, after: Run) -> dict[str, Any] | None:
    """Only where neither run went on since."""
    if not (before.ended and after.ended):
        return None
    rows = ComparedRuns.objects.filter(
        before=before,
        after=after,
        before_finished_at=before.finished_at,
        after_finished_at=after.finished_at,
    )
    return rows.values_list("found", flat=True).first()


def _query(before: Run, after: Run) -> dict[str, Any]:
    given = {
        "before": before.pk,
        "after": after.pk,
        "most": MAX_URLS,
        "moves": MAX_MOVES,
    }
    with connection.cursor() as cursor:
        if connection.in_atomic_block:
            cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
        cursor.execute(COMPARE, given)
        found: dict[str, Any] = json.loads(cursor.fetchone()[0])
    return found


def _read(found: dict[str, Any]) -> Comparison:
    kinds = {}
    for kind, count, lines in found["kinds"] or []:
        urls = tuple((url, reason) for _, url, reason in lines)
        journeys = tuple(journey for journey, *_ in lines)
        kinds[kind] = Change(count, urls, journeys)
    moves = tuple(Move(*row) for row in found["moves"] or [])
    return Comparison(**kinds, moves=moves)


def earlier(run: Run) -> QuerySet[Run]:
    """Return the runs before this one of the same job, or else for the same addresses, newest
    first."""
    if run.job_id:
        same = Q(job=run.job_id)
    else:
        same = Q(parameters__addresses=run.addresses)
    runs = Run.objects.filter(same, pk__lt=run.pk)
    if run.addresses:
        return runs
    return runs.none()


def last_before(run: Run) -> Run | None:
    """Return the last of the earlier runs that finished and took articles, and whose URLs are
    still known."""
    ended = earlier(run).filter(state=Run.State.FINISHED, urls_removed_at=None)
    ended = ended.exclude(found=0)
    return ended.exclude(parameters__contains={"dry_run": True}).first()
