"""Jobs: the list, one with its runs, the form, and what can be done with one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.models import Source
from catalog.paging import Page, page_of, parse_id
from pipeline.http.conditional import polled, tag_of
from pipeline.models import Job, Journey, Run
from pipeline.runs import jobs, schedules, sources
from pipeline.runs.control import InvalidState
from pipeline.runs.filters import JobFilter
from pipeline.runs.forms import LaunchForm, typed
from pipeline.runs.job_forms import JobForm, ScheduleForm, of_job
from pipeline.summary.progress import running_progress
from pipeline.web.charts import HISTORY_BAR_WIDTH, HISTORY_LENGTH, run_grid, run_history
from pipeline.web.runs import list_state

SHOWN = 50
OPTION_LABELS = {"addresses": "URLs"}
SUMS = ("found", *Journey.State.values[1:])


@require_safe
@vary_on_headers("HX-Request")  # the table alone, or the page
def job_list(request: HttpRequest) -> HttpResponse:
    """Show the jobs that match: when next, and how the last runs went; the table updates itself."""
    known = Job.objects.select_related("schedule__interval", "schedule__crontab")
    chosen = JobFilter(request.GET, known)
    page: Page[Job] = page_of(chosen.qs, request.GET, SHOWN)
    runs = jobs.last_runs(page.rows, HISTORY_LENGTH)
    lines = [_line(job, runs[job.pk]) for job in page.rows]
    newest = [run for job in page.rows for run in runs[job.pk][:1]]
    counted = running_progress(newest)
    state = ([_line_state(line) for line in lines], list_state(newest, counted))
    context = {
        "page": page,
        "lines": lines,
        "running_progress": counted,
        "filter": chosen,
        "filtered": any(request.GET.get(name) for name in chosen.filters),
        "etag": tag_of(request, state),
    }
    if getattr(request, "htmx", False):
        return polled(request, "web/_jobs.html", state, lambda: context)
    return render(request, "web/jobs.html", context)


def _line_state(line: dict[str, Any]) -> tuple[object, ...]:
    """All that a line of the list is made from, but its runs."""
    return (
        line["job"].pk,
        str(line["job"]),
        line["schedule"],
        line["paused"],
        line["next"][:1],
        line["rests"],
        len(line["strip"]),
    )


def _line(job: Job, runs: list[Run]) -> dict[str, Any]:
    task = job.schedule
    return {
        "job": job,
        "schedule": schedules.describe(schedules.schedule_of(task)) if task else "",
        "paused": bool(task and not task.enabled),
        "next": schedules.next_times(task) if task else [],
        "rests": jobs.rests_until(job, last=runs),
        "last": runs[0] if runs else None,
        "strip": run_history(runs),
        "wide": len(runs[:HISTORY_LENGTH]) * HISTORY_BAR_WIDTH,
        "grid": run_grid(runs),
    }


@require_safe
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One job: its options, its next times, its runs and their sums."""
    job = get_object_or_404(
        Job.objects.select_related("schedule__interval", "schedule__crontab"), pk=pk
    )
    page: Page[Run] = page_of(Run.objects.filter(job=job), request.GET, SHOWN)
    line = _line(job, jobs.last_runs([job], HISTORY_LENGTH)[job.pk])
    sums = Run.objects.filter(job=job).aggregate(
        **{name: Sum(name, default=0) for name in SUMS}
    )
    options = [
        (OPTION_LABELS.get(name, name), _text(value))
        for name, value in job.parameters.items()
        if value
    ]
    context = {
        **line,
        "page": page,
        "sums": sums,
        "options": options,
        "running_progress": running_progress(page.rows),
    }
    return render(request, "web/job.html", context)


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value


def job_new(request: HttpRequest) -> HttpResponse:
    """Show the form of a new job; sent, it becomes a job."""
    if request.method == "POST":
        return _save(request, JobForm(request.POST))
    return _form_page(request, JobForm(initial=_initial(request)))


def _initial(request: HttpRequest) -> dict[str, Any] | None:
    """`?run=` fills the form with the options of a run, `?source=` with the URLs of a source."""
    source = Source.objects.filter(pk=parse_id(request.GET.get("source")) or 0).first()
    if source:
        addresses = sources.addresses_of(source)
        return {"addresses": "\n".join(addresses), "name": str(source)}
    run = Run.objects.filter(pk=parse_id(request.GET.get("run")) or 0).first()
    if run:
        return {**typed(run.parameters), "name": run.name}
    return None


@require_POST
def job_draft(request: HttpRequest) -> HttpResponse:
    """Show the form of a new job, filled with what was typed into the launch form. Changes
    nothing."""
    return _form_page(
        request,
        JobForm(
            initial={
                name: request.POST.get(name, "") for name in LaunchForm.base_fields
            }
        ),
    )


def job_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the same form for a job that is there."""
    job = get_object_or_404(
        Job.objects.select_related("schedule__interval", "schedule__crontab"), pk=pk
    )
    if request.method == "POST":
        return _save(request, JobForm(request.POST, job=job))
    return _form_page(request, JobForm(initial=of_job(job), job=job))


def _save(request: HttpRequest, form: JobForm) -> HttpResponse:
    if not form.is_valid():
        return _form_page(request, form, 422)
    job = jobs.save(
        form.cleaned_data["name"], form.parameters, form.words, form.zone, job=form.job
    )
    messages.success(request, _("Job saved: %(name)s.") % {"name": job})
    return HttpResponseRedirect(reverse("job", args=[job.pk]), status=303)


def _form_page(request: HttpRequest, form: JobForm, status: int = 200) -> HttpResponse:
    if form.job:
        action = reverse("job-edit", args=[form.job.pk])
    else:
        action = reverse("job-new")
    return render(
        request, "web/job_form.html", {"form": form, "action": action}, status=status
    )


@require_safe
def job_next(request: HttpRequest) -> HttpResponse:
    """When a schedule that is being typed would come: a part of the form."""
    form = ScheduleForm(request.GET)
    moments = []
    if form.is_valid() and form.words:
        moments = schedules.moments(schedules.parse(form.words, form.zone))
    return render(
        request,
        "web/_next_times.html",
        {"form": form, "moments": moments, "now": timezone.now()},
    )


@require_POST
def job_do(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Show starts, pauses, resumes or removes the job."""
    job = get_object_or_404(Job.objects.select_related("schedule"), pk=pk)
    try:
        if verb == "start":
            return redirect(jobs.start(job, by=request.user.get_username()))
        if verb == "remove":
            jobs.remove(job)
            deleted = _("Job deleted: %(name)s. Its runs stay.")
            messages.success(request, deleted % {"name": job})
            return redirect("jobs")
        if verb not in ("pause", "resume"):
            raise Http404
        jobs.switch(job, verb == "resume")
    except (InvalidState, ValidationError) as refused:
        messages.warning(request, f"{refused}."[:300])
    return redirect("job", pk=pk)
