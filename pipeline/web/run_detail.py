"""A run's page: its state, its stages, its timeline, its newest log lines."""

from typing import Any

import structlog
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from pipeline.broker.queues import STAGES
from pipeline.core.reasons import DRY_RUN
from pipeline.http.conditional import clock, polled, tag_of
from pipeline.models import Run
from pipeline.monitor.logs.filters import DEFAULT_LEVEL
from pipeline.monitor.models import LogEvent
from pipeline.summary.comparison import earlier, last_before
from pipeline.summary.progress import (
    Progress,
    medians,
    previewed,
    progress,
    seconds_left,
    stopping,
)
from pipeline.summary.timeline import HostStats, Lane, hosts, lanes
from pipeline.web.charts import HISTORY_LENGTH, run_history

log = structlog.get_logger(__name__)
ICONS = {  # of the browser's tab
    Run.State.DISCOVERING: "going",
    Run.State.RUNNING: "going",
    Run.State.FINISHED: "done",
    Run.State.INCOMPLETE: "failed",
    Run.State.FAILED: "failed",
}
LEVELS = [("", "All"), ("30", "Warnings"), ("40", "Errors")]
LINES = 15  # of the log on a run's page
MANY_LINES = 200  # to draw these takes longer than all the rest of the page
LANES_KEPT = (
    5  # seconds: to count a large run's log takes longer than all the rest of its page
)


@require_safe
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A run: how it goes, and in the end what came of it."""
    run = get_object_or_404(Run.objects.select_related("job"), pk=pk)
    before = list(
        earlier(run).defer("parameters", "source_requests", "notes", "address_reports")[
            : HISTORY_LENGTH - 1
        ]
    )
    counted = progress(run)
    lines = _log_lines(request, run)
    context = {
        "settings": _described(run.parameters),
        "strip": run_history([run, *before]) if before else [],
    }
    context |= {
        "etag": tag_of(request, _live_state(run, counted)),
        "log_etag": tag_of(request, _log_state(run, lines)),
    }
    return render(request, "web/run.html", _run_context(run, counted) | lines | context)


@require_safe
def run_live(request: HttpRequest, pk: int) -> HttpResponse:
    """The moving part of the run page. Once the run has ended it asks no more."""
    run = get_object_or_404(Run, pk=pk)
    counted = progress(run)
    context = lambda: _run_context(run, counted) | {"polled": True}  # noqa: E731
    return polled(request, "web/_run_live.html", _live_state(run, counted), context)


def _live_state(run: Run, counted: Progress) -> tuple[object, ...]:
    """All that the moving part is made from; its estimates and its lanes are of the clock too,
    while the run is on."""
    happened = run.events.order_by("-pk").values_list("pk", flat=True).first()
    return (
        run.pk,
        run.state,
        run.reason,
        run.finished_at,
        run.notes,
        run.address_reports,
        happened,
        run.discovery if run.state == Run.State.DISCOVERING else None,
        counted,
        None if run.ended else clock(),
    )


@require_safe
def run_log(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest lines of the run's log, of the level that somebody chose, and above."""
    run = get_object_or_404(Run, pk=pk)
    lines = _log_lines(request, run)
    state = _log_state(run, lines)
    return polled(
        request,
        "web/_run_log.html",
        state,
        lambda: lines | {"log_etag": tag_of(request, state)},
    )


def _log_state(run: Run, lines: dict[str, Any]) -> tuple[object, ...]:
    return (
        run.pk,
        run.ended,
        lines["level"],
        lines["goes_on"],
        [event.place for event in lines["events"]],
    )


def _log_lines(request: HttpRequest, run: Run) -> dict[str, Any]:
    level = request.GET.get("level", "")
    if level not in dict(LEVELS):
        level = ""
    if request.GET.get("lines") == str(MANY_LINES):
        shown = MANY_LINES
    else:
        shown = LINES
    least = int(level or DEFAULT_LEVEL)
    lines = list(LogEvent.objects.filter(run=run.pk, level__gte=least)[: shown + 1])
    context = {"run": run, "events": lines[:shown], "levels": LEVELS, "level": level}
    if shown > LINES:
        kept = f"&lines={shown}"
    else:
        kept = ""
    return context | {"goes_on": len(lines) > shown, "many": MANY_LINES, "kept": kept}


