"""The journeys of a run, and the whole path of one URL."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from pipeline.broker.queues import HEADER_STAGES, STAGES
from pipeline.journeys.queries import JourneyFilter, page_of_run
from pipeline.models import Journey, Run
from pipeline.monitor.logs.filters import DEFAULT_LEVEL
from pipeline.monitor.models import LogEvent

SHOWN = 100


@require_safe
def journey_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The journeys of a run, filtered."""
    run = get_object_or_404(Run, pk=pk)
    chosen = JourneyFilter(
        request.GET,
        run.journeys.defer("source_metadata", "draft", "attempts", "found_in"),
    )
    page = page_of_run(run, chosen.qs, request.GET, SHOWN)
    context = {
        "run": run,
        "filter": chosen,
        "page": page,
        "goes_on": page.older and len(page.rows) < SHOWN,
    }
    return render(request, "web/journeys.html", context)


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
    """What the source said of the article, where it said anything; the full html is only
    measured."""
    values = {name: value for name, value in journey.source_metadata.items() if value}
    if html := values.pop("html", None):
        values["content"] = f"{len(html):,} characters of html in the feed"
    return [
        (name, ", ".join(map(str, value)) if isinstance(value, list) else str(value))
        for name, value in values.items()
    ]
