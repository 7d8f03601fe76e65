"""A run's page: its head with what can be done, and how it goes."""

from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from pipeline.core.reasons import DRY_RUN
from pipeline.http.conditional import clock, polled, tag_of
from pipeline.models import Run
from pipeline.monitor.workers.trouble import paused_stages, time_left, troubles
from pipeline.summary.attempts import work_of
from pipeline.summary.comparison import last_before
from pipeline.summary.progress import (
    Progress,
    Reason,
    previewed,
    progress,
    stopping,
)
from pipeline.web import flow

log = structlog.get_logger(__name__)
ICONS = {  # of the browser's tab
    Run.State.DISCOVERING: "going",
    Run.State.RUNNING: "going",
    Run.State.FINISHED: "done",
    Run.State.INCOMPLETE: "failed",
    Run.State.FAILED: "failed",
}
TABS = [
    ("overview", gettext_noop("Overview"), "run"),
    ("urls", "URLs", "journeys"),
    ("timeline", gettext_noop("Timeline"), "run-timeline"),
    ("hosts", gettext_noop("Hosts"), "run-hosts"),
    ("logs", gettext_noop("Logs"), "run-log"),
    ("settings", gettext_noop("Settings"), "run-settings"),
]
FAILED_TEXTS = {
    Run.State.FAILED: gettext_noop("The run failed"),
    Run.State.INCOMPLETE: gettext_noop("The run ended before all URLs were done"),
}


@require_safe
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a run: how it goes, and in the end what came of it."""
    run = get_object_or_404(Run.objects.select_related("job"), pk=pk)
    counted = progress(run)
    context = run_head_context(run, counted, "overview")
    context |= _run_context(run, counted)
    context["etag"] = tag_of(request, _live_state(run, counted))
    return render(request, "web/run.html", context)


@require_safe
def run_live(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the moving part of the run page. Once the run has ended it asks no more."""
    run = get_object_or_404(Run, pk=pk)
    counted = progress(run)

    def context() -> dict[str, Any]:
        head = run_head_context(run, counted, "overview")
        return head | _run_context(run, counted) | {"polled": True}

    return polled(request, "web/_run_live.html", _live_state(run, counted), context)


