"""Pages of the catalogue by key: the next one begins after the last article of this one, whatever came in between."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.dateparse import parse_datetime

from catalog.models import Article

SIZE = 25
MOST_RANKED = 40  # pages of a search: ranks have no key to go on from, and nobody reads further
UNDATED = "undated"
NEWEST_FIRST = (F("published").desc(nulls_last=True), F("id").desc())
OLDEST_FIRST = (F("published").asc(nulls_first=True), F("id").asc())

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
    """A page of search results, best first; the keys are page numbers."""
    text = query.get("before") or query.get("after") or "1"
    number = min(max(int(text), 1), MOST_RANKED) if text.isdecimal() and len(text) < 5 else 1
    found = list(rows[(number - 1) * SIZE : number * SIZE + 1])
    older = str(number + 1) if len(found) > SIZE and number < MOST_RANKED else ""
    return Page(found[:SIZE], older, str(number - 1) if number > 1 else "")


def page_of(rows: QuerySet[Article], query: Mapping[str, str]) -> Page:
    """The page that the query names, in the order that it names."""
    if query.get("sort") in ORDERS:
        return ranked_page(rows.order_by(*ORDERS[query["sort"]]), query)
    return (ranked_page if query.get("q") else dated_page)(rows, query)


def dated_page(rows: QuerySet[Article], query: Mapping[str, str]) -> Page:
    """A page of articles, newest first, those without a date last."""
    if after := _read(query.get("after")):
        found = list(rows.filter(_newer(*after)).order_by(*OLDEST_FIRST)[: SIZE + 1])
        more, found = len(found) > SIZE, found[:SIZE][::-1]
        return Page(found, key(found[-1]) if found else "", key(found[0]) if more else "")
    before = _read(query.get("before"))
    found = list((rows.filter(_older(*before)) if before else rows).order_by(*NEWEST_FIRST)[: SIZE + 1])
    more, found = len(found) > SIZE, found[:SIZE]
    return Page(found, key(found[-1]) if more else "", key(found[0]) if found and before else "")


def key(article: Article) -> str:
    """Where an article stands in the list."""
    moment = article.published.isoformat() if article.published else UNDATED
    return f"{moment}_{article.pk}"


def _read(text: str | None) -> tuple[datetime | None, int] | None:
    moment, _, number = (text or "").rpartition("_")
    if not number.isdecimal() or len(number) > 18:
        return None
    try:
        published = None if moment == UNDATED else parse_datetime(moment)
    except ValueError:
        return None
    return (published, int(number)) if moment == UNDATED or (published and published.tzinfo) else None


def _older(published: datetime | None, number: int) -> Q:
    if published is None:
        return Q(published=None, id__lt=number)
    return Q(published__lt=published) | Q(published=published, id__lt=number) | Q(published=None)


def _newer(published: datetime | None, number: int) -> Q:
    if published is None:
        return Q(published=None, id__gt=number) | Q(published__isnull=False)
    return Q(published__gt=published) | Q(published=published, id__gt=number)
