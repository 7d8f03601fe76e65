"""What every stage of the journey shares, once: its name, its retries, failure as a value, the journey's row, its log.

A stage is a function `Visit -> Advance | Ended | Rejected | Unavailable`; `stage` makes it a task that takes a ticket
and returns one. A ticket is `{"journey": id}`, with "ended" once the journey is over: then it passes through the rest
of its chain untouched and is counted like any other. Only a message that must come back ever leaves as an exception.
"""

import functools
import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import structlog
from celery import Task, shared_task
from celery.exceptions import Ignore, Reject, SoftTimeLimitExceeded
from celery.exceptions import OperationalError as BrokerError
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from pipeline.broker.queues import STAGES, WORKERS, task_name
from pipeline.core.database import wait_for_database
from pipeline.core.failures import Rejected, Unavailable
from pipeline.journeys import canvas, transitions
from pipeline.journeys.outcome import Advance, Ended, Outcome
from pipeline.journeys.transitions import Visit
from pipeline.models import Batch
from pipeline.summary.stage import fail_run

log = structlog.get_logger(__name__)
Ticket = dict[str, Any]

LONGEST_WAIT = (
    600.0  # seconds for the database to come back; well below the broker's patience, half an hour
)
NO_TRY = ("host-busy", "worker-lost")  # reasons to come back that are not this URL's failure


@dataclass(frozen=True, slots=True)
class Step:
    """A stage: its name, its work, and a query on the journey's row whose row the visit carries (ledger.py)."""

    name: str
    work: Callable[[Visit], Outcome]
    input_query: str = ""


def run_task(name: str) -> Callable[[Callable[..., None]], Task]:
    """Makes a function of a run's id the task `pipeline.<name>`. A bug in it ends the run, which says so."""

    def decorate(work: Callable[..., None]) -> Task:
        @shared_task(name=task_name(name), bind=True)
        @functools.wraps(work)
        def task(self: Task, run_id: int, *args: Any) -> None:
            with structlog.contextvars.bound_contextvars(
                stage=name, run=run_id, task_id=self.request.id
            ):
                try:
                    work(run_id, *args)
                except (OperationalError, InterfaceError, BrokerError) as error:
                    raise come_back(name, error) from error
                except Exception as error:
                    log.exception("stage_crashed")
                    fail_run(run_id, f"the stage {name} crashed: {type(error).__name__}: {error}")

        return task

    return decorate


def come_back(name: str, error: Exception) -> Reject:
    """The message goes back to its queue, because the database or the broker is away."""
    connection.close()
    log.warning("server_away", stage=name, error=str(error).strip())
    time.sleep(1)  # the broker would hand it out again at once, and count that against the message
    wait_for_database(WORKERS[name].soft_seconds / 3 or LONGEST_WAIT)
    return Reject(str(error), requeue=True)


def stage(name: str, input_query: str = "") -> Callable[[Callable[[Visit], Outcome]], Task]:
    """Makes the function the task `pipeline.<name>`, on the queue of the same name. For `input_query` see Step."""

    def decorate(work: Callable[[Visit], Outcome]) -> Task:
        step = Step(name, work, input_query)

        @shared_task(name=task_name(name), bind=True, max_retries=None)
        @functools.wraps(work)
        def task(self: Task, ticket: Ticket) -> Ticket:
            if "ended" in ticket:
                return ticket
            try:
                return _carried(self, step, ticket)
            except (
                SoftTimeLimitExceeded
            ) as error:  # not the stage's own time: a server was away for that long
                connection.close()
                raise Reject(str(error), requeue=True) from error

        return task

    return decorate


def _carried(task: Task, step: Step, ticket: Ticket) -> Ticket:
    try:
        return carry(task, step, ticket)
    except (OperationalError, InterfaceError, BrokerError) as error:
        raise come_back(step.name, error) from error


def carry(task: Task, step: Step, ticket: Ticket) -> Ticket:
    """Takes the journey in hand, does the stage's work, and writes what came of it."""
    visit = transitions.enter(ticket["journey"], step.name, step.input_query)
    if visit is None:
        return {**ticket, "ended": "deleted"}
    if visit.over:
        return {**ticket, "ended": visit.state}
    if not visit.in_progress:  # redelivered: this stage was done before its worker could say so
        behind = STAGES.index(visit.stage) < STAGES.index(step.name)
        if behind and visit.batch:
            return begin_again(visit, visit.batch)
        return ticket
    about = {
        "stage": step.name,
        "run": visit.run,
        "journey": visit.id,
        "url": visit.url,
        "task_id": task.request.id,
    }
    with structlog.contextvars.bound_contextvars(**about):
        outcome = refused(visit) or (
            stand_back(task, visit) if visit.crashed else attempt(step.work, visit)
        )
        return settle(task, visit, outcome, ticket)


