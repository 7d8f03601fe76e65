"""Pages of the catalogue by key: the next one begins after the last article of this one, whatever came in between."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any, cast

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from catalog.models import Article, ArticleQuerySet
from catalog.search.estimates import expected
from catalog.search.filter_keys import of_days
from catalog.search.newest import Days, Patience, about, days_are_known, of_days_by, of_newest_days
from catalog.search.query import Search, read
from catalog.search.ranking import ranked
from catalog.search.timeouts import in_time

SIZE = 25
# Milliseconds a statement: for what is hardly ever needed; for a walk along the index of the order, where it is not
# known to be quick; and for the way after which the page gives up. That is to be rare, and nearly all pages are to take
# less than a tenth of a second, whatever nobody has read for long.
LITTLE = 10
WALK = 40
LAST = 85
FEW, RARE, SORTED = (
    1_000,
    10_000,
    30_000,
)  # of a list, of a search no walk is tried; more are not sorted
KEYED = 4_000  # that the index of keys is expected to find are sorted first
AT_ONCE, MANY = 60, 600  # of an export are looked for first, where so many fit
ONE_LOOK = 60  # of these are read at once; of more, days after days are looked at for the newest
BY_DAYS = Patience(days=40, looks=4)
NOTHING = "undated"  # in a key, in place of a date
ByDays = Callable[[datetime, datetime | None], QuerySet[Article]]
Place = tuple[Any, int]  # the value and the id of the article beside which a page begins


def _moment(text: str) -> datetime | None:
    found = parse_datetime(text)
    if found and found.tzinfo:
        return found
    return None


def id_in(text: str) -> int | None:
    """The id that somebody sent; None where it is none."""
    if text.isdecimal() and len(text) < 19:
        return int(text)
    return None


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
    keyed: ArticleQuerySet | None = None, days: Days = (None, None),
) -> Page:  # fmt: skip
    """The page that the query names, in the order that it names. Whoever has read its search hands it on.

    `keyed` are the same rows, asked for by the index of keys, and `days` between which moments they were published.
    """
    order = ORDERS.get(query.get("sort", ""))
    search = search or (read(query["q"]) if query.get("q") else None)
    if order is None and search and search.words:
        return ranked_page(rows, query, search)
    wanted = order or ORDERS["newest"]
    fits = expected(rows)[0] * (search.together if search else 1)
    if wanted is ORDERS["newest"] and _goes_on_by_date(query):
        by_days = _by_days(rows, keyed, search)
    else:
        by_days = None
    if by_days:
        # Which these are is known to the index of keys, or to that of words; to walk on would take long where there are
        # fewer than expected, or where those of the newest days are not enough.
        sorted_at_once = partial(
            ordered_page, _lean(rows if keyed is None else keyed), query, wanted, search, sort=True
        )
        if fits <= ONE_LOOK and (page := in_time(LITTLE, sorted_at_once)):
            return page
        if page := _newest_page(
            rows, by_days, query, fits if fits > ONE_LOOK else MANY, days, search
        ):
            return page
        ways = [(LAST, rows if keyed is None else keyed, keyed is not None or fits <= SORTED)]
    elif keyed is not None:
        sort = (keyed, True)
        walk = (rows, False)
        if fits <= KEYED:
            ways = [(LAST, *sort), (LITTLE, *walk)]
        else:
            ways = [(WALK, *walk), (LAST, *sort)]
    elif query.get("copies") == "copied":
        ways = [
            (LAST, rows, False)
        ]  # no index has these, so that to sort them is to read all others too
    else:
        few = fits <= (RARE if search else FEW)
        ways = [*([] if few else [(WALK, rows, False)]), (LAST, rows, few or fits <= SORTED)]
    for patience, these, at_once in ways:
        if found := in_time(
            patience, partial(ordered_page, _lean(these), query, wanted, search, sort=at_once)
        ):
            return found
    return Page([], search=search, in_time=False)


def _lean(rows: QuerySet[Article]) -> ArticleQuerySet:
    return cast(ArticleQuerySet, rows).for_lists()


def _by_days(
    rows: QuerySet[Article], keyed: ArticleQuerySet | None, search: Search | None
) -> ByDays | None:
    """The same rows of some days, where an index knows the days of what fits."""
    if not days_are_known():
        return None
    if keyed is not None:
        return partial(of_days, keyed)
    # Of an author alone a part of the name may be given: for that the index lists all that have it, whatever the day.
    known = search and (search.words or (search.typed.title and not search.typed.author))
    if search and known:
        return partial(of_days_by, rows, search)
    return None


def _goes_on_by_date(query: Mapping[str, str]) -> bool:
    """Whether the page is the first one, or older than something that has a date."""
    before = _read(query.get("before"), _moment)
    return not query.get("after") and (before is None or before[0] is not None)


def _newest_page(
    rows: QuerySet[Article],
    by_days: ByDays,
    query: Mapping[str, str],
    fits: int,
    days: Days,
    search: Search | None,
) -> Page | None:
    """A full page of the newest, or the last one of certain days. None where it is to be found in another way."""
    before = _read(query.get("before"), _moment)
    ahead = list[Article]()
    (since, until) = days
    tomorrow = _no_day_is_later()
    beyond = Q()
    if before:
        beyond = _beyond("published", before, down=True)
        until = min(filter(None, [until, before[0]]))
    if until is None or until > tomorrow:  # a date so late is a mistake, but one to be shown
        ahead = list(
            rows.filter(beyond, published__gte=tomorrow).order_by("-published", "-id")[: SIZE + 1]
        )
        beyond = beyond & Q(published__lt=tomorrow)
        until = tomorrow
    those = lambda first, last: _lean(by_days(first, last).filter(beyond))  # noqa: E731
    if len(ahead) <= SIZE:
        found = of_newest_days(those, SIZE + 1 - len(ahead), fits, (since, until), BY_DAYS)
    else:
        found = []
    if found is None:
        return None
    return _older_page(ahead + found, ORDERS["newest"], before, search)


def ordered(
    rows: QuerySet[Article], sort: str, keyed: ArticleQuerySet | None = None, search: Search | None = None,
    days: Days = (None, None),
) -> list[QuerySet[Article]]:  # fmt: skip
    """All rows in the order of this name, newest first where there is none. `keyed` and `days` as of `page_of`.

    In parts, one after the other, because only so each walks along an index: those that lack the value come last. And
    where an index knows the days of what fits, the newest come first, so that nobody waits until all are sorted.
    """
    order = ORDERS.get(sort, ORDERS["newest"])
    if keyed is not None or search:
        fits = expected(rows)[0]
    else:
        fits = 0
    if order is ORDERS["newest"] and fits > MANY:
        by_days = _by_days(rows, keyed, search)
    else:
        by_days = None
    if by_days:
        begins = about(AT_ONCE, fits, days)
    else:
        begins = None
    tomorrow = _no_day_is_later()
    rest: QuerySet[Article]
    if keyed is not None and fits <= KEYED:
        rest = keyed
    else:
        rest = rows
    parts = [rest]
    if by_days and begins and begins < tomorrow:
        at_once = by_days(begins, min(days[1] or tomorrow, tomorrow))
        parts = [
            rows.filter(published__gte=tomorrow),
            at_once.filter(published__gte=begins, published__lt=tomorrow),
            rest.filter(published__lt=begins),
            rest.filter(published__isnull=True),
        ]
    elif order.may_lack:
        parts = [rest.filter(**{f"{order.column}__isnull": no}) for no in (False, True)]
    columns = [
        f"-{column}" if order.down else column for column in dict.fromkeys((order.column, "id"))
    ]
    return [part.order_by(*columns) for part in parts]


def _no_day_is_later() -> datetime:
    """The end of the last day that is looked at, where no other is said: a clock may be ahead by a day."""
    return datetime.combine(timezone.now().astimezone(UTC) + timedelta(days=2), time.min, UTC)


def ranked_page(rows: QuerySet[Article], query: Mapping[str, str], search: Search) -> Page:
    """A page of a search, best first. All ranks are made anew: the key finds the place among them."""
    ranks, whole = ranked(rows, search)
    after = _read(query.get("after"), float)
    before = _read(query.get("before"), float)
    ranks.sort()  # worst first, so that bisect works
    if after:
        start = bisect_right(ranks, after)
        chosen = ranks[start : start + SIZE]
        end = min(start + SIZE, len(ranks))
    else:
        if before:
            end = bisect_left(ranks, before)
        else:
            end = len(ranks)
        start = max(0, end - SIZE)
        chosen = ranks[start:end]
    found = rows.order_by().in_bulk([pk for _, pk in chosen])
    shown = [found[pk] for _, pk in reversed(chosen) if pk in found]
    return Page(
        shown,
        _key(chosen[0]) if start > 0 and chosen else "",
        _key(chosen[-1]) if end < len(ranks) and chosen else "",
        None if whole or not ranks else len(ranks),
        search,
        in_time=whole or bool(ranks),
    )


def ordered_page(
    rows: QuerySet[Article],
    query: Mapping[str, str],
    order: Order,
    search: Search | None = None,
    sort: bool = False,
) -> Page:
    """A page of articles in an order that an index knows; with `sort` all that fit are found by other indexes."""
    if after := _read(query.get("after"), order.read):
        found = _walk(rows, order, after, back=True, sort=sort)
        more = len(found) > SIZE
        found = found[:SIZE][::-1]
        return Page(
            found,
            key(found[-1], order) if found else "",
            key(found[0], order) if more else "",
            None,
            search,
        )
    before = _read(query.get("before"), order.read)
    return _older_page(_walk(rows, order, before, back=False, sort=sort), order, before, search)


def _older_page(
    found: list[Article], order: Order, before: Place | None, search: Search | None = None
) -> Page:
    """The page of these, of which one may be more than a page holds."""
    more = len(found) > SIZE
    found = found[:SIZE]
    if more:
        older = key(found[-1], order)
    else:
        older = ""
    if found and before:
        newer = key(found[0], order)
    else:
        newer = ""
    return Page(found, older, newer, None, search)


def dated_page(rows: QuerySet[Article], query: Mapping[str, str]) -> Page:
    """A page of articles, newest first, those without a date last."""
    return ordered_page(rows, query, ORDERS["newest"])


def _walk(
    rows: QuerySet[Article], order: Order, place: Place | None, back: bool, sort: bool
) -> list[Article]:
    """The articles after the place, the nearest first. In two parts, because only so each walks along an index; with
    `sort` in a way that no index is in."""
    if place and (order.may_lack or place[0] is not None):
        place = place
    else:
        place = None
    down = order.down != back
    found = list[Article]()
    parts = [False, True] if order.may_lack else [False]  # with a value, without
    if back:
        parts = parts[::-1]
    else:
        parts = parts
    for lacking in parts[parts.index(place[0] is None) :] if place else parts:
        if order.may_lack:
            part = rows.filter(**{f"{order.column}__isnull": lacking})
        else:
            part = rows
        if place and lacking == (place[0] is None):
            part = part.filter(_beyond("id" if lacking else order.column, place, down))
        if lacking or order.column == "id":
            columns = ["id"]
        else:
            columns = [order.column, "id"]
        odd = (
            sort or None
        )  # there is nothing that lacks the value, but the index is not known to be in this order
        ways = (
            F(each).desc(nulls_last=odd) if down else F(each).asc(nulls_first=odd)
            for each in columns
        )
        found += part.order_by(*ways)[: SIZE + 1 - len(found)]
        if len(found) > SIZE:
            break
    return found


def _beyond(column: str, place: Place, down: bool) -> Q:
    """After the place; the first condition is the one that an index can begin at."""
    value, number = place
    if column == "id":
        if down:
            return Q(id__lt=number)
        return Q(id__gt=number)
    if down:
        way = "lt"
    else:
        way = "gt"
    return Q(**{f"{column}__{way}e": value}) & (
        Q(**{f"{column}__{way}": value}) | Q(**{f"id__{way}": number})
    )


def key(article: Article, order: Order = ORDERS["newest"]) -> str:
    """Where an article stands in the order."""
    return _key((getattr(article, order.column), article.pk))


def _key(place: Place) -> str:
    value, number = place
    if isinstance(value, datetime):
        shown = value.isoformat()
    else:
        shown = repr(value)
    return f"{NOTHING if value is None else shown}_{number}"


def _read(text: str | None, read_value: Callable[[str], Any]) -> Place | None:
    value, _, number = (text or "").rpartition("_")
    if (pk := id_in(number)) is None:
        return None
    try:
        if value == NOTHING:
            found = None
        else:
            found = read_value(value)
    except ValueError:
        return None
    if value == NOTHING or found is not None:
        return (found, pk)
    return None
