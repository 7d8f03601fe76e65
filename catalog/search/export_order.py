"""All articles of a list in its order, as an export reads them.

In parts, because only so each part walks along an index.
"""

from django.db.models import QuerySet

from catalog.models import Article, ArticleQuerySet
from catalog.search.newest import Days, days_are_known, start_of_newest
from catalog.search.orders import NEWEST, ORDERS
from catalog.search.paging import (
    NO_DAYS,
    SORT_KEYED_BELOW,
    Listing,
    end_of_known_days,
    rows_on_days_of,
)
from catalog.search.planner_stats import expected_rows
from catalog.search.query import Search

# More matches than this: the newest come first, without waiting for a sort.
SPLIT_ABOVE = 600
FIRST_ROWS = 60


def ordered_parts(
    rows: QuerySet[Article],
    sort: str,
    keyed: ArticleQuerySet | None = None,
    search: Search | None = None,
    days: Days = NO_DAYS,
) -> list[QuerySet[Article]]:
    """Return all rows in the order of this name (newest first where there is none), as parts one
    after the other.

    In parts, because only so each walks along an index: those without a value come last. Where an
    index knows the days of what matches, the newest are a part of their own, so that nobody waits
    until all are sorted.
    """
    listing = Listing(rows, {}, ORDERS.get(sort, NEWEST), search, keyed, days)
    expected = 0
    if keyed is not None or search or days_are_known():
        expected = expected_rows(rows)[0]
    rest = rows
    if keyed is not None and expected <= SORT_KEYED_BELOW:
        rest = keyed
    parts = _export_parts(listing, rest, expected)
    columns = list(dict.fromkeys([listing.order.column, "pk"]))
    if listing.order.descending:
        columns = [f"-{column}" for column in columns]
    return [part.order_by(*columns) for part in parts]


def _export_parts(
    listing: Listing, rest: QuerySet[Article], expected: int
) -> list[QuerySet[Article]]:
    order = listing.order
    if order is NEWEST and expected > SPLIT_ABOVE:
        parts = _parts_by_date(listing, rest, expected)
        if parts:
            return parts
    if order.nullable:
        return [
            rest.filter(**{f"{order.column}__isnull": missing})
            for missing in (False, True)
        ]
    return [rest]


def _parts_by_date(
    listing: Listing, rest: QuerySet[Article], expected: int
) -> list[QuerySet[Article]] | None:
    """Return the parts with the newest articles first, where an index can find those."""
    rows_on_days = rows_on_days_of(listing, expected)
    if rows_on_days is None and (listing.search or not days_are_known()):
        return None
    start = start_of_newest(FIRST_ROWS, expected, listing.days)
    tomorrow = end_of_known_days()
    if start is None or start >= tomorrow:
        return None
    until = min(listing.days[1] or tomorrow, tomorrow)
    newest = listing.rows  # whose own index has them in order
    if rows_on_days:
        newest = rows_on_days(start, until)
    return [
        listing.rows.filter(published__gte=tomorrow),
        newest.filter(published__gte=start, published__lt=tomorrow),
        rest.filter(published__lt=start),
        rest.filter(published__isnull=True),
    ]
