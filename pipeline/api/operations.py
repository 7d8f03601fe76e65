"""Queues and workers, why an article is not here, and the audit log."""

from dataclasses import asdict
from typing import Annotated, Any

import structlog
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Query, Router

from catalog.paging import page_of
from pipeline.access.audit import record
from pipeline.access.filters import EntryFilter
from pipeline.access.models import AuditEntry
from pipeline.api import schemas
from pipeline.api.app import ERRORS, InvalidInput, Problem
from pipeline.api.pagination import (
    Limit,
    Listed,
    filtered,
    listed,
    parameters,
    username,
)
from pipeline.broker.queues import STAGES
from pipeline.core.url import read_addresses
from pipeline.diagnosis.predict import predict
from pipeline.diagnosis.report import explain, find_url
from pipeline.models import StageIntake
from pipeline.monitor.queues.dead_letters import DeadLetter, discard, peek, requeue
from pipeline.monitor.queues.intake import pause_intake, resume_intake
from pipeline.monitor.queues.series import RANGES, series
from pipeline.monitor.queues.state import Row, rows
from pipeline.monitor.workers.status import Worker, workers

log = structlog.get_logger(__name__)
router = Router(tags=["operations"])
COLUMNS = (
    "name",
    "pid",
    "stage",
    "version",
    "pool",
    "busy",
    "slots",
    "done",
    "memory",
)  # of a worker


@router.get("/queues", response={200: list[schemas.Queue], ERRORS: Problem})
def list_queues(request: HttpRequest) -> Any:
    """Every stage's queue and the dead letters: the numbers of their page. Empty before the first
    sample."""
    return [_queue(row) for row in rows()]


def _queue(row: Row) -> dict[str, Any]:
    names = (
        "queue",
        "state",
        "taken_at",
        "waiting",
        "in_progress",
        "consumers",
        "oldest",
        "delayed",
        "drains",
    )
    waits = {
        "wait_p50": row.waits and row.waits.median,
        "wait_p95": row.waits and row.waits.p95,
    }
    pause = {
        "paused_at": row.pause and row.pause.paused_at,
        "paused_by": row.pause.paused_by if row.pause else "",
    }
    return (
        {name: getattr(row, name) for name in names}
        | {"into": row.flow.into, "out": row.flow.out}
        | waits
        | pause
    )


@router.post(
    "/queues/{stage}/pause", response={200: schemas.StageIntake, ERRORS: Problem}
)
def pause_stage(request: HttpRequest, stage: str) -> Any:
    """Pause the intake of a stage: its workers finish what they have and take no more messages."""
    pause_intake(_stage(stage), username(request))
    return _intake(stage)


@router.post(
    "/queues/{stage}/resume", response={200: schemas.StageIntake, ERRORS: Problem}
)
def resume_stage(request: HttpRequest, stage: str) -> Any:
    """Resume the intake of a stage: its workers take messages again."""
    resume_intake(_stage(stage), username(request))
    return _intake(stage)


def _stage(stage: str) -> str:
    if stage not in STAGES:
        raise Http404(f"No such stage: {stage[:50]}. Stages: {', '.join(STAGES)}.")
    return stage


def _intake(stage: str) -> dict[str, Any]:
    intake = StageIntake.objects.filter(stage=stage).first() or StageIntake(stage=stage)
    names = ("stage", "paused_at", "paused_by")
    about = {name: getattr(intake, name) for name in names}
    return about | {"paused": intake.paused_at is not None}


@router.get("/workers", response={200: list[schemas.Worker], ERRORS: Problem})
def list_workers(request: HttpRequest) -> Any:
    """Every worker with a heartbeat in the last hour, and its tasks in progress."""
    return [_worker(each) for each in workers()]


def _worker(each: Worker) -> dict[str, Any]:
    columns = {name: getattr(each, name) for name in ("state", "age", "up", "tasks")}
    return columns | {name: getattr(each.beat, name) for name in COLUMNS}


@router.get("/queues/history", response={200: dict[str, Any], ERRORS: Problem})
def show_history(request: HttpRequest, range: str = "1h") -> Any:
    """Return what waited when, and when runs began and versions were deployed: `range` is 15m, 1h,
    24h or 7d."""
    if range not in RANGES:
        raise InvalidInput({"range": [f"One of: {', '.join(RANGES)}"]})
    return series(range, timezone.now())


