"""The URLs of a run, what can be done with chosen ones, and the whole path of one URL."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.paging import Page
from catalog.told import counted
from pipeline.access.roles import Role, role_in
from pipeline.broker.queues import HEADER_STAGES, STAGES
from pipeline.exports import urls as urls_export
from pipeline.http.conditional import clock, polled, tag_of
from pipeline.journeys.queries import JourneyFilter, page_of_run
from pipeline.models import Journey, Run
from pipeline.models.journey import JourneyQuerySet
from pipeline.monitor.logs.filters import DEFAULT_LEVEL
from pipeline.monitor.models import LogEvent
from pipeline.runs.control import InvalidState
from pipeline.runs.redo import ACTIONS, redo
from pipeline.summary.progress import Progress, progress
from pipeline.web.journey_facets import FIELDS, facets, matching
from pipeline.web.run_detail import head_state, run_head_context

SHOWN = 100
TOLD_SECONDS = 60  # that an "Ended just now" may be old


@require_safe
@vary_on_headers("HX-Request")  # a part, or a page of its own
def journey_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the URLs of a run, filtered, with facets and what can be done with them."""
    run = get_object_or_404(Run.objects.select_related("job"), pk=pk)
    counted = progress(run)
    chosen = JourneyFilter(
        request.GET,
        run.journeys.defer("source_metadata", "attempts", "found_in"),
    )
    page = page_of_run(run, chosen.qs, request.GET, SHOWN)
    state = _list_state(request, run, counted, page)

    def context() -> dict[str, Any]:
        return run_head_context(run, counted, "urls") | {
            "filter": chosen,
            "facets": facets(run, counted, request.GET, chosen.qs),
            "matching": matching(counted, request.GET),
            "fields": [(name, request.GET.get(name, "")) for name in FIELDS],
            "actions": ACTIONS.items(),
            "may_redo": _may_redo(request, run),
            "page": page,
            "goes_on": page.older and len(page.rows) < SHOWN,
        }

    if getattr(request, "htmx", False):
        return polled(
            request,
            "web/_journeys_live.html",
            state,
            lambda: context() | {"polled": True},
        )
    whole = context() | {"etag": tag_of(request, state)}
    return render(request, "web/journeys.html", whole)


def _list_state(
    request: HttpRequest, run: Run, counted: Progress, page: Page[Journey]
) -> tuple[object, ...]:
    """All that the list, its facets and the head are made from; times that are told as "just now"
    are of the clock, too, while the run is on."""
    shown = [
        (row.pk, row.state, row.stage, row.in_progress, row.reason, row.detail)
        for row in page.rows
    ]
    asked = sorted(request.GET.items())
    told_at = None if run.ended else clock(TOLD_SECONDS)
    return head_state(run, counted), asked, shown, page.older, page.newer, told_at


def _may_redo(request: HttpRequest, run: Run) -> bool:
    """Whether who asks may retry or fetch URLs of this run."""
    is_preview = bool(run.parameters.get("dry_run"))
    is_operator = (role_in(request) or 0) >= Role.OPERATOR
    return is_operator and run.ended and not is_preview and not run.urls_removed_at


@require_POST
def journeys_do(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Retries the chosen URLs of a run, fetches them again, or saves them anyway."""
    run = get_object_or_404(Run, pk=pk)
    action = ACTIONS.get(verb)
    if action is None:
        raise Http404
    try:
        number = redo(run.pk, action, _chosen(request, run), _user(request))
    except InvalidState as refused:
        messages.warning(request, f"{refused}.")
        return redirect(f"{reverse('journeys', args=[run.pk])}?{_filters(request)}")
    messages.success(request, _done(verb, number))
    return redirect(run)


def _done(verb: str, number: int) -> str:
    """Return what was done to so many URLs, as a sentence."""
    if verb == "retry":
        return counted(
            "%(number)s URL sent again.", "%(number)s URLs sent again.", number
        )
    if verb == "fetch":
        return counted(
            "%(number)s URL fetched again.",
            "%(number)s URLs fetched again.",
            number,
        )
    return counted(
        "%(number)s URL to be saved in spite of the rules.",
        "%(number)s URLs to be saved in spite of the rules.",
        number,
    )


def _chosen(request: HttpRequest, run: Run) -> JourneyQuerySet:
    """All that match the filters that were sent, or those that are ticked."""
    rows: JourneyQuerySet = run.journeys.all()
    if request.POST.get("all"):
        found: JourneyQuerySet = JourneyFilter(request.POST, rows).qs
        return found
    ids = [each for each in request.POST.getlist("id") if each.isdecimal()]
    return rows.filter(pk__in=ids[:SHOWN])


def _filters(request: HttpRequest) -> str:
    kept = {name: request.POST.get(name, "") for name in FIELDS}
    return urlencode({name: value for name, value in kept.items() if value})


def _user(request: HttpRequest) -> str:
    return request.user.get_username()


@require_safe
def journeys_export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Stream the URLs of a run that match the filters, as CSV."""
    run = get_object_or_404(Run, pk=pk)
    rows = JourneyFilter(request.GET, run.journeys.all()).qs
    response = StreamingHttpResponse(
        urls_export.table(rows), content_type="text/csv; charset=utf-8"
    )
    name = f"run-{run.pk}-urls.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def journey_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the whole path of one URL in one run."""
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
        "events": LogEvent.objects.filter(journey=pk, level__gte=DEFAULT_LEVEL)[:100],
    }
    return render(request, "web/journey.html", context)


def steps(journey: Journey) -> list[dict[str, Any]]:
    """Each stage: whether it is done, current or not reached, the seconds of its last work, and
    its tries."""
    at = STAGES.index(journey.stage)
    return [
        {
            "stage": stage,
            "reached": number <= at,
            "here": number == at,
            "seconds": journey.timings.get(stage),
            "attempts": [
                attempt for attempt in journey.attempts if attempt[0] == stage
            ],
        }
        for number, stage in enumerate(STAGES)
        if stage in HEADER_STAGES
    ]


def said(journey: Journey) -> list[tuple[str, str]]:
    """Return what the source said of the article, where it said anything; the full html is only
    measured."""
    values = {name: value for name, value in journey.source_metadata.items() if value}
    if html := values.pop("html", None):
        values["content"] = counted(
            "%(number)s character of HTML in the feed",
            "%(number)s characters of HTML in the feed",
            len(html),
        )
    return [
        (name, ", ".join(map(str, value)) if isinstance(value, list) else str(value))
        for name, value in values.items()
    ]
