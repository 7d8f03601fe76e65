"""Pages of the catalogue by key: the next one begins after the last article of this one, whatever came in between."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.dateparse import parse_datetime

from catalog.models import Article

SIZE = 25
MOST_PAGES = 40  # where there is no key to go on from; nobody reads further
MOST_RANKED = 2_000  # matches of a search
UNDATED = "undated"
NEWEST_FIRST = (F("published").desc(nulls_last=True), F("id").desc())
Place = tuple[datetime | None, int]  # of the article beside which a page begins

ORDERS: dict[str, tuple[Any, ...]] = {
    "newest": NEWEST_FIRST,
    "oldest": (F("published").asc(nulls_last=True), F("id").asc()),
    "gathered": ("-id",),
}


@dataclass(frozen=True, slots=True)
class Page:
    """Articles, and the query parameter values of the pages beside this one ("" where there is none)."""

    rows: list[Article]
    older: str = ""
    newer: str = ""


def ranked_page(rows: QuerySet[Article], query: Mapping[str, str]) -> Page:
    """A page in an order that has no key to go on from; the keys are page numbers."""
    text = query.get("before") or query.get("after") or "1"
    number = min(max(int(text), 1), MOST_PAGES) if text.isdecimal() and len(text) < 5 else 1
    found = list(rows[(number - 1) * SIZE : number * SIZE + 1])
    older = str(number + 1) if len(found) > SIZE and number < MOST_PAGES else ""
    return Page(found[:SIZE], older, str(number - 1) if number > 1 else "")


def page_of(rows: QuerySet[Article], query: Mapping[str, str]) -> Page:
    """The page that the query names, in the order that it names."""
    if query.get("sort") in ORDERS:
        return ranked_page(rows.order_by(*ORDERS[query["sort"]]), query)
    if query.get("q"):
        # To rank an article is to read its index entry: of a word that is everywhere that would take seconds.
        matches = rows.order_by().values("pk")[:MOST_RANKED]
        return ranked_page(rows.filter(pk__in=matches), query)
    return dated_page(rows, query)


def dated_page(rows: QuerySet[Article], query: Mapping[str, str]) -> Page:
    """A page of articles, newest first, those without a date last."""
    if after := _read(query.get("after")):
        found = _forward(rows, after)
        more, found = len(found) > SIZE, found[:SIZE][::-1]
        return Page(found, key(found[-1]) if found else "", key(found[0]) if more else "")
    before = _read(query.get("before"))
    found = _backward(rows, before)
    more, found = len(found) > SIZE, found[:SIZE]
    return Page(found, key(found[-1]) if more else "", key(found[0]) if found and before else "")


def _backward(rows: QuerySet[Article], place: Place | None) -> list[Article]:
    """The next older articles. In two parts, because only so each is a walk along the index of dates."""
    published, number = place or (None, 0)
    found: list[Article] = []
    if place is None or published:
        dated = rows.filter(_older(published, number)) if published else rows.filter(published__isnull=False)
        found = list(dated.order_by("-published", "-id")[: SIZE + 1])
    if len(found) <= SIZE:
        undated = rows.filter(published=None)
        undated = undated.filter(id__lt=number) if place and not published else undated
        found += undated.order_by("-id")[: SIZE + 1 - len(found)]
    return found


def _forward(rows: QuerySet[Article], place: Place) -> list[Article]:
    """The next newer articles, the nearest first."""
    published, number = place
    found: list[Article] = []
    if published is None:
        found = list(rows.filter(published=None, id__gt=number).order_by("id")[: SIZE + 1])
    if len(found) <= SIZE:
        dated = rows.filter(_newer(published, number)) if published else rows.filter(published__isnull=False)
        found += dated.order_by("published", "id")[: SIZE + 1 - len(found)]
    return found


def key(article: Article) -> str:
    """Where an article stands in the list."""
    moment = article.published.isoformat() if article.published else UNDATED
    return f"{moment}_{article.pk}"


def _read(text: str | None) -> Place | None:
    moment, _, number = (text or "").rpartition("_")
    if not number.isdecimal() or len(number) > 18:
        return None
    try:
        published = None if moment == UNDATED else parse_datetime(moment)
    except ValueError:
        return None
    return (published, int(number)) if moment == UNDATED or (published and published.tzinfo) else None


def _older(published: datetime, number: int) -> Q:
    return Q(published__lte=published) & (Q(published__lt=published) | Q(id__lt=number))


def _newer(published: datetime, number: int) -> Q:
    return Q(published__gte=published) & (Q(published__gt=published) | Q(id__gt=number))
