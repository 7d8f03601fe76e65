"""The life of a run: launched, steered, begun again. Which state may follow which is in Run.TRANSITIONS.

A run is steered by its row, never by taking messages back: stages and waves read the row. So steering is one short
transaction however long the queues are, and no chord ever loses a part.
"""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from pipeline import tasks
from pipeline.broker.queues import HEADER_STAGES
from pipeline.discovery.enqueue import add_waves
from pipeline.models import Job, Journey, Run
from pipeline.summary import stage as summary_stage

AGAIN = {False: "Extract again", True: "What extracting again would change"}
BROKER_PATIENCE = {"max_retries": 1, "interval_start": 0.2}


class InvalidState(Exception):
    """The run's state does not allow it. The message says so to a person."""


def launch(
    parameters: dict[str, Any],
    *,
    by: str = "",
    name: str = "",
    key: str | None = None,
    job: Job | None = None,
) -> Run:
    """Makes a run and sends it to `discover`. The same `key` again answers with the run that it made the first time.

    Where the broker is away the run is not half-made: its row goes, and the broker's error is raised.
    """
    given = {
        "parameters": parameters,
        "launched_by": by,
        "name": name,
        "sent": timezone.now(),
        "job": job,
    }
    run, made = Run.objects.get_or_create(idempotency_key=key or uuid4().hex, defaults=given)
    if not made:
        return run
    try:
        tasks.discover.apply_async([run.pk], retry=True, retry_policy=BROKER_PATIENCE)
    except Exception:
        run.delete()
        raise
    return run


def cancel(run_id: int, by: str = "") -> None:
    """Stops a run and keeps what it stored. Raises InvalidState where it is over."""
    with transaction.atomic():
        run = _locked(run_id)
        if run.ended:
            raise InvalidState(f"{run} is over: {run.state}")
        begun = run.state != Run.State.QUEUED
        _step(
            run,
            Run.State.CANCELLING if begun else Run.State.CANCELLED,
            f"cancelled by {by or 'somebody'}",
            by,
        )
        pending = run.journeys.filter(state="pending").exclude(stage="store", working=True)
        detail = "the run was cancelled before this URL was through"
        now = timezone.now()
        pending.update(
            state="skipped", reason="cancelled", detail=detail, working=False, ended=now, draft=None
        )
        run.waves.filter(finished=None).update(finished=now)
    summary_stage.close_run(run_id)


def pause(run_id: int, by: str = "") -> None:
    """No further wave goes out; what is on its way comes to its end."""
    with transaction.atomic():
        _step(_locked(run_id), Run.State.PAUSED, f"paused by {by or 'somebody'}", by)


def resume(run_id: int, by: str = "") -> None:
    """Lets a paused run go on."""
    with transaction.atomic():
        run = _locked(run_id)
        if run.state != Run.State.PAUSED:
            raise InvalidState(f"{run} is {run.state}, not paused")
        _step(run, Run.State.RUNNING, f"resumed by {by or 'somebody'}", by)
    _move(run_id)


def retry_failed(run_id: int, by: str = "") -> int:
    """Sends the run's failed URLs, and those it could not account for, through again; returns how many.

    Each goes on from the furthest stage whose input is there.
    """
    with transaction.atomic():
        run = _locked(run_id)
        again = run.journeys.filter(state__in=["failed", "pending"], stage__in=HEADER_STAGES)
        if not run.ended:
            raise InvalidState(f"{run} is {run.state}; wait for its end, or cancel it")
        again.filter(snapshot=None).update(stage="fetch")
        again.exclude(snapshot=None).update(stage="extract")
        ids = _reset(again)
        if not ids:
            raise InvalidState(f"{run} has no failed URL")
        _begin_again(run, ids, f"{len(ids)} failed URLs sent again by {by or 'somebody'}", by)
    _move(run_id)
    return len(ids)


def run_again(run_id: int, by: str = "") -> Run:
    """A new run with the same options."""
    run = Run.objects.get(pk=run_id)
    if not run.addresses:
        raise InvalidState(f"{run} had no address to look at")
    return launch(run.parameters, by=by, name=run.name)


def extract_again(
    articles: Iterable[int], by: str = "", name: str = "", preview: bool = False
) -> Run:
    """A run that extracts these articles anew from their stored pages, without fetching.

    With `preview` it changes nothing: each journey says what would change.
    """
    journeys = Journey.objects.filter(
        article_id__in=list(articles), snapshot__isnull=False
    ).order_by("key", "-id")
    latest = list(journeys.distinct("key").select_related("snapshot"))
    if not latest:
        raise InvalidState("no stored page is left of these articles")
    parameters = {"addresses": [], "again": len(latest), "preview": preview}
    now = timezone.now()
    with transaction.atomic():
        run = Run.objects.create(
            parameters=parameters, launched_by=by, name=name or AGAIN[preview], started=now
        )
        fresh = [
            Journey(run=run, url=j.url, key=j.key, score=j.score, reasons=["extracted again"], said=j.said,
                    stage="extract", snapshot=j.snapshot, found_in=j.found_in, queued=now)
            for j in latest
        ]  # fmt: skip
        Journey.objects.bulk_create(fresh, batch_size=500)
        add_waves(run, [j.pk for j in fresh])
        _step(run, Run.State.RUNNING, f"started by {by or 'somebody'}", by)
    _move(run.pk)
    return run


def _locked(run_id: int) -> Run:
    return Run.objects.select_for_update().get(pk=run_id)


def _step(run: Run, state: str, why: str, by: str) -> None:
    """Changes the state, or says why not before the database has to."""
    if run.state == state:
        return
    if state not in Run.TRANSITIONS[Run.State(run.state)]:
        raise InvalidState(f"{run} is {run.state} and cannot become {state}")
    run.state = state
    run.reason = why
    run.changed_by = by
    run.save(update_fields=["state", "reason", "changed_by"])


def _reset(journeys: Any) -> list[int]:
    """Makes journeys pending again; their attempts stay on record."""
    ids = list(journeys.values_list("pk", flat=True))
    Journey.objects.filter(pk__in=ids).update(
        state="pending",
        reason="",
        detail="",
        ended=None,
        working=False,
        crashes=0,
        resent=0,
        queued=timezone.now(),
    )
    return ids


def _begin_again(run: Run, ids: list[int], why: str, by: str) -> None:
    if run.job_id and Run.objects.filter(job=run.job_id).exclude(state__in=Run.ENDED).exists():
        raise InvalidState(f"another run of {run.job} is on")
    add_waves(run, ids)
    run.finished = None
    run.save(update_fields=["finished"])
    _step(run, Run.State.RUNNING, why, by)


def _move(run_id: int) -> None:
    tasks.send_waves(run_id)
    summary_stage.close_run(run_id)


# What a person can do to a run, by the word in its address.
VERBS = {
    "cancel": cancel,
    "pause": pause,
    "resume": resume,
    "retry": retry_failed,
}
