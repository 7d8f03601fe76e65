"""The other tabs of a run's page: its timeline, its hosts, its log, its settings."""

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from pipeline.broker.queues import STAGES
from pipeline.http.conditional import polled, tag_of
from pipeline.models import Run
from pipeline.monitor.logs.filters import DEFAULT_LEVEL
from pipeline.monitor.models import LogEvent
from pipeline.summary.comparison import earlier
from pipeline.summary.progress import Progress, medians, progress
from pipeline.summary.timeline import HostStats, Lane, hosts, lanes
from pipeline.web.charts import HISTORY_LENGTH, run_history
from pipeline.web.run_detail import tab_context

LEVELS = [
    ("", gettext_noop("All")),
    ("30", gettext_noop("Warnings")),
    ("40", gettext_noop("Errors")),
]
LINES = 50  # of the log
MANY_LINES = 500
LANES_KEPT = 5  # seconds: a large run's log takes long to count
EVENTS_SHOWN = 100


@require_safe
@vary_on_headers("HX-Request")  # a part, or a page of its own
def run_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """When each stage worked, how long it took, and how the run went from state to state."""
    run = get_object_or_404(Run, pk=pk)
    counted = progress(run)
    drawn = _lanes(run)
    events = list(run.events.all()[:EVENTS_SHOWN])
    context = {
        "run": run,
        "lanes": drawn,
        "history": events,
        "cards": _cards(run, counted),
        "summary_stages": _summary_stages(run),
    }
    state = (run.pk, run.ended, drawn, counted, [event.pk for event in events])
    context["etag"] = tag_of(request, state)
    if getattr(request, "htmx", False):
        return polled(request, "web/_run_timeline.html", state, lambda: context)
    context |= tab_context(request, run, "timeline")
    return render(request, "web/run_timeline.html", context)


def _cards(run: Run, counted: Progress) -> list[tuple[Any, float | None]]:
    """Each stage with the seconds that a URL typically takes there."""
    took = medians(run)
    return [(card, took.get(card.stage)) for card in counted.cards]


def _summary_stages(run: Run) -> list[tuple[str, dict[str, Any]]]:
    """Return the durations of each stage, in the order of the stages."""
    if not run.summary:
        return []
    stages = run.summary["stages"]
    return [(stage, stages[stage]) for stage in STAGES if stage in stages]


def _lanes(run: Run) -> list[Lane]:
    """When each stage worked, counted every few seconds."""
    key = f"lanes-{run.pk}-{run.state}-{run.finished_at}".replace(" ", "_")
    found: list[Lane] | None = cache.get_or_set(key, lambda: lanes(run), LANES_KEPT)
    return found or []


@require_safe
@vary_on_headers("HX-Request")  # a part, or a page of its own
def run_hosts(request: HttpRequest, pk: int) -> HttpResponse:
    """How each host of the run answers, and at what pace it is asked."""
    run = get_object_or_404(Run, pk=pk)
    lines = hosts(run)
    state = (run.pk, run.ended, [_seen(line) for line in lines])
    context = {"run": run, "hosts": lines, "etag": tag_of(request, state)}
    if getattr(request, "htmx", False):
        return polled(request, "web/_run_hosts.html", state, lambda: context)
    context |= tab_context(request, run, "hosts")
    return render(request, "web/run_hosts.html", context)


def _seen(line: HostStats) -> tuple[object, ...]:
    """Return what is shown of a host; its row is a model, which only says which one it is."""
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


@require_safe
@vary_on_headers("HX-Request")  # a part, or a page of its own
def run_log(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the newest lines of the run's log, of the level that somebody chose, and above."""
    run = get_object_or_404(Run, pk=pk)
    lines = _log_lines(request, run)
    state = _log_state(run, lines)
    lines["log_etag"] = tag_of(request, state)
    if getattr(request, "htmx", False):
        return polled(request, "web/_run_log.html", state, lambda: lines)
    context = tab_context(request, run, "logs")
    return render(request, "web/run_log.html", context | lines)


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
    context = {
        "run": run,
        "events": lines[:shown],
        "levels": [(value, _(label)) for value, label in LEVELS],
        "level": level,
    }
    if shown > LINES:
        kept = f"&lines={shown}"
    else:
        kept = ""
    return context | {"goes_on": len(lines) > shown, "many": MANY_LINES, "kept": kept}


@require_safe
def run_settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the run was started with, what discovery requested, and earlier runs of the same
    URLs."""
    run = get_object_or_404(Run.objects.select_related("job"), pk=pk)
    before = list(
        earlier(run).defer("parameters", "source_requests", "notes", "address_reports")[
            : HISTORY_LENGTH - 1
        ]
    )
    strip = []
    if before:
        strip = run_history([run, *before])
    context = tab_context(request, run, "settings")
    context |= {"settings": _described(run.parameters), "strip": strip}
    return render(request, "web/run_settings.html", context)


def _described(parameters: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the parameters that were set, other than the addresses, as (name, value)."""
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
