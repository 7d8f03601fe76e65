"""Pages by key: the next page begins after the last row of this one. No OFFSET, no COUNT(*), no row twice."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
LARGEST_ID = 2**63 - 1
STEP = 20_000  # rows that are looked through at once where no index helps
STEPS = 5
PATIENCE = 0.05  # seconds, after which no further step is begun


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows, newest first; `older` and `newer` are ids to go on from, None where there is nothing."""

    rows: list[Row]
    older: int | None
    newer: int | None

    def __bool__(self) -> bool:
        return bool(self.rows)


def page_of(rows: "QuerySet[Row]", query: Mapping[str, str], size: int) -> Page[Row]:
    """The page that `?before=ID` or `?after=ID` names, else the first one. Ordered by descending id."""
    before, after = id_in(query.get("before")), id_in(query.get("after"))
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
        more, found = len(found) > size, found[:size][::-1]
        return Page(found, found[-1].pk if found else None, found[0].pk if found and more else None)
    newest = rows.order_by("-pk")
    found = list((newest if before is None else newest.filter(pk__lt=before))[: size + 1])
    more, found = len(found) > size, found[:size]
    return Page(found, found[-1].pk if more else None, found[0].pk if found and before is not None else None)


def search_on(rows: "QuerySet[Row]", among: "QuerySet[Row]", query: Mapping[str, str], size: int) -> Page[Row]:
    """The page of `?before=ID` of a condition that no index answers: looks through `among`, of which `rows` are some,
    step by step for a while. `older` is where to go on, also on a page that is not full."""
    began, edge, found = time.monotonic(), id_in(query.get("before")), list[Row]()
    newer = edge is not None
    for _ in range(STEPS):
        newest = among.order_by("-pk") if edge is None else among.filter(pk__lt=edge).order_by("-pk")
        last = newest.values_list("pk", flat=True)[STEP : STEP + 1].first()
        step = rows if edge is None else rows.filter(pk__lt=edge)
        step = step if last is None else step.filter(pk__gte=last)
        found += step.order_by("-pk")[: size + 1 - len(found)]
        edge = last
        if len(found) > size or edge is None or time.monotonic() - began > PATIENCE:
            break
    more, found = len(found) > size, found[:size]
    return Page(found, found[-1].pk if more else edge, found[0].pk if found and newer else None)


def id_in(text: str | None) -> int | None:
    """The id that somebody sent; None where it is none. A larger one than there can be is the largest."""
    return min(int(text[:25]), LARGEST_ID) if text and text.isdecimal() else None
