"""Runs and their journeys."""

from dataclasses import asdict
from enum import Enum
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Header, Router, Status

from catalog.paging import page_of
from pipeline.api import schemas
from pipeline.api.app import ERRORS, InvalidInput, Problem
from pipeline.api.launch_schema import CrawlOptions, form_of
from pipeline.api.pagination import (
    KEYS,
    Limit,
    Listed,
    filtered,
    listed,
    parameters,
    username,
)
from pipeline.journeys.queries import JourneyFilter, page_of_run
from pipeline.models import Journey, Run
from pipeline.monitor.workers.trouble import time_left, troubles
from pipeline.runs.edit import add, change
from pipeline.runs.forms import read_all
from pipeline.runs.launch import KeyReused, launch_again, launch_or_find
from pipeline.runs.steering import VERBS
from pipeline.summary.attempts import work_of
from pipeline.summary.comparison import (
    compare_within,
    keep,
    last_before,
    urls_are_gone,
)
from pipeline.summary.progress import (
    Progress,
    count_batches,
    medians,
    progress,
    running_progress,
    stopping,
)

router = Router(tags=["runs"])
Verb = Enum("Verb", {verb: verb for verb in VERBS}, type=str)  # type: ignore[misc]


@router.get(
    "/runs",
    response={200: Listed[schemas.RunLine], ERRORS: Problem},
    openapi_extra=KEYS,
)
def list_runs(request: HttpRequest, limit: Limit = 50, job: int | None = None) -> Any:
    """All runs, or those of a job, the newest first."""
    page = page_of(
        Run.objects.filter(job=job) if job else Run.objects.all(), request.GET, limit
    )
    counted = running_progress(page.rows)
    for run in page.rows:
        run.counted = counted.get(run.pk)  # type: ignore[attr-defined]
    return listed(request, page.rows, page.older, page.newer)


@router.post(
    "/runs", response={201: schemas.RunLine, 200: schemas.RunLine, ERRORS: Problem}
)
def launch(
    request: HttpRequest,
    body: CrawlOptions,  # type: ignore[valid-type]
    idempotency_key: Annotated[str, Header(max_length=200)] = "",
) -> Any:
    """Start a run. With a header Idempotency-Key, the same request sent again answers with the run
    that it made."""
    return _launched(request, form_of(body, _key(request, idempotency_key)))


@router.post(
    "/runs/preview",
    response={201: schemas.RunLine, 200: schemas.RunLine, ERRORS: Problem},
)
def preview_run(
    request: HttpRequest,
    body: CrawlOptions,  # type: ignore[valid-type]
    idempotency_key: Annotated[str, Header(max_length=200)] = "",
) -> Any:
    """Start a preview: the journeys of this run say what would be taken, with source, score and
    reasons."""
    return _launched(
        request, form_of(body, _key(request, idempotency_key), dry_run=True)
    )


def _key(request: HttpRequest, given: str) -> str:
    if given:
        return f"{request.user.pk}:{given}"
    return ""


def _launched(request: HttpRequest, form: Any) -> Any:
    try:
        run, created = launch_or_find(
            form.parameters,
            by=username(request),
            name=form.cleaned_data["name"],
            key=form.scoped_key,
            key_scope=form.key_scope if form.cleaned_data["key"] else "",
            notes=form.notes,
        )
    except KeyReused as error:
        text = f"This key was used for run {error.run.pk}, with other options. Send another key."
        raise InvalidInput({"Idempotency-Key": [text]}) from error
    return Status(201 if created else 200, run)


@router.get("/runs/{int:pk}", response={200: schemas.RunDetail, ERRORS: Problem})
def show_run(request: HttpRequest, pk: int) -> Any:
    """Return a run, counted now: the numbers of its page."""
    return detail(get_object_or_404(Run, pk=pk))


def detail(run: Run) -> dict[str, Any]:
    """Return the numbers of the run's page."""
    counted = progress(run)
    batches, batches_done = count_batches(run)
    work = work_of(run)
    held_up = troubles(run, counted)
    columns = {
        name: getattr(run, name)
        for name in (
            "id",
            "name",
            "state",
            "reason",
            "launched_by",
            "created_at",
            "started_at",
            "finished_at",
            "urls_removed_at",
            "parameters",
            "notes",
            "source_requests",
            "address_reports",
            "summary",
        )
    }
    return {
        **columns,
        "job": run.job_id,
        "counts": {"found": counted.found, **counted.states},
        "stages": _stages(counted, medians(run)),
        "reasons": [asdict(each) for each in counted.reasons],
        "batches": batches,
        "batches_done": batches_done,
        "percent": counted.percent,
        "seconds": round(work.took.total_seconds(), 1),
        "attempts": work.attempts,
        "seconds_left": time_left(run, counted, held_up),
        "in_flight": counted.in_flight,
        "stopping": stopping(run, counted),
        "troubles": [asdict(each) for each in held_up],
        "events": list(run.events.all()[:100]),
    }


