"""The life of a run: launched, steered, begun again.

Which state may follow which is in Run.TRANSITIONS.

A run is steered by its row, never by taking messages back: stages and batches read the row. So
steering is one short transaction however long the queues are, and no chord ever loses a part.
"""

from django.db import transaction
from django.utils import timezone

from pipeline.broker import publisher
from pipeline.journeys import batches, canvas
from pipeline.journeys.transitions import take_given_back
from pipeline.models import Batch, Run
from pipeline.summary import stage as summary_stage

CANCELLED = "the run was cancelled before this URL was through"


class InvalidState(Exception):
    """The run's state does not allow it. The message says so to a person."""


def cancel(run_id: int, by: str = "") -> None:
    """Stop a run and keep what it stored. Raises InvalidState where it is over."""
    with transaction.atomic():
        run = lock(run_id)
        if run.ended:
            raise InvalidState(f"{run} is over: {run.state}")
        if run.state == Run.State.QUEUED:
            state = Run.State.CANCELLED
        else:
            state = Run.State.CANCELLING
        transition(run, state, f"cancelled by {by or 'somebody'}", by)
        now = timezone.now()
        being_stored = {"stage": "store", "in_progress": True}
        run.journeys.exclude(**being_stored).skip("cancelled", CANCELLED, now)
        run.batches.filter(finished_at=None).update(finished_at=now)
    summary_stage.close_run(run_id)


def pause(run_id: int, by: str = "") -> None:
    """No further request goes out.

    What was sent comes to its end, what waits is given back; see Run.in_flight.
    """
    with transaction.atomic():
        transition(lock(run_id), Run.State.PAUSED, f"paused by {by or 'somebody'}", by)


def resume(run_id: int, by: str = "") -> None:
    """Let a paused run go on with exactly what waits."""
    with transaction.atomic():
        run = lock(run_id)
        if run.state != Run.State.PAUSED:
            raise InvalidState(f"{run} is {run.state}, not paused")
        transition(run, Run.State.RUNNING, f"resumed by {by or 'somebody'}", by)
        given_back = take_given_back(run_id)
    for batch in Batch.objects.filter(pk__in=given_back):
        canvas.publish(batch, given_back[batch.pk])
    if run.additions.filter(done_at=None).exists():
        publisher.send_discover(run_id)
    dispatch(run_id)


def lock(run_id: int) -> Run:
    """Return the run's row, held until the transaction ends."""
    return Run.objects.select_for_update().get(pk=run_id)


def transition(run: Run, state: str, why: str, by: str) -> None:
    """Change the state, or say why not before the database has to."""
    if run.state == state:
        return
    if state not in Run.TRANSITIONS[Run.State(run.state)]:
        raise InvalidState(f"{run} is {run.state} and cannot become {state}")
    run.state = state
    run.reason = why
    run.changed_by = by
    run.save(update_fields=["state", "reason", "changed_by"])


def reopen(run: Run, ids: list[int], why: str, by: str) -> None:
    """Let a run that has ended go on with these journeys. Raises InvalidState where another run of
    its job is on.
    """
    if (
        run.job_id
        and Run.objects.filter(job=run.job_id).exclude(state__in=Run.ENDED).exists()
    ):
        raise InvalidState(f"another run of {run.job} is on")
    batches.add_batches(run, ids)
    run.finished_at = None
    run.save(update_fields=["finished_at"])
    transition(run, Run.State.RUNNING, why, by)


def dispatch(run_id: int) -> None:
    """Send what may go out, or end the run where nothing is left."""
    batches.dispatch_batches(run_id)
    summary_stage.close_run(run_id)
