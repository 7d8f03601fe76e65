"""How often a value occurs in the whole catalogue, by the statistics that PostgreSQL keeps for its own planning.

They come from a sample of some 30,000 rows, so a number is right to a few percent, and cost a millisecond.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from catalog.models import Article

STATISTICS = """
SELECT attname, most_common_vals::text::text[], most_common_freqs, most_common_elems::text::text[],
    most_common_elem_freqs, null_frac, n_distinct
FROM pg_stats WHERE schemaname = current_schema() AND tablename = 'catalog_article'
"""
ROWS = "SELECT reltuples::bigint FROM pg_class WHERE oid = 'catalog_article'::regclass"
# The newest months, each counted by a walk along the index of dates.
MONTHS = """
WITH latest AS (
    SELECT date_trunc('month', least(max(published), now() + interval '31 days') AT TIME ZONE %(zone)s) AS month
    FROM catalog_article WHERE deleted IS NULL
), months AS (
    SELECT month - step * interval '1 month' AS month FROM latest, generate_series(0, %(shown)s - 1) AS step
)
SELECT to_char(month, 'YYYY-MM'), (
    SELECT count(*) FROM (
        SELECT FROM catalog_article WHERE deleted IS NULL AND published >= month AT TIME ZONE %(zone)s
        AND published < (month + interval '1 month') AT TIME ZONE %(zone)s LIMIT %(most)s
    ) AS there
) AS n FROM months
"""
MOST_OF_A_MONTH = 20_000
COLUMNS = {"source": "source_id", "language": "language", "tag": "tags", "label": "labels", "run": "runs",
           "code": "code_languages", "imports": "imports"}  # fmt: skip
ARRAYS = {"tags", "labels", "runs", "code_languages", "imports"}
LIMIT = 2**50
Values = list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Column:
    """What is known of a column: its most common values, or those in its arrays, with the share of rows."""

    common: dict[str, float]
    nulls: float
    distinct: float


def estimates(names: list[str], shown: int, over: int) -> dict[str, Values] | None:
    """The most common values of these facets; None where the catalogue has no more than `over` articles."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        total = cursor.fetchone()[0]
        if total <= over:
            return None
        cursor.execute(STATISTICS)
        known = {row[0]: _column(row[0] in ARRAYS, *row[1:]) for row in cursor.fetchall()}
        if "language" not in known:
            return None
        found = {
            name: _top(known.get(column), total, shown)
            for name, column in COLUMNS.items()
            if name in names
        }
        if "month" in names:
            found["month"] = _months(shown, total, int(monotonic() / 60))
    if "has_code" in names:
        found["has_code"] = [
            ({"t": "yes", "f": "no"}[value], number)
            for value, number in _top(known.get("has_code"), total, 2)
        ]
    if "copies" in names:
        found["copies"] = _copies(known.get("original_id"), total)
    return found


@lru_cache(maxsize=1)
def _months(shown: int, _total: int, _minute: int) -> Values:
    """Asked once a minute, and when the rest was counted anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            MONTHS, {"zone": settings.TIME_ZONE, "shown": shown, "most": MOST_OF_A_MONTH}
        )
        return [row for row in cursor.fetchall() if row[1]]


def _column(
    is_array: bool,
    values: list[str] | None,
    shares: list[float] | None,
    elements: list[str] | None,
    element_shares: list[float] | None,
    nulls: float,
    distinct: float,
) -> Column:
    if is_array:  # its most common values are whole arrays
        values = elements
        shares = element_shares
    return Column(dict(zip(values or [], shares or [], strict=False)), nulls, distinct)


def _top(column: Column | None, total: int, shown: int) -> Values:
    if column:
        common = sorted(column.common.items(), key=lambda pair: (-pair[1], pair[0]))
    else:
        common = []
    return [(value, rounded(share * total)) for value, share in common if value][:shown]


def _copies(original: Column | None, total: int) -> Values:
    """n_distinct is a number where positive, a share of the rows where negative."""
    if original is None or original.nulls >= 1:
        return []
    copies = (1 - original.nulls) * total
    copied = min(copies, original.distinct if original.distinct > 0 else -original.distinct * total)
    numbers = {"unique": total - copies - copied, "copied": copied, "copy": copies}
    return [(name, rounded(number)) for name, number in numbers.items() if number >= 1]


def rounded(number: float) -> int:
    """To two figures, which is what is known of it."""
    return int(float(f"{number:.2g}"))


def expected(*each: QuerySet[Article]) -> list[int]:
    """How many rows PostgreSQL expects of each, which costs it a millisecond."""
    # With a limit each has a plan of its own: else those that can have no rows are left out, and others are shared out.
    there = [rows.order_by().values("pk")[:LIMIT] for rows in each if not rows.query.is_empty()]
    if not there:
        return [0] * len(each)
    if there[1:]:
        together = there[0].union(*there[1:], all=True)
    else:
        together = there[0]
    plan = json.loads(together.explain(format="json"))[0]["Plan"]
    numbers = iter(int(part["Plan Rows"]) for part in (plan["Plans"] if there[1:] else [plan]))
    return [0 if rows.query.is_empty() else next(numbers) for rows in each]