@require_safe
def run_head(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the head of a run's other tabs: its state, and what can be done with it."""
    run = get_object_or_404(Run, pk=pk)
    counted = progress(run)
    state = head_state(run, counted)

    def context() -> dict[str, Any]:
        tag = tag_of(request, state)
        return run_head_context(run, counted, "", moves=True) | {"head_etag": tag}

    return polled(request, "web/_run_head.html", state, context)


def head_state(run: Run, counted: Progress) -> tuple[object, ...]:
    """All that the head of a run's page is made from."""
    return (run.pk, run.state, run.reason, run.finished_at, counted)


def tab_context(request: HttpRequest, run: Run, tab: str) -> dict[str, Any]:
    """Return what a tab of a run's page shows around itself; its head moves by itself."""
    counted = progress(run)
    head = run_head_context(run, counted, tab, moves=True)
    return head | {"head_etag": tag_of(request, head_state(run, counted))}


def run_head_context(
    run: Run, counted: Progress, tab: str, moves: bool = False
) -> dict[str, Any]:
    """Return the head of every page of a run: its state, its tabs, and what can be done with it."""
    return {
        "run": run,
        "progress": counted,
        "tab": tab,
        "tabs": [(name, _(label), route) for name, label, route in TABS],
        "head_moves": moves,
        "may": _may(run, counted),
        "before": last_before(run) if run.ended else None,
        "stopping": stopping(run, counted),
        "preview_found": _preview_found(run, counted),
        "failed_text": _failed_text(run),
        "title": _title(run, counted),
        "icon": ICONS.get(Run.State(run.state), "waiting"),
        "says": _says(run, counted),
    }


def _preview_found(run: Run, counted: Progress) -> int | None:
    """How many articles a preview found; None where the run is none, or is still on."""
    if run.ended and run.parameters.get("dry_run") and counted.found:
        return previewed(counted)
    return None


def _live_state(run: Run, counted: Progress) -> tuple[object, ...]:
    """All that the moving part is made from; its estimates are of the clock too, while the run
    is on."""
    return (
        run.pk,
        run.state,
        run.reason,
        run.finished_at,
        run.notes,
        run.address_reports,
        run.discovery if run.state == Run.State.DISCOVERING else None,
        counted,
        troubles(run, counted),
        paused_stages(run, counted),
        None if run.ended else clock(),
    )


def _run_context(run: Run, counted: Progress) -> dict[str, Any]:
    now = timezone.now()
    work = work_of(run, now)
    paused = paused_stages(run, counted)
    held_up = troubles(run, counted, now)
    return {
        "pictures": _pictures(counted),
        "troubles": held_up,
        "paused_stages": paused,
        "sum": _sum(counted),
        "warnings": _warnings(run),
        "reasons": _reasons(counted),
        "elapsed": work.took.total_seconds(),
        "attempts": work.attempts,
        "began": work.began,
        "now": now,
        "left": None if paused else time_left(run, counted, held_up, now),
    }


def _reasons(counted: Progress) -> list[Reason]:
    """Why URLs were not saved: the failed ones first, which something may be done about."""
    listed = [each for each in counted.reasons if each.reason != DRY_RUN]
    return sorted(listed, key=lambda each: each.state != "failed")


def _pictures(counted: Progress) -> list[flow.Picture]:
    """Return the pipeline drawn for wide and for narrow screens; nothing where nothing was
    found."""
    if not counted.found:
        return []
    flows = flow.flow_of(counted)
    return [flow.across(flows), flow.upright(flows)]


def _failed_text(run: Run) -> str:
    text = FAILED_TEXTS.get(Run.State(run.state))
    return _(text) if text else ""


def _sum(counted: Progress) -> list[tuple[str, int, str]]:
    """(name, number, query of the URLs) of what the found URLs became, without those of which
    there are none."""
    in_preview = previewed(counted)
    parts = [(gettext_noop("found in preview"), in_preview, f"reason={DRY_RUN}")]
    for state, number in counted.states.items():
        if state == "skipped":
            number -= in_preview
        parts.append((state, number, f"state={state}"))
    return [part for part in parts if part[1]]


def _warnings(run: Run) -> list[str]:
    """Return the notes of discovery, without those on a start URL whose report says the same."""
    empty = (each["address"] for each in run.address_reports if not each["articles"])
    said = tuple(f"{address}: " for address in empty)
    return [note for note in map(str, run.notes) if not note.startswith(said)]


def _title(run: Run, counted: Progress) -> str:
    """Of the browser's tab."""
    if run.ended:
        return f"{run.state.capitalize()} · {str(run)[:60]}"
    return f"{counted.percent} % · {str(run)[:60]}"


def _says(run: Run, counted: Progress) -> str:
    """Return what is read out when it changes: the state, and while the run goes on its first stage
    that has work."""
    busy = next(
        (card.stage for card in counted.cards if card.waiting + card.in_progress), ""
    )
    if run.state == Run.State.RUNNING and busy:
        return f"{run}: {busy}."
    if run.ended:
        return f"{run}: {run.state}. {run.reason}".strip()
    return f"{run}: {run.state}."


def _may(run: Run, counted: Progress) -> set[str]:
    """Return what the run's state allows a person to do."""
    if run.ended:
        failed = counted.states["failed"] + counted.states["pending"]
        if failed and not run.urls_removed_at:
            return {"retry"}
        return set()
    steering = {Run.State.RUNNING: {"pause"}, Run.State.PAUSED: {"resume"}}.get(
        Run.State(run.state), set()
    )
    if run.state in (Run.State.QUEUED, Run.State.RUNNING, Run.State.PAUSED):
        steering = steering | {"change"}
    return steering | ({"cancel"} if run.state != Run.State.CANCELLING else set())