def _stages(counted: Progress, took: dict[str, float]) -> list[dict[str, Any]]:
    names = ("stage", "reached", "waiting", "later", "in_progress", "passed")
    return [
        {name: getattr(card, name) for name in names}
        | {"ended": dict(card.outcomes), "median": took.get(card.stage)}
        for card in counted.cards
    ]


@router.get(
    "/runs/{int:pk}/journeys",
    response={200: Listed[schemas.JourneyLine], ERRORS: Problem},
    openapi_extra=parameters(JourneyFilter, "before", "after"),
)
def list_journeys(request: HttpRequest, pk: int, limit: Limit = 100) -> Any:
    """List the journeys of a run, filtered as on their page."""
    run = get_object_or_404(Run, pk=pk)
    rows = run.journeys.defer("source_metadata", "attempts", "found_in")
    page = page_of_run(run, filtered(JourneyFilter, request, rows), request.GET, limit)
    return listed(request, page.rows, page.older, page.newer)


@router.get(
    "/journeys/{int:pk}", response={200: schemas.JourneyDetail, ERRORS: Problem}
)
def show_journey(request: HttpRequest, pk: int) -> Any:
    """Return the whole path of one URL in one run."""
    return get_object_or_404(Journey, pk=pk)


@router.post("/runs/{int:pk}/rerun", response={201: schemas.RunLine, ERRORS: Problem})
def rerun(request: HttpRequest, pk: int) -> Any:
    """Start a new run with the same options."""
    return Status(
        201, launch_again(get_object_or_404(Run, pk=pk).pk, by=username(request))
    )


@router.get(
    "/runs/{int:pk}/compare", response={200: schemas.Comparison, ERRORS: Problem}
)
def compare_runs(request: HttpRequest, pk: int, before: int | None = None) -> Any:
    """Return what this run found that differs from `before`; without it, from the last run of the
    same addresses."""
    return _compared(*_two(pk, before))


@router.post(
    "/runs/{int:pk}/compare", response={200: schemas.Comparison, ERRORS: Problem}
)
def keep_comparison(request: HttpRequest, pk: int, before: int | None = None) -> Any:
    """Compare two runs that are too large to be compared at once, and keep what is found."""
    earlier, run = _two(pk, before)
    keep(earlier, run)
    return _compared(earlier, run)


def _two(pk: int, before: int | None) -> tuple[Run, Run]:
    run = get_object_or_404(Run, pk=pk)
    earlier: Run | None
    if before:
        earlier = get_object_or_404(Run, pk=before)
    else:
        earlier = last_before(run)
    if earlier is None:
        raise Http404("there is no earlier run of the same addresses")
    return earlier, run


def _compared(earlier: Run, run: Run) -> dict[str, Any]:
    found = compare_within(earlier, run)
    if found is None:
        text = "these runs are too large to be compared while you wait: POST to this address, once both are over"
        if urls_are_gone(earlier, run):
            text = "the URLs of one of these runs are no longer on record: see urls_removed_at"
        raise InvalidInput({"before": [text]})
    return {"before": earlier.pk, "after": run.pk, **asdict(found)}


@router.post(
    "/runs/{int:pk}/addresses", response={200: schemas.RunLine, ERRORS: Problem}
)
def add_addresses(request: HttpRequest, pk: int, body: schemas.MoreAddresses) -> Any:
    """Add addresses to a run that is on: its limit, dates and patterns hold for them, too."""
    run = get_object_or_404(Run, pk=pk)
    if isinstance(body.addresses, str):
        text = body.addresses
    else:
        text = "\n".join(body.addresses)
    addresses = read_all(text)
    if not addresses:
        raise InvalidInput({"addresses": ["Give at least one URL."]})
    add(run.pk, addresses, by=username(request))
    run.refresh_from_db()
    return run


@router.post("/runs/{int:pk}/change", response={200: schemas.RunLine, ERRORS: Problem})
def change_run(request: HttpRequest, pk: int, body: schemas.RunChange) -> Any:
    """Another limit or other patterns for a run that is on: what is sent stays, what is not named
    stays as it is."""
    run = get_object_or_404(Run, pk=pk)
    given = body.dict(exclude_unset=True)
    if not given:
        raise InvalidInput({"limit": ["Give a limit, include or exclude."]})
    change(run.pk, by=username(request), **given)
    run.refresh_from_db()
    return run


@router.post("/runs/{int:pk}/{verb}", response={200: schemas.RunLine, ERRORS: Problem})
def steer(request: HttpRequest, pk: int, verb: Verb) -> Any:
    """Steer a run, as the buttons of its page do."""
    run = get_object_or_404(Run, pk=pk)
    VERBS[verb.value](run.pk, by=username(request))
    run.refresh_from_db()
    return run
