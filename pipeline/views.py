"""Launch a run, follow it, stop it."""

from typing import Any

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError as BrokerError

from pipeline import runs
from pipeline.addresses import read_addresses
from pipeline.forms import LaunchForm
from pipeline.models import Run
from pipeline.monitor.models import LogEvent
from pipeline.paging import Page, page_of
from pipeline.progress import Progress, progress, seconds_left
from pipeline.queues import STAGES
from pipeline.timeline import hosts, lanes

log = structlog.get_logger(__name__)
VERBS = {"cancel": runs.cancel, "pause": runs.pause, "resume": runs.resume, "retry": runs.retry_failed}
LONGEST_LOOK = 50_000  # characters of the form that are looked at while somebody types
NO_BROKER = (
    "The message broker does not answer, so no run was made. What you typed is still here: try again in a moment."
)


def launch(request: HttpRequest) -> HttpResponse:
    """The form and the latest runs; a sent form becomes a run."""
    if request.method != "POST":
        return _launch_page(request, LaunchForm(initial=_again(request)))
    form = LaunchForm(request.POST)
    if not form.is_valid():
        return _launch_page(request, form, 422)
    try:
        run = _launched(form, request.user.get_username())
    except BrokerError as error:
        log.error("launch_refused", error=str(error))
        form.add_error(None, NO_BROKER)
        return _launch_page(request, form, 503)
    return HttpResponseRedirect(run.get_absolute_url(), status=303)


@require_POST
def understood(request: HttpRequest) -> HttpResponse:
    """What the addresses typed so far are taken for."""
    text = request.POST.get("addresses", "")[:LONGEST_LOOK]
    good, bad = read_addresses(text)
    return render(request, "pipeline/_understood.html", {"good": good, "bad": bad, "most": settings.MAX_ADDRESSES})


def _launched(form: LaunchForm, by: str) -> Run:
    return runs.launch(form.parameters, by=by, name=form.cleaned_data["name"], key=form.idempotency_key)


def _again(request: HttpRequest) -> dict[str, Any]:
    """`?again=ID` fills the form with the wishes of an earlier run, `?addresses=` with addresses."""
    number = request.GET.get("again", "")
    run = Run.objects.filter(pk=number).first() if number.isdecimal() and len(number) < 18 else None
    if run is None:
        return {"addresses": request.GET.get("addresses", "")}
    lists = {name: "\n".join(run.parameters.get(name) or []) for name in ("addresses", "include", "exclude")}
    return {**run.parameters, **lists, "name": run.name}


def _launch_page(request: HttpRequest, form: LaunchForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "runs": Run.objects.all()[:8], "max_addresses": settings.MAX_ADDRESSES}
    return render(request, "pipeline/launch.html", context, status=status)


@require_safe
def run_list(request: HttpRequest) -> HttpResponse:
    """All runs, newest first."""
    page: Page[Run] = page_of(Run.objects.all(), request.GET, 50)
    return render(request, "pipeline/runs.html", {"page": page})


@require_safe
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A run: how it goes, and in the end what came of it."""
    return render(request, "pipeline/run.html", _run_context(get_object_or_404(Run, pk=pk)))


@require_safe
def run_live(request: HttpRequest, pk: int) -> HttpResponse:
    """The moving part of the run page. Once the run has ended it asks no more."""
    context = _run_context(get_object_or_404(Run, pk=pk)) | {"polled": True}
    return render(request, "pipeline/_run_live.html", context)


def _run_context(run: Run) -> dict[str, Any]:
    counted = progress(run)
    began, until = run.started or run.created, run.finished or timezone.now()
    return {
        "run": run,
        "progress": counted,
        "elapsed": (until - began).total_seconds(),
        "left": seconds_left(run, counted.states["pending"]),
        "may": _may(run, counted),
        "before": _before(run) if run.ended else None,
        "events": LogEvent.objects.filter(run=run.pk)[:15],
        "wishes": _wishes(run.parameters),
        "summary_stages": [(s, run.summary["stages"][s]) for s in STAGES if s in run.summary["stages"]]
        if run.summary
        else [],
    }


def _may(run: Run, counted: Progress) -> set[str]:
    """What the run's state allows a person to do."""
    if run.ended:
        return {"retry"} if counted.states["failed"] + counted.states["pending"] else set()
    steering = {Run.State.RUNNING: {"pause"}, Run.State.PAUSED: {"resume"}}.get(Run.State(run.state), set())
    return steering | ({"cancel"} if run.state != Run.State.CANCELLING else set())


def _before(run: Run) -> Run | None:
    """The last run before this one that asked for the same addresses and came to its end."""
    same = Run.objects.filter(parameters__addresses=run.addresses, pk__lt=run.pk, state=Run.State.FINISHED)
    return same.exclude(found=0).first()


def _wishes(parameters: dict[str, Any]) -> list[tuple[str, str]]:
    """The parameters that were set, other than the addresses, as (name, value)."""
    shown = (
        (name, parameters.get(name)) for name in ("since", "until", "skip", "limit", "include", "exclude", "refetch")
    )
    return [(name, ", ".join(value) if isinstance(value, list) else str(value)) for name, value in shown if value]


@require_safe
def run_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """When each stage worked, and how the hosts answer: a slower part of the run page."""
    run = get_object_or_404(Run, pk=pk)
    context = {"run": run, "lanes": lanes(run), "hosts": hosts(run)}
    return render(request, "pipeline/_run_timeline.html", context)


@require_POST
def run_steer(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Cancels, pauses, resumes the run, or sends its failed URLs again."""
    run = get_object_or_404(Run, pk=pk)
    try:
        VERBS[verb](run.pk, by=request.user.get_username())
    except KeyError:
        raise Http404 from None
    except runs.NotPossible as refused:
        messages.warning(request, str(refused))
    return redirect(run)
