"""Another attempt at a stage: when it comes, and when there were enough of them."""

import math
import random
import time
from typing import NoReturn

import structlog
from celery import Task
from celery.exceptions import Ignore, Reject
from django.conf import settings
from django.utils import timezone

from pipeline.broker.outages import report_outage
from pipeline.core.database import wait_for_database
from pipeline.core.failures import Rejected, Unavailable
from pipeline.journeys import canvas, transitions
from pipeline.journeys.run_state import state_of
from pipeline.journeys.transitions import StageContext
from pipeline.models import Batch

log = structlog.get_logger(__name__)

DATABASE_TIMEOUT_SECONDS = 600.0  # well below the broker's timeout, half an hour
LONGEST_RETRY_SECONDS = 300.0
NOT_COUNTED = (
    "host-busy",
    "worker-lost",
)  # reasons for another attempt that are not the URL's


def retry_or_fail(task: Task, context: StageContext, failure: Unavailable) -> Rejected:
    """Send the task back to its queue for another attempt, or return the failure if there were
    enough.

    Waiting for a busy host is politeness, not a failed attempt.
    """
    tries = 1 + sum(
        1
        for stage, reason, *_ in context.attempts
        if stage == context.stage and reason not in NOT_COUNTED
    )
    if failure.reason != "host-busy" and tries >= settings.MAX_ATTEMPTS:
        detail = f"{failure.detail} (tried {tries} times)".strip()
        return Rejected(failure.reason, detail)
    wait = countdown(failure.retry_after, tries)
    transitions.schedule_retry(
        context, failure.reason, failure.detail, wait, timezone.now()
    )
    log.info("try_later", reason=failure.reason, detail=failure.detail, wait=wait)
    requeue(task, wait)


def countdown(asked: float | None, tries: int) -> int:
    """Return the seconds until the next attempt: whole ones, at least one.

    A fraction below one would lose the message. What the server asked for, else exponential with
    jitter.
    """
    jitter = random.uniform(1.0, 2.0)  # noqa: S311
    backoff = jitter * 2 ** (tries - 1)
    return max(1, math.ceil(min(LONGEST_RETRY_SECONDS, asked or backoff)))


def back_off(task: Task, context: StageContext) -> NoReturn:
    """Send the task back for a random moment, because its last worker was killed while it had it.

    A worker has several journeys in progress, and only one of them is to blame. If all came back at
    once, all would be there again when it strikes again, and would be blamed with it.
    """
    wait = random.randint(1, 4 * context.crash_count + 2)  # noqa: S311
    detail = (
        f"its worker was killed, or lost its connection, in the stage {context.stage}"
    )
    now = timezone.now()
    transitions.back_off_after_crash(context, "worker-lost", detail, wait, now)
    log.warning("worker_lost", crash_count=context.crash_count, wait=wait)
    requeue(task, wait)


def give_back_if_paused(context: StageContext) -> None:
    """End the message where the run is paused: resuming sends the journey again.

    Return where it runs again.
    """
    if transitions.give_back(context):
        log.info("journey_given_back")
        raise Ignore


def stop(task: Task, context: StageContext) -> Rejected:
    """Return the outcome of a stage whose run was paused or cancelled before a request of it went
    out.
    """
    give_back_if_paused(context)
    if state_of(context.run) in ("cancelling", "cancelled"):
        detail = "the run was cancelled before this URL's turn came"
        return Rejected("cancelled", detail, skipped=True)
    transitions.release(context)  # the run is running again
    requeue(task, 1)


def requeue(task: Task, wait: int) -> NoReturn:
    """Leave the task by a message of its own that arrives in `wait` seconds."""
    try:
        raise task.retry(countdown=wait)
    except (
        Reject
    ) as error:  # it could not be sent, and Celery would drop the message that we hold
        stage = task.name.rpartition(".")[2]
        raise requeue_message(stage, error) from error


def requeue_message(stage: str, error: Exception) -> Reject:
    """Return what sends the message back to its queue, once the server is there again or was
    awaited for long.
    """
    report_outage(stage, error)
    time.sleep(
        1
    )  # the broker would hand it out again at once, and count that against the message
    wait_for_database(DATABASE_TIMEOUT_SECONDS)
    return Reject(str(error), requeue=True)


def extract_again(context: StageContext, batch: int) -> NoReturn:
    """Send the journey back to be extracted again: its draft is gone, its page is there."""
    transitions.send_back(context)
    republish(context, batch)


def republish(context: StageContext, batch: int) -> NoReturn:
    """Publish the journey once more, from the stage that its row has reached.

    The row is behind its message: PostgreSQL was killed before what the stage before had done was
    on the disk, or had to forget the draft. This chain ends here and is not counted; the new one's last task has the same id
    and is.
    """
    log.warning(
        "journey_begun_again",
        run=context.run,
        journey=context.id,
        url=context.url,
        stage=context.stage,
    )
    canvas.publish(Batch.objects.get(pk=batch), [context.id])
    raise Ignore
