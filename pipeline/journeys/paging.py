"""Pages of a condition that no index answers: looked for step by step, within a budget of time."""

import time
from collections.abc import Mapping
from functools import partial
from typing import TypeVar

from django.db.models import Model, QuerySet

from catalog.paging import BY_ID, Page, page_from, parse_id
from catalog.search.timeouts import with_statement_timeout

Row = TypeVar("Row", bound=Model)
# Rows that are looked through at once where no index helps: one that nobody read for long costs
# twenty times as much as one that is in memory, so the first step finds out, and the next ones are
# as large as time allows.
FIRST_STEP = 1_000
LARGEST_STEP = 50_000
STEPS, GROWTH = 4, 10  # how many, and how much larger one may be than the one before
BUDGET = 0.05  # seconds after which no further step is begun
LATE, LEAST = (
    1.2,
    15,
)  # times what is left of it a step that is not the first may take; but so many milliseconds


def search_on(
    rows: "QuerySet[Row]", among: "QuerySet[Row]", query: Mapping[str, str], size: int
) -> Page[Row]:
    """The page of `?before=ID` of a condition that no index answers: looks through `among`, of
    which `rows` are some, step by step for a while. `older` is where to go on, also on a page that
    is not full.
    """
    began = time.monotonic()
    edge = parse_id(query.get("before"))
    found = list[Row]()
    step = FIRST_STEP
    newer = edge is not None
    for number in range(STEPS):
        begun = time.monotonic()
        ask = partial(_step, rows, among, edge, step, size + 1 - len(found))
        # The first one is never given up: whoever goes on from here is to get further.
        if number:
            looked = with_statement_timeout(
                max(LEAST, LATE * 1000 * (BUDGET - (begun - began))), ask
            )
        else:
            looked = ask()
        if looked is None:
            break
        found = found + looked[0]
        edge = looked[1]
        now = time.monotonic()
        left = BUDGET - (now - began)
        if len(found) > size or edge is None or left <= 0:
            break
        step = min(
            LARGEST_STEP,
            max(
                FIRST_STEP,
                int(step * min(GROWTH, 0.7 * left / max(now - begun, 0.001))),
            ),
        )
    page = page_from(found, BY_ID, size, has_newer=newer)
    if page.older or edge is None:
        return page
    return Page(page.rows, str(edge), page.newer)


def _step(
    rows: "QuerySet[Row]",
    among: "QuerySet[Row]",
    edge: int | None,
    step: int,
    wanted: int,
) -> tuple[list[Row], int | None]:
    """Those of the next `step` rows of `among` that are in `rows`, and the id of the last one, None
    at the end.
    """
    if edge is None:
        newest = among.order_by("-pk")
    else:
        newest = among.filter(pk__lt=edge).order_by("-pk")
    last: int | None = newest.values_list("pk", flat=True)[step : step + 1].first()
    if edge is None:
        part = rows
    else:
        part = rows.filter(pk__lt=edge)
    if last is None:
        part = part
    else:
        part = part.filter(pk__gte=last)
    return list(part.order_by("-pk")[:wanted]), last
