"""Keyset pages: the next page starts after the last row of this one. No OFFSET, no COUNT, no row
twice.

The one pager of the project: articles, runs, URLs and everything else that is listed page by page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, OrderBy, Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_noop as _

PAGE_SIZE = 25
LARGEST_ID = 2**63 - 1
NO_VALUE = "undated"  # in a position, in place of the value
Row = TypeVar("Row", bound=Model)
Position = tuple[Any, int]  # the value and the id of the row beside which a page starts


def parse_id(text: str | None) -> int | None:
    """Return the id that a request names, or None. One beyond the largest possible is the
    largest."""
    if text and text.isdecimal():
        return min(int(text[:25]), LARGEST_ID)
    return None


def parse_moment(text: str) -> datetime | None:
    """Return a moment with its time zone, or None."""
    moment = parse_datetime(text)
    if moment and moment.tzinfo:
        return moment
    return None


@dataclass(frozen=True, slots=True)
class Order:
    """An order by one column, then by id, both in the same direction. Rows without a value come
    last."""

    label: str
    column: str
    descending: bool
    parse: Callable[[str], Any]
    nullable: bool = False


BY_ID = Order(_("newest first"), "pk", True, parse_id)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows, and the positions of the pages beside them: `?before=` and `?after=`, "" where there
    is no page."""

    rows: list[Row]
    older: str = ""
    newer: str = ""

    def __bool__(self) -> bool:
        return bool(self.rows)


def page_of(
    rows: "QuerySet[Row]",
    query: Mapping[str, str],
    size: int = PAGE_SIZE,
    order: Order = BY_ID,
    sort: bool = False,
) -> Page[Row]:
    """Return the page that `?before=` or `?after=` names, else the first one.

    With `sort` the order is written so that no index matches it: PostgreSQL then finds all matching
    rows by other indexes and sorts them.
    """
    after = parse_position(query.get("after"), order)
    if after:
        found = _walk(rows, order, after, size + 1, backward=True, sort=sort)
        return _page_before(found, order, size)
    before = parse_position(query.get("before"), order)
    found = _walk(rows, order, before, size + 1, backward=False, sort=sort)
    return page_from(found, order, size, has_newer=before is not None)


def page_from(found: list[Row], order: Order, size: int, has_newer: bool) -> Page[Row]:
    """Make a page of rows in order; one row more than `size` says that there is an older page."""
    shown = found[:size]
    older = ""
    newer = ""
    if len(found) > size:
        older = position_of(shown[-1], order)
    if shown and has_newer:
        newer = position_of(shown[0], order)
    return Page(shown, older, newer)


def _page_before(found: list[Row], order: Order, size: int) -> Page[Row]:
    """Make a page of rows that were walked backward."""
    shown = found[:size][::-1]
    older = ""
    newer = ""
    if shown:
        older = position_of(shown[-1], order)
    if len(found) > size:
        newer = position_of(shown[0], order)
    return Page(shown, older, newer)


def _walk(
    rows: "QuerySet[Row]",
    order: Order,
    position: Position | None,
    limit: int,
    backward: bool,
    sort: bool,
) -> list[Row]:
    """Return up to `limit` rows beyond the position, the nearest first.

    A nullable column is walked in two parts, because only then each of them follows an index.
    """
    descending = order.descending != backward
    found: list[Row] = []
    for part, column in _parts(rows, order, position, backward):
        beyond_this = _is_in_part(position, column, order)
        if position and beyond_this:
            part = part.filter(beyond(column, position, descending))
        part = part.order_by(*_ordering(column, descending, sort))
        found += part[: limit - len(found)]
        if len(found) >= limit:
            break
    return found


def _parts(
    rows: "QuerySet[Row]", order: Order, position: Position | None, backward: bool
) -> "list[tuple[QuerySet[Row], str]]":
    """Return the rows with a value and those without, each with the column that orders it, from
    the position on."""
    if not order.nullable:
        return [(rows, order.column)]
    with_value = (rows.filter(**{f"{order.column}__isnull": False}), order.column)
    without_value = (rows.filter(**{f"{order.column}__isnull": True}), "pk")
    parts = [with_value, without_value]
    at_value = position is not None and position[0] is not None
    at_no_value = position is not None and position[0] is None
    if backward:
        parts.reverse()
    if (backward and at_value) or (not backward and at_no_value):
        return parts[1:]
    return parts


def _is_in_part(position: Position | None, column: str, order: Order) -> bool:
    """Tell whether the position is in the part that this column orders."""
    if position is None:
        return False
    if not order.nullable:
        return True
    return (position[0] is None) == (column == "pk")


def _ordering(column: str, descending: bool, sort: bool) -> list[OrderBy]:
    columns = list(dict.fromkeys([column, "pk"]))
    # No row lacks a value here. Said all the same, it keeps PostgreSQL from using an index in
    # this order.
    if descending:
        return [F(each).desc(nulls_last=sort or None) for each in columns]
    return [F(each).asc(nulls_first=sort or None) for each in columns]


def beyond(column: str, position: Position, descending: bool) -> Q:
    """Return the condition for rows after the position.

    It names the value twice: the first time is what an index and the choice of partitions go by.
    """
    value, pk = position
    way = "gt"
    if descending:
        way = "lt"
    if column == "pk":
        return Q(**{f"pk__{way}": pk})
    from_value = Q(**{f"{column}__{way}e": value})
    past_value = Q(**{f"{column}__{way}": value})
    past_id = Q(**{f"pk__{way}": pk})
    return from_value & (past_value | past_id)


def position_of(row: Model, order: Order = BY_ID) -> str:
    """Return where a row stands in the order, as text for an address."""
    return position_text((getattr(row, order.column), row.pk), order)


def position_text(position: Position, order: Order = BY_ID) -> str:
    """Return a position as text."""
    value, pk = position
    if order.column == "pk":
        return str(pk)
    if value is None:
        return f"{NO_VALUE}_{pk}"
    if isinstance(value, datetime):
        return f"{value.isoformat()}_{pk}"
    return f"{value!r}_{pk}"


def parse_position(text: str | None, order: Order = BY_ID) -> Position | None:
    """Return the position that a text names, or None where it names none in this order."""
    value_text, _, id_text = (text or "").rpartition("_")
    pk = parse_id(id_text)
    if pk is None:
        return None
    if order.column == "pk":
        return pk, pk
    if value_text == NO_VALUE:
        return (None, pk) if order.nullable else None
    try:
        value = order.parse(value_text)
    except ValueError:
        return None
    if value is None:
        return None
    return value, pk
