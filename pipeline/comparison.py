"""What changed between two runs of the same wish: from their journeys, by the normal form of the address."""

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from pipeline.database import execute
from pipeline.models import Run

MOST = 500  # URLs of one kind that are named

# Gone: it was an article, and now either no source names it or its server says that it is not there.
COMPARE = """
SELECT kind, count(*), (array_agg(url ORDER BY url))[:%(most)s], (array_agg(reason ORDER BY url))[:%(most)s],
    (array_agg(journey ORDER BY url))[:%(most)s] FROM (
    SELECT coalesce(a.id, b.id) AS journey, coalesce(a.url, b.url) AS url, coalesce(a.reason, '') AS reason,
        CASE
            WHEN b.there IS NOT TRUE AND a.there THEN 'new'
            WHEN a.there AND a.state = 'stored' AND a.detail = 'updated' THEN 'changed'
            WHEN b.there AND (a.key IS NULL OR a.reason IN ('http-404', 'http-410')) THEN 'gone'
            WHEN b.failed IS NOT TRUE AND a.failed THEN 'newly failing'
        END AS kind
    FROM (SELECT *, state IN ('stored', 'unchanged', 'duplicate') AS there, state = 'failed' AS failed
          FROM pipeline_journey WHERE run_id = %(before)s) b
    FULL JOIN (SELECT *, state IN ('stored', 'unchanged', 'duplicate') AS there, state = 'failed' AS failed
               FROM pipeline_journey WHERE run_id = %(after)s) a ON a.key = b.key
) compared WHERE kind IS NOT NULL GROUP BY kind
"""

# What is in the catalogue and stays there has not moved.
MOVES = """
SELECT coalesce(b.state, ''), coalesce(b.reason, ''), coalesce(a.state, ''), coalesce(a.reason, ''), count(*)
FROM (SELECT key, state, reason FROM pipeline_journey WHERE run_id = %(before)s) b
FULL JOIN (SELECT key, state, reason FROM pipeline_journey WHERE run_id = %(after)s) a ON a.key = b.key
WHERE (a.state, a.reason) IS DISTINCT FROM (b.state, b.reason)
    AND (a.state IN ('stored', 'unchanged') AND b.state IN ('stored', 'unchanged')) IS NOT TRUE
GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC LIMIT 40
"""


@dataclass(frozen=True, slots=True)
class Change:
    """The URLs of one kind: how many, and the first MOST of them with the reason of their failure ("" for none)."""

    count: int = 0
    urls: tuple[tuple[str, str], ...] = ()
    journeys: tuple[int, ...] = field(default=(), compare=False)  # their ids: of the later run, else of the earlier

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
    """The later run beside the earlier one. A URL is in one of these, or in none where nothing changed."""

    new: Change = Change()
    changed: Change = Change()
    gone: Change = Change()
    newly_failing: Change = Change()


def compare(before: Run, after: Run) -> Comparison:
    """What `after` found otherwise than `before`."""
    rows = execute(COMPARE, {"before": before.pk, "after": after.pk, "most": MOST})
    kinds = {
        kind: Change(count, tuple(zip(urls, reasons, strict=True)), tuple(journeys))
        for kind, count, urls, reasons, journeys in rows
    }
    none = Change()
    return Comparison(*(kinds.get(kind, none) for kind in ("new", "changed", "gone", "newly failing")))


def moves(before: Run, after: Run) -> list[Move]:
    """From which state and reason to which, the most frequent first."""
    return [Move(*row) for row in execute(MOVES, {"before": before.pk, "after": after.pk})]


def earlier(run: Run) -> QuerySet[Run]:
    """The runs before this one of the same job, or else for the same addresses, newest first."""
    same = Q(job=run.job_id) if run.job_id else Q(parameters__addresses=run.addresses)
    runs = Run.objects.filter(same, pk__lt=run.pk)
    return runs if run.addresses else runs.none()


def last_before(run: Run) -> Run | None:
    """The last of the earlier runs that came to its end and took articles."""
    ended = earlier(run).filter(state=Run.State.FINISHED).exclude(found=0)
    return ended.exclude(parameters__contains={"only_look": True}).first()
