"""Pages of the catalogue by key: the next one begins after the last article of this one, whatever came in between."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.dateparse import parse_datetime

from catalog.estimates import expected
from catalog.models import Article, ArticleQuerySet
from catalog.patience import in_time
from catalog.ranking import ranked
from catalog.searching import Search, read

SIZE = 25
# Milliseconds a statement: for a walk along the index of the order, which is quick unless what fits is rare; then, of
# as many as are expected at most, to find all that fit and sort them; and, where more are, for the walk once more.
WALK, SORT, SORTED, PATIENCE = 40, 120, 30_000, 180
FEW, RARE = 1_000, 10_000  # of a list, of a search that is expected to find fewer no walk is tried
KEYED = 4_000  # that the index of keys is expected to find are sorted first
NOTHING = "undated"  # in a key, in place of a date
Place = tuple[Any, int]  # the value and the id of the article beside which a page begins


def _moment(text: str) -> datetime | None:
    found = parse_datetime(text)
    return found if found and found.tzinfo else None


def id_in(text: str) -> int | None:
    """The id that somebody sent; None where it is none."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


@dataclass(frozen=True, slots=True)
class Order:
    """By one column, then by id, both in the same direction; articles without a value come last."""

    label: str
    column: str
    down: bool
    read: Callable[[str], Any]
    may_lack: bool = False


ORDERS = {
    "newest": Order("newest first", "published", True, _moment, True),
    "oldest": Order("oldest first", "published", False, _moment, True),
    "gathered": Order("last gathered first", "id", True, id_in),
    "words": Order("longest first", "word_count", True, id_in),
    "shortest": Order("shortest first", "word_count", False, id_in),
    "quality": Order("surest first", "quality", True, float),
    "doubtful": Order("least sure first", "quality", False, float),
}
BEST = "best first"  # the order of a search that names none


@dataclass(frozen=True, slots=True)
class Page:
    """Articles, and the query parameter values of the pages beside this one ("" where there is none).

    `ranked` is how many articles were ranked, where that was not all that fit. What takes too long is given up:
    then there are no rows, and it was not `in_time`.
    """

    rows: list[Article]
    older: str = ""
    newer: str = ""
    ranked: int | None = None
    search: Search | None = field(default=None, compare=False)
    in_time: bool = True


def page_of(
    rows: QuerySet[Article], query: Mapping[str, str], search: Search | None = None,
    keyed: ArticleQuerySet | None = None,
) -> Page:  # fmt: skip
    """The page that the query names, in the order that it names. Whoever has read its search hands it on.

    `keyed` are the same rows, asked for by the index of keys. To sort them takes long where many fit, and then a walk
    meets enough soon: so whichever is expected to be quick is tried first, and then the other.
    """
    order = ORDERS.get(query.get("sort", ""))
    search = search or (read(query["q"]) if query.get("q") else None)
    if order is None and search and search.words:
        return ranked_page(rows, query, search)
    wanted = order or ORDERS["newest"]
    fits = expected(rows)[0]
    if keyed is not None:
        ways = [(rows, False), (keyed.for_lists(), True)]
        for number, (these, sort) in enumerate(reversed(ways) if fits <= KEYED else ways):
            if found := in_time(PATIENCE if number else WALK, partial(ordered_page, these, query, wanted, sort=sort)):
                return found
        return Page([], in_time=False)
    few = fits <= (RARE if search else FEW)
    found = None if few else in_time(WALK, lambda: ordered_page(rows, query, wanted, search))
    if found is None:
        sort = few or fits <= SORTED
        found = in_time(SORT if sort else PATIENCE, lambda: ordered_page(rows, query, wanted, search, sort=sort))
    return found or Page([], search=search, in_time=False)


def ordered(rows: QuerySet[Article], sort: str, keyed: QuerySet[Article] | None = None) -> list[QuerySet[Article]]:
    """All rows in the order of this name, newest first where there is none. `keyed` as of `page_of`.

    In parts, one after the other, because only so each walks along an index: those that lack the value come last.
    """
    order = ORDERS.get(sort, ORDERS["newest"])
    if keyed is not None and expected(rows)[0] <= KEYED:
        rows = keyed
    rows = rows.order_by(*(f"-{column}" if order.down else column for column in dict.fromkeys((order.column, "id"))))
    return [rows.filter(**{f"{order.column}__isnull": no}) for no in (False, True)] if order.may_lack else [rows]


