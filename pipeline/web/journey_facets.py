"""The facets of a run's URLs: what each state, stage, reason and host would leave, with counts.

Counts of states, stages and reasons are those of the run's own page: no URL is counted for them.
Each facet is counted without its own choice, so that another value of it can be chosen.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from pipeline.core.reasons import reason_of
from pipeline.journeys.queries import HOST
from pipeline.models import Journey, Run
from pipeline.summary.progress import ORDER, Progress, Reason
from pipeline.summary.timeline import LARGE, hosts

NAMES = ("state", "stage", "reason")
FIELDS = (*NAMES, "host", "q")
HOSTS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet: how many URLs have it, where that is known."""

    value: str
    label: str
    number: int | None
    chosen: bool
    query: str  # of the list that choosing it leads to, or letting it go


@dataclass(frozen=True, slots=True)
class Facet:
    """A field with the values that may be chosen of it."""

    name: str
    label: str
    values: list[Value]


def facets(
    run: Run, counted: Progress, query: Mapping[str, str], rows: "QuerySet[Journey]"
) -> list[Facet]:
    """Return the facets of the list that `query` asks for; `rows` are its URLs."""
    found = [
        Facet("state", _("State"), _values(counted, query, "state")),
        Facet("stage", _("Stage"), _values(counted, query, "stage")),
        Facet("reason", _("Reason"), _values(counted, query, "reason")),
        Facet("host", _("Host"), _hosts(run, counted, query, rows)),
    ]
    return [facet for facet in found if facet.values]


def matching(counted: Progress, query: Mapping[str, str]) -> int | None:
    """How many URLs match; None where only a search through them would tell."""
    if query.get("q") or query.get("host"):
        return None
    cells = [cell for cell in counted.cells if _fits(cell, query)]
    return sum(cell.count for cell in cells)


def _values(counted: Progress, query: Mapping[str, str], name: str) -> list[Value]:
    numbers: Counter[str] = Counter()
    for cell in counted.cells:
        if _fits(cell, query, leaving=name):
            numbers[getattr(cell, name)] += cell.count
    chosen = query.get(name, "")
    if chosen and chosen not in numbers:
        numbers[chosen] = 0
    numbers.pop("", None)
    values = [
        _value(query, name, value, number) for value, number in numbers.most_common()
    ]
    if name == "state":
        values.sort(key=lambda each: _place(each.value))
    return values


def _fits(cell: Reason, query: Mapping[str, str], leaving: str = "") -> bool:
    wanted = [(name, query.get(name)) for name in NAMES if name != leaving]
    return all(not value or getattr(cell, name) == value for name, value in wanted)


def _value(
    query: Mapping[str, str], name: str, value: str, number: int | None
) -> Value:
    chosen = query.get(name, "").lower() == value.lower()
    kept = {field: query.get(field, "") for field in FIELDS}
    kept[name] = "" if chosen else value
    led_to = urlencode({field: text for field, text in kept.items() if text})
    return Value(value, _label(name, value), number, chosen, led_to)


def _label(name: str, value: str) -> str:
    if name == "reason":
        return reason_of(value).label
    return value


def _place(state: str) -> int:
    if state in ORDER:
        return ORDER.index(state)
    return len(ORDER)


def _hosts(
    run: Run, counted: Progress, query: Mapping[str, str], rows: "QuerySet[Journey]"
) -> list[Value]:
    chosen = query.get("host", "").lower()
    numbers = _host_numbers(run, counted, query, rows)
    if chosen and chosen not in numbers:
        numbers = {chosen: None, **numbers}
    return [_value(query, "host", host, number) for host, number in numbers.items()]


def _host_numbers(
    run: Run, counted: Progress, query: Mapping[str, str], rows: "QuerySet[Journey]"
) -> dict[str, int | None]:
    """By host; a run that is too large to count them anew has those of all its URLs."""
    if not any(query.get(name) for name in (*NAMES, "host", "q")):
        return {line.name: line.found for line in hosts(run)[:HOSTS_SHOWN]}
    if counted.found > LARGE or query.get("host"):
        return {line.name: None for line in hosts(run)[:HOSTS_SHOWN]}
    named: Any = rows.order_by().annotate(host=HOST).values_list("host")
    return dict(named.annotate(number=Count("pk")).order_by("-number")[:HOSTS_SHOWN])