@router.post(
    "/queues/dead-letters/requeue",
    response={200: schemas.ChangedCount, ERRORS: Problem},
)
def requeue_dead_letters(
    request: HttpRequest, which: schemas.DeadLetters | None = None
) -> Any:
    """Put dead letters back into the queues that they came from: all, or those of the given ids."""
    moved = requeue(which.letters if which else None)
    record("requeue", "queue", "dead", after={"messages": moved})
    log.info("dead_letters_requeued", number=moved, by=username(request))
    return {"changed": moved}


@router.post(
    "/queues/dead-letters/discard",
    response={200: schemas.ChangedCount, ERRORS: Problem},
)
def discard_dead_letters(request: HttpRequest, which: schemas.DeadLetters) -> Any:
    """Take dead letters away for good: those of the given ids, or all where `letters` is null."""
    gone = discard(which.letters)
    record("discard", "queue", "dead", after={"messages": gone})
    log.info("dead_letters_discarded", number=gone, by=username(request))
    return {"changed": gone}


@router.post(
    "/queues/dead-letters", response={200: list[schemas.DeadLetter], ERRORS: Problem}
)
def list_dead_letters(request: HttpRequest) -> Any:
    """Return 20 of the dead letters, and why each is there. They move to the end: ask again for the
    next ones."""
    found = peek()
    record("inspect", "queue", "dead", after={"messages": len(found)})
    return [_letter(each) for each in found]


def _letter(each: DeadLetter) -> dict[str, Any]:
    names = (
        *(
            "id",
            "stage",
            "reason",
            "why",
            "since",
            "last",
            "deliveries",
            "error",
            "trace",
        ),
        *("payload", "task", "task_id", "state", "over"),
    )
    letter = {name: getattr(each, name) for name in names}
    letter |= {"journey": each.journey_id, "run": each.run_id, "url": ""}
    if each.journey:
        letter |= {"run": each.journey.run_id, "url": each.journey.url}
    return letter


@router.get("/why", response={200: schemas.Why, ERRORS: Problem})
def why(request: HttpRequest, url: Annotated[str, Query(max_length=2000)]) -> Any:
    """Why is this article not here? Everything that is known of an address."""
    good, bad = read_addresses(url)
    if bad:
        raise InvalidInput({"url": [bad[0].error]})
    if not good:
        raise InvalidInput({"url": ["Give a URL."]})
    found = find_url(good[0])
    if "error" in found:
        raise InvalidInput({"url": [str(found["error"])]})
    return _why(found)


def _why(found: dict[str, Any]) -> dict[str, Any]:
    answer = {
        "url": found["url"],
        "key": found["key"],
        "article": None,
        "deleted": False,
        "source": None,
        "journeys": found["journeys"],
        "steps": [],
        "prospects": [],
    }
    article = found["article"]
    if article:
        answer["deleted"] = bool(article.deleted_at)
    if article and not article.deleted_at:
        answer["article"] = article.pk
    if found["source"]:
        answer["source"] = found["source"].host
    if found["last"]:
        answer["steps"] = [asdict(each) for each in explain(found["last"])]
    elif not article:
        predicted = predict(found["url"], found["source"], timezone.now())
        answer["prospects"] = [asdict(each) for each in predicted]
    return answer


@router.get(
    "/audit",
    response={200: Listed[schemas.AuditEntry], ERRORS: Problem},
    openapi_extra=parameters(EntryFilter, "before", "after"),
)
def list_entries(request: HttpRequest, limit: Limit = 100) -> Any:
    """Who changed what, the newest first. For admins."""
    page = page_of(
        filtered(EntryFilter, request, AuditEntry.objects.all()), request.GET, limit
    )
    return listed(request, page.rows, page.older, page.newer)


@router.get("/{path:rest}", include_in_schema=False)
def nothing(request: HttpRequest, rest: str) -> Any:
    """Answer a mistyped URL as JSON."""
    raise Http404(f"No such route: /api/{rest[:200]}. See /api/ for the list.")
