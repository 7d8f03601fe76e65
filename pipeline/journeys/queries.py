"""The URLs of a run, filtered, a page at a time."""

from collections.abc import Mapping
from dataclasses import replace

import django_filters
from django.db.models import Func, Q, QuerySet, TextField, Value

from catalog.paging import Page, page_of
from pipeline.broker.queues import STAGES
from pipeline.journeys.paging import search_on
from pipeline.models import Journey, Run

MAX_LISTED = (
    2_000  # journeys; of more than these a walk through the run meets enough soon
)


HOST = Func(
    "key", Value("/"), Value(3), function="split_part", output_field=TextField()
)
PLACES = [(stage, stage) for stage in STAGES[:-1]]


class JourneyFilter(django_filters.FilterSet):
    """State, stage, reason and host exactly; text anywhere in the URL or the detail."""

    state = django_filters.ChoiceFilter(
        choices=Journey.State.choices, empty_label="any state"
    )
    stage = django_filters.ChoiceFilter(choices=PLACES, empty_label="any stage")
    reason = django_filters.CharFilter()
    host = django_filters.CharFilter(method="of_host", label="Host")
    q = django_filters.CharFilter(method="has_text", label="Text")

    class Meta:
        model = Journey
        fields: list[str] = []

    def of_host(
        self, rows: QuerySet[Journey], _name: str, host: str
    ) -> QuerySet[Journey]:
        return rows.alias(host=HOST).filter(host=host.lower())

    def has_text(
        self, rows: QuerySet[Journey], _name: str, text: str
    ) -> QuerySet[Journey]:
        return rows.filter(Q(url__icontains=text) | Q(detail__icontains=text))


def page_of_run(
    run: Run, rows: "QuerySet[Journey]", query: Mapping[str, str], size: int
) -> Page[Journey]:
    """Return a page of a run's journeys.

    Where no index helps it may be short although there are older ones to look at.
    """
    if query.get("q") or query.get("host"):
        if query.get("after"):
            return page_of(rows, query, size)
        return search_on(rows, run.journeys.all(), query, size)
    # The index knows which these are, but not in the order of the page: few are best taken from it
    # and sorted.
    if any(query.get(name) for name in ("state", "stage", "reason")) and _are_few(rows):
        rows = rows.filter(
            pk__in=list(rows.order_by().values_list("pk", flat=True)[:MAX_LISTED])
        )
    # First which ones, which an index tells; then these. A walk that reads each journey takes ten
    # times as long.
    page = page_of(rows.only("run"), query, size)
    found = rows.in_bulk([journey.pk for journey in page.rows])
    return replace(
        page, rows=[found[journey.pk] for journey in page.rows if journey.pk in found]
    )


def _are_few(rows: "QuerySet[Journey]") -> bool:
    return (
        rows.order_by().values("state")[: MAX_LISTED + 1].count() <= MAX_LISTED
    )  # the index alone tells: no journey is read
