"""Jobs: the list, one with its runs, the form, and what can be done with one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F, Sum, Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Source
from catalog.paging import Page, page_of, parse_id
from pipeline.models import Job, Journey, Run
from pipeline.runs import jobs, schedules, sources
from pipeline.runs.control import InvalidState
from pipeline.runs.forms import LaunchForm, typed
from pipeline.runs.job_forms import JobForm, ScheduleForm, of_job
from pipeline.summary.progress import running_progress
from pipeline.web.charts import HISTORY_BAR_WIDTH, HISTORY_LENGTH, run_history

SHOWN = 50
SUMS = ("found", *Journey.State.values[1:])


@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """All jobs: when next, and how the last runs went."""
    page: Page[Job] = page_of(
        Job.objects.select_related("schedule__interval", "schedule__crontab"),
        request.GET,
        SHOWN,
    )
    runs = _last_runs(page.rows)
    return render(
        request,
        "web/jobs.html",
        {"page": page, "lines": [_line(job, runs[job.pk]) for job in page.rows]},
    )


def _last_runs(rows: list[Job]) -> dict[int, list[Run]]:
    """The newest runs of each job, in one query."""
    numbered = Run.objects.filter(job__in=rows).annotate(
        nth=Window(RowNumber(), partition_by="job", order_by=F("id").desc())
    )
    found: dict[int, list[Run]] = {job.pk: [] for job in rows}
    for run in (
        numbered.filter(nth__lte=HISTORY_LENGTH)
        .defer("parameters", "source_requests", "notes", "address_reports")
        .order_by("-id")
    ):
        found[run.job_id].append(run)  # type: ignore[index]
    return found


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
    }


@require_safe
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One job: its options, its next times, its runs and their sums."""
    job = get_object_or_404(
        Job.objects.select_related("schedule__interval", "schedule__crontab"), pk=pk
    )
    page: Page[Run] = page_of(Run.objects.filter(job=job), request.GET, SHOWN)
    line = _line(job, _last_runs([job])[job.pk])
    sums = Run.objects.filter(job=job).aggregate(
        **{name: Sum(name, default=0) for name in SUMS}
    )
    options = [
        (name, ", ".join(value) if isinstance(value, list) else value)
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


def job_new(request: HttpRequest) -> HttpResponse:
    """The form of a new job; sent, it becomes a job."""
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
    """The form of a new job, filled with what was typed into the launch form. Changes nothing."""
    return _form_page(
        request,
        JobForm(
            initial={
                name: request.POST.get(name, "") for name in LaunchForm.base_fields
            }
        ),
    )


def job_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The same form for a job that is there."""
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
    messages.success(
        request,
        f"Job saved: {job}.",
    )
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
    """Starts, pauses, resumes or removes the job."""
    job = get_object_or_404(Job.objects.select_related("schedule"), pk=pk)
    try:
        if verb == "start":
            return redirect(jobs.start(job, by=request.user.get_username()))
        if verb == "remove":
            jobs.remove(job)
            messages.success(request, f"Job deleted: {job}. Its runs stay.")
            return redirect("jobs")
        if verb not in ("pause", "resume"):
            raise Http404
        jobs.switch(job, verb == "resume")
    except (InvalidState, ValidationError) as refused:
        messages.warning(request, f"{refused}."[:300])
    return redirect("job", pk=pk)
