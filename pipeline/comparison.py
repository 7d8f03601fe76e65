"""What changed between two runs of the same wish: from their journeys, by the normal form of the address."""

from dataclasses import dataclass

from pipeline.database import execute
from pipeline.models import Run

MOST = 500  # URLs of one kind that are named

# Gone: it was an article, and now either no source names it or its server says that it is not there.
COMPARE = """
SELECT kind, count(*), (array_agg(url ORDER BY url))[:%(most)s], (array_agg(reason ORDER BY url))[:%(most)s] FROM (
    SELECT coalesce(a.url, b.url) AS url, coalesce(a.reason, '') AS reason,
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


@dataclass(frozen=True, slots=True)
class Change:
    """The URLs of one kind: how many, and the first MOST of them with the reason of their failure ("" for none)."""

    count: int = 0
    urls: tuple[tuple[str, str], ...] = ()


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
    kinds = {kind: Change(count, tuple(zip(urls, reasons, strict=True))) for kind, count, urls, reasons in rows}
    none = Change()
    return Comparison(*(kinds.get(kind, none) for kind in ("new", "changed", "gone", "newly failing")))
