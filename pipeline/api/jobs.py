"""Jobs: crawl options that are saved under a name, with schedules."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Status
from pydantic import create_model

from catalog.paging import page_of
from pipeline.api import schemas
from pipeline.api.app import ERRORS, InvalidInput, Problem
from pipeline.api.launch_schema import FIELDS, form_of
from pipeline.api.pagination import KEYS, Limit, Listed, listed, username
from pipeline.models import Job, Run
from pipeline.runs import jobs, schedules

router = Router(tags=["jobs"])
SCHEDULE = {"schedule": (str, ""), "time_zone": (str, "UTC")}
JobInput: Any = create_model(
    "JobInput",
    __base__=schemas.Strict,
    __doc__="A job: `schedule` is `every 6 hours`, five fields of crontab, or nothing.",
    **{**FIELDS, "name": (str, ...), **SCHEDULE},
)
RUNS_READ = 20  # of a job: the last one, and how many failed in a row


def to_json(job: Job, newest: list[Run] | None = None) -> dict[str, Any]:
    """Return a job as its line in the list; `newest` are its last runs, where they are known."""
    task = job.schedule
    if newest is None:
        newest = jobs.last_runs([job], RUNS_READ)[job.pk]
    last = None
    if newest:
        last = newest[0].pk
    return {
        "id": job.pk,
        "name": job.name,
        "parameters": job.parameters,
        "schedule": str(task.crontab or task.interval) if task else None,
        "paused": bool(task and not task.enabled),
        "next": schedules.next_times(task) if task else [],
        "rests_until": jobs.rests_until(job, last=newest),
        "last_run": last,
    }


def _job(pk: int) -> Job:
    return get_object_or_404(
        Job.objects.select_related("schedule__interval", "schedule__crontab"), pk=pk
    )


@router.get(
    "/jobs", response={200: Listed[schemas.Job], ERRORS: Problem}, openapi_extra=KEYS
)
def list_jobs(request: HttpRequest, limit: Limit = 50) -> Any:
    """All jobs, the newest first."""
    page = page_of(
        Job.objects.select_related("schedule__interval", "schedule__crontab"),
        request.GET,
        limit,
    )
    newest = jobs.last_runs(page.rows, RUNS_READ)

    def line(job: Job) -> dict[str, Any]:
        return to_json(job, newest[job.pk])

    return listed(request, page.rows, page.older, page.newer, line)


@router.post("/jobs", response={201: schemas.Job, 200: schemas.Job, ERRORS: Problem})
def save_job(request: HttpRequest, body: JobInput) -> Any:
    """Make a job, or changes the one of this name."""
    form = form_of(body)
    known = Job.objects.filter(name=body.name.strip()).exists()
    if not form.cleaned_data["name"]:
        raise InvalidInput({"name": ["Give the job a name."]})
    job = jobs.save(
        form.cleaned_data["name"], form.parameters, body.schedule, body.time_zone
    )
    return Status(200 if known else 201, to_json(job))


@router.get("/jobs/{int:pk}", response={200: schemas.Job, ERRORS: Problem})
def show_job(request: HttpRequest, pk: int) -> Any:
    """One job."""
    return to_json(_job(pk))


@router.post("/jobs/{int:pk}/run", response={201: schemas.RunLine, ERRORS: Problem})
def run_job(request: HttpRequest, pk: int) -> Any:
    """Launch a run of the job now."""
    return Status(201, jobs.start(_job(pk), by=username(request)))


@router.post("/jobs/{int:pk}/pause", response={200: schemas.Job, ERRORS: Problem})
def pause_job(request: HttpRequest, pk: int) -> Any:
    """Its schedule starts it no more, until it is resumed."""
    return _switched(_job(pk), False)


@router.post("/jobs/{int:pk}/resume", response={200: schemas.Job, ERRORS: Problem})
def resume_job(request: HttpRequest, pk: int) -> Any:
    """Its schedule starts it again."""
    return _switched(_job(pk), True)


def _switched(job: Job, on: bool) -> dict[str, Any]:
    jobs.switch(job, on)
    return to_json(job)


@router.delete("/jobs/{int:pk}", response={204: None, ERRORS: Problem})
def remove_job(request: HttpRequest, pk: int) -> Any:
    """Remove the job and its schedule; its runs stay."""
    jobs.remove(_job(pk))
    return Status(204, None)
