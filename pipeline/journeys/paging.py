"""Pages of the URLs of a run by a condition that no index answers."""

from collections.abc import Mapping
from functools import partial
from typing import TypeVar

from django.db.models import Model, QuerySet

from catalog.paging import BY_ID, Page, page_from, parse_id
from catalog.search.stepwise import StepBudget, look_stepwise

Row = TypeVar("Row", bound=Model)
BUDGET = StepBudget(
    seconds=0.04,
    steps=4,
    first_step=1_000,
    largest_step=50_000,
    overrun=1.2,
    least_ms=15,
)


def search_on(
    rows: "QuerySet[Row]", among: "QuerySet[Row]", query: Mapping[str, str], size: int
) -> Page[Row]:
    """Return the page of `?before=ID` of a condition that no index answers.

    It looks through `among`, of which `rows` are some, for a while. `older` is where to continue,
    also on a page that is not full.
    """
    start = parse_id(query.get("before"))
    look = partial(_step, rows, among)
    found, edge = look_stepwise(look, start, size + 1, BUDGET)
    page = page_from(found, BY_ID, size, has_newer=start is not None)
    if page.older or edge is None:
        return page
    return Page(page.rows, str(edge), page.newer)


def _step(
    rows: "QuerySet[Row]",
    among: "QuerySet[Row]",
    start: int | None,
    step: int,
    wanted: int,
) -> tuple[list[Row], int | None]:
    """Return those of the next `step` rows of `among` that are in `rows`, and the id of the last
    one; None at the end.
    """
    newest = among.order_by("-pk")
    part = rows
    if start is not None:
        newest = newest.filter(pk__lt=start)
        part = part.filter(pk__lt=start)
    last: int | None = newest.values_list("pk", flat=True)[step : step + 1].first()
    if last is not None:
        part = part.filter(pk__gte=last)
    return list(part.order_by("-pk")[:wanted]), last
