"""The journeys of a run, and the whole path of one URL."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import Func, Q, QuerySet, TextField, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.models import Article
from catalog.selection import back, chosen
from pipeline.broker.queues import HEADER_STAGES, STAGES
from pipeline.core.paging import Page, page_of, search_on
from pipeline.fetching.stage import unpack
from pipeline.models import Journey, Run, Snapshot
from pipeline.monitor.models import LogEvent
from pipeline.runs import control

SHOWN = 100
FEW = 2_000  # journeys; of more than these a walk through the run meets enough soon
HTML = re.compile(r"(?:text/html|application/xhtml\+xml)\s*(;[\w\s=\"-]*)?\Z", re.I)
PLACES = [(stage, stage) for stage in STAGES[:-1]]


class JourneyFilter(django_filters.FilterSet):
    """State, stage, reason and host exactly; text anywhere in the URL or the detail."""

    state = django_filters.ChoiceFilter(choices=Journey.State.choices, empty_label="any state")
    stage = django_filters.ChoiceFilter(choices=PLACES, empty_label="any stage")
    reason = django_filters.CharFilter()
    host = django_filters.CharFilter(method="of_host", label="Host")
    q = django_filters.CharFilter(method="has_text", label="Text")

    class Meta:
        model = Journey
        fields: list[str] = []

    def of_host(self, rows: QuerySet[Journey], _name: str, host: str) -> QuerySet[Journey]:
        part = Func("key", Value("/"), Value(3), function="split_part", output_field=TextField())
        return rows.alias(host=part).filter(host=host.lower())

    def has_text(self, rows: QuerySet[Journey], _name: str, text: str) -> QuerySet[Journey]:
        return rows.filter(Q(url__icontains=text) | Q(detail__icontains=text))


@require_safe
def journey_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The journeys of a run, filtered."""
    run = get_object_or_404(Run, pk=pk)
    chosen = JourneyFilter(request.GET, run.journeys.defer("said", "draft", "attempts", "found_in"))
    page = page_of_run(run, chosen.qs, request.GET, SHOWN)
    context = {
        "run": run,
        "filter": chosen,
        "page": page,
        "goes_on": page.older and len(page.rows) < SHOWN,
    }
    return render(request, "web/journeys.html", context)


def page_of_run(
    run: Run, rows: "QuerySet[Journey]", query: Mapping[str, str], size: int
) -> Page[Journey]:
    """A page of a run's journeys. Where no index helps it may be short although there are older ones to look at."""
    if query.get("q") or query.get("host"):
        if query.get("after"):
            return page_of(rows, query, size)
        return search_on(rows, run.journeys.all(), query, size)
    # The index knows which these are, but not in the order of the page: few are best taken from it and sorted.
    if any(query.get(name) for name in ("state", "stage", "reason")) and _are_few(rows):
        rows = rows.filter(pk__in=list(rows.order_by().values_list("pk", flat=True)[:FEW]))
    # First which ones, which an index tells; then these. A walk that reads each journey takes ten times as long.
    page = page_of(rows.only("run"), query, size)
    found = rows.in_bulk([journey.pk for journey in page.rows])
    return replace(page, rows=[found[journey.pk] for journey in page.rows if journey.pk in found])


def _are_few(rows: "QuerySet[Journey]") -> bool:
    return (
        rows.order_by().values("state")[: FEW + 1].count() <= FEW
    )  # the index alone tells: no journey is read


@require_safe
def journey_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole path of one URL in one run."""
    journey = get_object_or_404(
        Journey.objects.select_related("run", "snapshot", "article__source"), pk=pk
    )
    context = {
        "journey": journey,
        "steps": steps(journey),
        "said": said(journey),
        "others": Journey.objects.filter(key=journey.key)
        .exclude(pk=pk)
        .select_related("run")
        .order_by("-pk")[:10],
        "events": LogEvent.objects.filter(journey=pk)[:100],
    }
    return render(request, "web/journey.html", context)


def steps(journey: Journey) -> list[dict[str, Any]]:
    """Each stage: whether it is done, current or not reached, the seconds of its last work, and its tries."""
    at = STAGES.index(journey.stage)
    return [
        {
            "stage": stage,
            "reached": number <= at,
            "here": number == at,
            "seconds": journey.timings.get(stage),
            "attempts": [attempt for attempt in journey.attempts if attempt[0] == stage],
        }
        for number, stage in enumerate(STAGES)
        if stage in HEADER_STAGES
    ]


def said(journey: Journey) -> list[tuple[str, str]]:
    """What the source said of the article, where it said anything; the full html is only measured."""
    values = {name: value for name, value in journey.said.items() if value}
    if html := values.pop("html", None):
        values["content"] = f"{len(html):,} characters of html in the feed"
    return [
        (name, ", ".join(map(str, value)) if isinstance(value, list) else str(value))
        for name, value in values.items()
    ]


@require_safe
@vary_on_headers("HX-Request")  # a part, or a page of its own
def article_journeys(request: HttpRequest, pk: int) -> HttpResponse:
    """In which runs an article was met. A part of the article's page, or a page of its own."""
    article = get_object_or_404(Article, pk=pk)
    met = (
        Journey.objects.filter(article=article)
        .select_related("run", "snapshot")
        .order_by("-pk")[:10]
    )
    if getattr(request, "htmx", False):
        template = "web/_article_journeys.html"
    else:
        template = "web/article_journeys.html"
    return render(request, template, {"article": article, "journeys": met})


@require_POST
def extract_again(request: HttpRequest) -> HttpResponse:
    """A run that extracts the chosen articles anew from their stored pages."""
    try:
        preview = bool(request.POST.get("preview"))
        return redirect(
            control.extract_again(
                chosen(request.POST), by=request.user.get_username(), preview=preview
            )
        )
    except control.InvalidState as refused:
        messages.warning(request, f"Nothing to extract again: {refused}.")
        return back(request)


@require_safe
def stored_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The page as it was fetched."""
    return shown_as_stored(get_object_or_404(Snapshot.objects.select_related("body"), pk=pk))


def shown_as_stored(snapshot: Snapshot) -> HttpResponse:
    """It is a stranger's: it may not run, load, send or frame anything, and only our own pages may frame it."""
    kind = str(snapshot.headers.get("content-type", ""))
    response = HttpResponse(
        unpack(snapshot.body),
        content_type=kind if HTML.match(kind) else "text/plain; charset=utf-8",
    )
    response["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
    )
    return response
