"""How often a value occurs in the whole catalogue, by the statistics that PostgreSQL keeps for
its own planning.

They come from a sample of some 30,000 rows, so a number is right to a few percent and costs a
millisecond.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from catalog.models import Article

STATISTICS = """
SELECT attname, most_common_vals::text::text[], most_common_freqs,
    most_common_elems::text::text[],
    most_common_elem_freqs, null_frac, n_distinct
FROM pg_stats WHERE schemaname = current_schema() AND tablename = 'catalog_article'
"""
ROWS = "SELECT reltuples::bigint FROM pg_class WHERE oid = 'catalog_article'::regclass"
# The newest months, each counted by a walk along the index of dates.
MONTHS = """
WITH latest AS (
    SELECT date_trunc(
        'month', least(max(published), now() + interval '31 days') AT TIME ZONE %(zone)s
    ) AS month
    FROM catalog_article WHERE deleted_at IS NULL
), months AS (
    SELECT month - step * interval '1 month' AS month
    FROM latest, generate_series(0, %(limit)s - 1) AS step
)
SELECT to_char(month, 'YYYY-MM'), (
    SELECT count(*) FROM (
        SELECT FROM catalog_article WHERE deleted_at IS NULL
        AND published >= month AT TIME ZONE %(zone)s
        AND published < (month + interval '1 month') AT TIME ZONE %(zone)s LIMIT %(most)s
    ) AS there
) AS n FROM months
"""
MAX_COUNTED_OF_MONTH = 20_000
COLUMNS = {
    "source": "source_id",
    "author": "authors",
    "language": "language",
    "tag": "tags",
    "label": "labels",
    "run": "runs",
    "code": "code_languages",
    "imports": "imports",
    "license": "license",
    "rights": "rights",
}
ARRAYS = {"authors", "tags", "labels", "runs", "code_languages", "imports", "rights"}
NO_LIMIT = 2**50
Values = list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class ColumnStats:
    """A column's most common values (of an array its elements) with their share of the rows.

    `nulls` is a share of the rows, `distinct` the number of values as PostgreSQL writes it:
    negative for a share.
    """

    common: dict[str, float]
    nulls: float
    distinct: float


def catalogue_size() -> int:
    """Return about how many articles there are, deleted ones among them; -1 where nothing is
    known."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        return int(cursor.fetchone()[0])


def facet_estimates(
    names: list[str], limit: int, over: int
) -> dict[str, Values] | None:
    """Return the most common values of these facets; None where the catalogue has `over` articles
    or fewer."""
    total = catalogue_size()
    if total <= over:
        return None
    with connection.cursor() as cursor:
        cursor.execute(STATISTICS)
        stats = {row[0]: _column_stats(*row) for row in cursor.fetchall()}
    if "language" not in stats:
        return None
    found = {}
    for name, column in COLUMNS.items():
        if name in names:
            found[name] = _most_common(stats.get(column), total, limit)
    if "month" in names:
        found["month"] = _months(limit, total, int(monotonic() / 60))
    if "has_code" in names:
        found["has_code"] = _with_and_without_code(stats.get("has_code"), total)
    if "copies" in names:
        found["copies"] = _copies(stats.get("original_id"), total)
    if "gone" in names:
        found["gone"] = _gone(stats.get("gone_at"), total)
    return found


@lru_cache(maxsize=4)
def _months(limit: int, _total: int, _minute: int) -> Values:
    """Count the newest months: once a minute, and when the rest was counted anew."""
    given = {"zone": settings.TIME_ZONE, "limit": limit, "most": MAX_COUNTED_OF_MONTH}
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, given)
        return [row for row in cursor.fetchall() if row[1]]


def _column_stats(
    name: str,
    values: list[str] | None,
    shares: list[float] | None,
    elements: list[str] | None,
    element_shares: list[float] | None,
    nulls: float,
    distinct: float,
) -> ColumnStats:
    if name in ARRAYS:  # whose most common values are whole arrays
        values = elements
        shares = element_shares
    common = dict(zip(values or [], shares or [], strict=False))
    return ColumnStats(common, nulls, distinct)


def _most_common(column: ColumnStats | None, total: int, limit: int) -> Values:
    if column is None:
        return []
    common = sorted(column.common.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(value, two_figures(share * total)) for value, share in common if value][
        :limit
    ]


def _with_and_without_code(column: ColumnStats | None, total: int) -> Values:
    names = {"t": "yes", "f": "no"}
    return [(names[value], number) for value, number in _most_common(column, total, 2)]


def _copies(original: ColumnStats | None, total: int) -> Values:
    if original is None or original.nulls >= 1:
        return []
    copies = (1 - original.nulls) * total
    distinct = original.distinct
    if distinct <= 0:
        distinct = -distinct * total
    copied = min(copies, distinct)
    numbers = {"unique": total - copies - copied, "copied": copied, "copy": copies}
    return [
        (name, two_figures(number)) for name, number in numbers.items() if number >= 1
    ]


def _gone(column: ColumnStats | None, total: int) -> Values:
    if column is None or column.nulls >= 1:
        return []
    return [("yes", two_figures((1 - column.nulls) * total))]


def two_figures(number: float) -> int:
    """Round to two figures, which is what is known of it."""
    return int(float(f"{number:.2g}"))


def expected_rows(*each: QuerySet[Article]) -> list[int]:
    """Return how many rows PostgreSQL expects of each query: one statement, about a millisecond."""
    # With a limit each has a plan of its own: otherwise empty ones are left out, and others are
    # shared out.
    asked = [
        rows.order_by().values("pk")[:NO_LIMIT] for rows in each if not _is_empty(rows)
    ]
    if not asked:
        return [0] * len(each)
    numbers = iter(_planned_rows(asked))
    return [0 if _is_empty(rows) else next(numbers) for rows in each]


def _is_empty(rows: QuerySet[Article]) -> bool:
    return bool(rows.query.is_empty())


def _planned_rows(queries: list[Any]) -> list[int]:
    first, *others = queries
    if not others:
        return [int(_plan(first)["Plan Rows"])]
    plan = _plan(first.union(*others, all=True))
    return [int(part["Plan Rows"]) for part in plan["Plans"]]


def _plan(query: Any) -> dict[str, Any]:
    plan: dict[str, Any] = json.loads(query.explain(format="json"))[0]["Plan"]
    return plan