def _run_context(run: Run, counted: Progress) -> dict[str, Any]:
    now = timezone.now()
    began = run.started_at or run.created_at
    until = run.finished_at or now
    activity = {lane.stage: lane for lane in _lanes(run)}
    took = medians(run)
    preview_found = None
    if run.ended and run.parameters.get("dry_run") and counted.found:
        preview_found = previewed(counted)
    return {
        "run": run,
        "progress": counted,
        "preview_found": preview_found,
        "sum": _sum(counted),
        "warnings": _warnings(run),
        "reasons": [each for each in counted.reasons if each.reason != DRY_RUN],
        "cards": [
            (card, took.get(card.stage), activity.get(card.stage))
            for card in counted.cards
        ],
        "elapsed": (until - began).total_seconds(),
        "began": began,
        "now": now,
        "left": seconds_left(run, counted.states["pending"]),
        "stopping": stopping(run, counted),
        "may": _may(run, counted),
        "before": last_before(run) if run.ended else None,
        "history": list(run.events.all()[:100]),
        "title": _title(run, counted),
        "icon": ICONS.get(Run.State(run.state), "waiting"),
        "says": _says(run, counted),
        "summary_stages": _summary_stages(run),
    }


def _sum(counted: Progress) -> list[tuple[str, int, str]]:
    """(name, number, query of the URLs) of what the found URLs became, without those of which
    there are none."""
    in_preview = previewed(counted)
    parts = [("found in preview", in_preview, f"reason={DRY_RUN}")]
    for state, number in counted.states.items():
        if state == "skipped":
            number -= in_preview
        parts.append((state, number, f"state={state}"))
    return [part for part in parts if part[1]]


def _warnings(run: Run) -> list[str]:
    """The notes of discovery, without those on a start URL whose report says the same."""
    empty = (each["address"] for each in run.address_reports if not each["articles"])
    said = tuple(f"{address}: " for address in empty)
    return [note for note in map(str, run.notes) if not note.startswith(said)]


def _title(run: Run, counted: Progress) -> str:
    """Of the browser's tab."""
    if run.ended:
        return f"{run.state.capitalize()} · {str(run)[:60]}"
    return f"{counted.percent} % · {str(run)[:60]}"


def _summary_stages(run: Run) -> list[tuple[str, dict[str, Any]]]:
    """The durations of each stage, in the order of the stages."""
    if not run.summary:
        return []
    stages = run.summary["stages"]
    return [(stage, stages[stage]) for stage in STAGES if stage in stages]


def _lanes(run: Run) -> list[Lane]:
    """When each stage worked, counted every few seconds."""
    key = f"lanes-{run.pk}-{run.state}-{run.finished_at}".replace(" ", "_")
    found: list[Lane] | None = cache.get_or_set(key, lambda: lanes(run), LANES_KEPT)
    return found or []


def _says(run: Run, counted: Progress) -> str:
    """What is read out when it changes: the state, and while the run goes on its first stage that
    has work."""
    busy = next(
        (card.stage for card in counted.cards if card.waiting + card.in_progress), ""
    )
    if run.state == Run.State.RUNNING and busy:
        return f"{run}: {busy}."
    if run.ended:
        return f"{run}: {run.state}. {run.reason}".strip()
    return f"{run}: {run.state}."


def _may(run: Run, counted: Progress) -> set[str]:
    """What the run's state allows a person to do."""
    if run.ended:
        if counted.states["failed"] + counted.states["pending"]:
            return {"retry"}
        return set()
    steering = {Run.State.RUNNING: {"pause"}, Run.State.PAUSED: {"resume"}}.get(
        Run.State(run.state), set()
    )
    if run.state in (Run.State.QUEUED, Run.State.RUNNING, Run.State.PAUSED):
        steering = steering | {"change"}
    return steering | ({"cancel"} if run.state != Run.State.CANCELLING else set())


def _described(parameters: dict[str, Any]) -> list[tuple[str, str]]:
    """The parameters that were set, other than the addresses, as (name, value)."""
    names = (
        "since",
        "until",
        "skip",
        "limit",
        "include",
        "exclude",
        "language",
        "refetch",
    )
    shown = ((name, parameters.get(name)) for name in names)
    return [
        (name, ", ".join(value) if isinstance(value, list) else str(value))
        for name, value in shown
        if value
    ]


@require_safe
@vary_on_headers("HX-Request")  # a part, or a page of its own
def run_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """When each stage worked, and how the hosts answer: a slower part of the run page."""
    run = get_object_or_404(Run, pk=pk)
    drawn = _lanes(run)
    lines = hosts(run)
    context = {"run": run, "lanes": drawn, "hosts": lines}
    if not getattr(request, "htmx", False):
        return render(request, "web/run_timeline.html", context)
    state = (run.pk, run.ended, drawn, [_seen(line) for line in lines])
    return polled(request, "web/_run_timeline.html", state, lambda: context)


def _seen(line: HostStats) -> tuple[object, ...]:
    """What is shown of a host; its row is a model, which only says which one it is."""
    if line.row:
        row = {
            name: value for name, value in vars(line.row).items() if name != "_state"
        }
    else:
        row = None
    return (
        line.name,
        line.found,
        line.ended,
        line.failed,
        line.share,
        line.waits,
        line.resting,
        row,
    )