def ranked_page(rows: QuerySet[Article], query: Mapping[str, str], search: Search) -> Page:
    """A page of a search, best first. All ranks are made anew: the key finds the place among them."""
    ranks, whole = ranked(rows, search)
    after, before = _read(query.get("after"), float), _read(query.get("before"), float)
    ranks.sort()  # worst first, so that bisect works
    if after:
        start = bisect_right(ranks, after)
        chosen, end = ranks[start : start + SIZE], min(start + SIZE, len(ranks))
    else:
        end = bisect_left(ranks, before) if before else len(ranks)
        start = max(0, end - SIZE)
        chosen = ranks[start:end]
    found = rows.order_by().in_bulk([pk for _, pk in chosen])
    shown = [found[pk] for _, pk in reversed(chosen) if pk in found]
    return Page(
        shown,
        _key(chosen[0]) if start > 0 and chosen else "",
        _key(chosen[-1]) if end < len(ranks) and chosen else "",
        None if whole else len(ranks),
        search,
        in_time=whole or bool(ranks),
    )


def ordered_page(
    rows: QuerySet[Article], query: Mapping[str, str], order: Order, search: Search | None = None, sort: bool = False
) -> Page:
    """A page of articles in an order that an index knows; with `sort` all that fit are found by other indexes."""
    if after := _read(query.get("after"), order.read):
        found = _walk(rows, order, after, back=True, sort=sort)
        more, found = len(found) > SIZE, found[:SIZE][::-1]
        return Page(found, key(found[-1], order) if found else "", key(found[0], order) if more else "", None, search)
    before = _read(query.get("before"), order.read)
    found = _walk(rows, order, before, back=False, sort=sort)
    more, found = len(found) > SIZE, found[:SIZE]
    older, newer = key(found[-1], order) if more else "", key(found[0], order) if found and before else ""
    return Page(found, older, newer, None, search)


def dated_page(rows: QuerySet[Article], query: Mapping[str, str]) -> Page:
    """A page of articles, newest first, those without a date last."""
    return ordered_page(rows, query, ORDERS["newest"])


def _walk(rows: QuerySet[Article], order: Order, place: Place | None, back: bool, sort: bool) -> list[Article]:
    """The articles after the place, the nearest first. In two parts, because only so each walks along an index; with
    `sort` in a way that no index is in."""
    place = place if place and (order.may_lack or place[0] is not None) else None
    down, found = order.down != back, list[Article]()
    parts = [False, True] if order.may_lack else [False]  # with a value, without
    parts = parts[::-1] if back else parts
    for lacking in parts[parts.index(place[0] is None) :] if place else parts:
        part = rows.filter(**{f"{order.column}__isnull": lacking}) if order.may_lack else rows
        if place and lacking == (place[0] is None):
            part = part.filter(_beyond("id" if lacking else order.column, place, down))
        columns = ["id"] if lacking or order.column == "id" else [order.column, "id"]
        odd = sort or None  # there is nothing that lacks the value, but the index is not known to be in this order
        ways = (F(each).desc(nulls_last=odd) if down else F(each).asc(nulls_first=odd) for each in columns)
        found += part.order_by(*ways)[: SIZE + 1 - len(found)]
        if len(found) > SIZE:
            break
    return found


def _beyond(column: str, place: Place, down: bool) -> Q:
    """After the place; the first condition is the one that an index can begin at."""
    value, number = place
    if column == "id":
        return Q(id__lt=number) if down else Q(id__gt=number)
    way = "lt" if down else "gt"
    return Q(**{f"{column}__{way}e": value}) & (Q(**{f"{column}__{way}": value}) | Q(**{f"id__{way}": number}))


def key(article: Article, order: Order = ORDERS["newest"]) -> str:
    """Where an article stands in the order."""
    return _key((getattr(article, order.column), article.pk))


def _key(place: Place) -> str:
    value, number = place
    shown = value.isoformat() if isinstance(value, datetime) else repr(value)
    return f"{NOTHING if value is None else shown}_{number}"


def _read(text: str | None, read_value: Callable[[str], Any]) -> Place | None:
    value, _, number = (text or "").rpartition("_")
    if (pk := id_in(number)) is None:
        return None
    try:
        found = None if value == NOTHING else read_value(value)
    except ValueError:
        return None
    return (found, pk) if value == NOTHING or found is not None else None