def begin_again(visit: Visit, batch: int) -> NoReturn:
    """Sends the journey on its way once more, from the stage that its row has reached.

    The row is behind its message: PostgreSQL was killed before what the stage before had done was on the disk. This
    chain ends here and is not counted; the new one's last task has the same id and is.
    """
    log.warning(
        "journey_begun_again", run=visit.run, journey=visit.id, url=visit.url, stage=visit.stage
    )
    canvas.publish(Batch.objects.get(pk=batch), [visit.id])
    raise Ignore


def refused(visit: Visit) -> Rejected | None:
    """Why the stage should not even begin."""
    if visit.run_state in ("cancelling", "cancelled"):
        return Rejected(
            "cancelled", "the run was cancelled before this URL's turn came", skipped=True
        )
    if visit.crash_count >= settings.MAX_CRASHES:
        return Rejected(
            "killed-its-worker",
            f"killed its worker {visit.crash_count} times in the stage {visit.stage}",
        )
    return None


def attempt(work: Callable[[Visit], Outcome], visit: Visit) -> Outcome:
    """Runs the stage. A bug is loud in the log and quiet in the chain: the journey ends as "crashed"."""
    try:
        return work(visit)
    except (OperationalError, InterfaceError):
        raise
    except SoftTimeLimitExceeded:
        connection.close()  # the signal may have cut a query in half
        return Rejected("time-limit", f"took longer than the stage {visit.stage} allows")
    except MemoryError:
        return Rejected("memory-limit", f"needed more memory than the stage {visit.stage} allows")
    except Exception as error:
        log.exception("stage_crashed")
        return Rejected("crashed", f"{type(error).__name__}: {error}")


def settle(task: Task, visit: Visit, outcome: Outcome, ticket: Ticket) -> Ticket:
    """Writes the outcome to the journey's row and decides what the chain does next."""
    if isinstance(outcome, Unavailable):
        outcome = postpone(task, visit, outcome)
    if isinstance(outcome, Advance):
        transitions.advance(visit, size=outcome.size, draft=outcome.draft, keeping=outcome.keeping)
        log.info("stage_finished", seconds=visit.seconds)
        return ticket
    if isinstance(outcome, Ended):
        state = outcome.state
        reason = ""
        article = outcome.article
    else:
        if outcome.skipped:
            state = "skipped"
        else:
            state = "failed"
        reason = outcome.reason
        article = None
    if not (isinstance(outcome, Ended) and outcome.written):
        transitions.end(visit, state, reason, outcome.detail, article)
    if state == "failed":
        level = log.warning
    else:
        level = log.info
    level("journey_ended", state=state, reason=reason, detail=outcome.detail, seconds=visit.seconds)
    return {**ticket, "ended": state}


def stand_back(task: Task, visit: Visit) -> NoReturn:
    """Sends the task back for a moment of chance, because its last worker was killed with it in hand.

    A worker has several journeys in hand, and only one of them is to blame. If all came back at once, all would be
    there again when it strikes again, and would be blamed with it.
    """
    wait = random.randint(1, 4 * visit.crash_count + 2)  # noqa: S311
    detail = f"its worker was killed, or lost its connection, in the stage {visit.stage}"
    transitions.stand_back(visit, "worker-lost", detail, wait, timezone.now())
    log.warning("worker_lost", crash_count=visit.crash_count, wait=wait)
    send_back(task, wait)


def send_back(task: Task, wait: int) -> NoReturn:
    """Leaves the task by a message of its own that arrives in `wait` seconds."""
    try:
        raise task.retry(countdown=wait)
    except (
        Reject
    ) as error:  # the message could not be sent, and Celery would drop the one that we hold
        raise come_back(task.name.rpartition(".")[2], error) from error


def postpone(task: Task, visit: Visit, trouble: Unavailable) -> Rejected:
    """Sends the task back to its queue for another try; returns the failure where there were enough of them.

    Waiting for a busy host is politeness, not a failed try.
    """
    tries = 1 + sum(
        1 for stage, reason, *_ in visit.attempts if stage == visit.stage and reason not in NO_TRY
    )
    if trouble.reason != "host-busy" and tries >= settings.MAX_ATTEMPTS:
        return Rejected(trouble.reason, f"{trouble.detail} (tried {tries} times)".strip())
    wait = countdown(trouble.retry_after, tries)
    transitions.try_later(visit, trouble.reason, trouble.detail, wait, timezone.now())
    log.info("try_later", reason=trouble.reason, detail=trouble.detail, wait=wait)
    send_back(task, wait)


def countdown(asked: float | None, tries: int) -> int:
    """Whole seconds, at least one: a fraction below one would lose the message. What the server asked, else
    exponential with jitter; never more than five minutes."""
    backoff = random.uniform(1.0, 2.0) * 2 ** (tries - 1)  # noqa: S311
    return max(1, math.ceil(min(300.0, asked or backoff)))
