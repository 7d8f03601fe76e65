"""What every stage of the journey shares, once: its name, its retries, failure as a value, the
journey's row, its log.

A stage is a function `StageContext -> Advance | Ended | Rejected | Unavailable`; `stage` makes it a
task that takes a ticket and returns one. A ticket is `{"journey": id}`, with "ended" once the
journey is over: then it passes through the rest of its chain untouched and is counted like any
other; with "counted" it was counted as it ended. Only a message that must come back leaves as an exception.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from celery import Task, shared_task
from django.conf import settings
from django.db import connection

from pipeline.broker.outages import DATABASE_AWAY, SERVER_AWAY
from pipeline.broker.queues import WORKERS, task_name
from pipeline.core.failures import STOPPED, Rejected, Unavailable
from pipeline.core.stages import STAGES
from pipeline.core.time_limit import TimeLimitReached, time_limit
from pipeline.journeys import transitions
from pipeline.journeys.outcome import Advance, Ended, Outcome
from pipeline.journeys.retry import (
    back_off,
    extract_again,
    give_back_if_paused,
    republish,
    requeue_message,
    retry_or_fail,
    stop,
)
from pipeline.journeys.transitions import Part, StageContext
from pipeline.summary.stage import fail_run

log = structlog.get_logger(__name__)

Ticket = dict[str, Any]
Handler = Callable[[StageContext], Outcome]


@dataclass(frozen=True, slots=True)
class StageSpec:
    """A stage: its name, its work, and the query whose row is `StageContext.input` (see
    transitions.py).
    """

    name: str
    handler: Handler
    input_query: Callable[[], str] = str


def run_task(name: str) -> Callable[[Callable[..., None]], Task]:
    """Make a function of a run's id the task `pipeline.<name>`.

    A bug in it ends the run, which says so.
    """

    def decorate(handler: Callable[..., None]) -> Task:
        @shared_task(name=task_name(name), bind=True)
        @functools.wraps(handler)
        def task(self: Task, run_id: int, *args: Any) -> None:
            about = {"stage": name, "run": run_id, "task_id": self.request.id}
            with structlog.contextvars.bound_contextvars(**about):
                try:
                    handler(run_id, *args)
                except SERVER_AWAY as error:
                    raise requeue_message(name, error) from error
                except Exception as error:
                    log.exception("stage_crashed")
                    reason = (
                        f"the stage {name} crashed: {type(error).__name__}: {error}"
                    )
                    fail_run(run_id, reason)

        return task

    return decorate


def stage(name: str, input_query: Callable[[], str] = str) -> Callable[[Handler], Task]:
    """Make the function the task `pipeline.<name>`, on the queue of the same name.

    The query is asked for when the stage runs: only its worker loads what the stage needs.
    """

    def decorate(handler: Handler) -> Task:
        spec = StageSpec(name, handler, input_query)

        @shared_task(name=task_name(name), bind=True, max_retries=None)
        @functools.wraps(handler)
        def task(self: Task, ticket: Ticket) -> Ticket:
            if "ended" in ticket:
                return ticket
            return _run_or_requeue(self, spec, ticket)

        return task

    return decorate


def _run_or_requeue(task: Task, spec: StageSpec, ticket: Ticket) -> Ticket:
    try:
        return run_stage(task, spec, ticket)
    except SERVER_AWAY as error:
        reject = requeue_message(spec.name, error)
        transitions.release_if_possible(ticket["journey"], spec.name)
        raise reject from error


def run_stage(task: Task, spec: StageSpec, ticket: Ticket) -> Ticket:
    """Start the stage for the ticket's journey, run its handler and record the outcome."""
    context = transitions.start_stage(
        ticket["journey"], spec.name, spec.input_query(), _part(task.request)
    )
    if context is None:
        return {**ticket, "ended": "deleted"}
    if context.over:
        return {**ticket, "ended": context.state}
    if (
        not context.in_progress
    ):  # redelivered: the stage was done before its worker could say so
        behind = STAGES.index(context.stage) < STAGES.index(spec.name)
        if behind and context.batch:
            republish(context, context.batch)
        return ticket
    about = {
        "stage": spec.name,
        "run": context.run,
        "journey": context.id,
        "url": context.url,
        "task_id": task.request.id,
    }
    with structlog.contextvars.bound_contextvars(**about):
        outcome = _outcome(task, spec.handler, context)
        return record_outcome(task, context, outcome, ticket)


def _part(request: Any) -> Part | None:
    """Return what the end of this task counts for; None where another follows it in its chain."""
    if request.chord and request.group:
        return Part(request.group, request.id)
    return None


def _outcome(task: Task, handler: Handler, context: StageContext) -> Outcome:
    if context.run_state == "paused":
        give_back_if_paused(context)
    skipped = skip_reason(context)
    if skipped:
        return skipped
    if context.crashed:
        back_off(task, context)
    if context.has_lost_draft and context.batch:
        extract_again(context, context.batch)
    return run_handler(handler, context)


def skip_reason(context: StageContext) -> Rejected | None:
    """Return why the stage should not even begin, if so."""
    if context.run_state in ("cancelling", "cancelled"):
        detail = "the run was cancelled before this URL's turn came"
        return Rejected("cancelled", detail, skipped=True)
    if context.crash_count >= settings.MAX_CRASHES:
        detail = f"killed its worker {context.crash_count} times in the stage {context.stage}"
        return Rejected("killed-its-worker", detail)
    return None


def run_handler(handler: Handler, context: StageContext) -> Outcome:
    """Run the stage.

    A bug is loud in the log and quiet in the chain: the journey ends as "crashed".
    """
    worker = WORKERS[context.stage]
    try:
        with time_limit(worker.soft_seconds, worker.hard_seconds):
            return handler(context)
    except DATABASE_AWAY:
        raise
    except TimeLimitReached:
        connection.close()  # the signal may have cut a query in half
        return Rejected(
            "time-limit", f"took longer than the stage {context.stage} allows"
        )
    except MemoryError:
        return Rejected(
            "memory-limit", f"needed more memory than the stage {context.stage} allows"
        )
    except Exception as error:
        log.exception("stage_crashed")
        return Rejected("crashed", f"{type(error).__name__}: {error}")


def record_outcome(
    task: Task, context: StageContext, outcome: Outcome, ticket: Ticket
) -> Ticket:
    """Write the outcome to the journey's row and return the ticket for the next task of the
    chain."""
    if isinstance(outcome, Unavailable) and outcome.reason == STOPPED:
        outcome = stop(task, context)
    if isinstance(outcome, Unavailable):
        outcome = retry_or_fail(task, context, outcome)
    if isinstance(outcome, Advance):
        transitions.complete_stage(
            context, size=outcome.size, draft=outcome.draft, write=outcome.write
        )
        log.info("stage_finished", seconds=context.seconds)
        return ticket
    if isinstance(outcome, Ended):
        state = _finish(context, outcome)
        if outcome.counted:
            ticket = {**ticket, "counted": outcome.counted}
    else:
        state = _fail_or_skip(context, outcome)
    return {**ticket, "ended": state}


def _finish(context: StageContext, outcome: Ended) -> str:
    if not outcome.written:
        transitions.finish(context, outcome.state, "", outcome.detail, outcome.article)
    _log_end(log.info, context, outcome.state, "", outcome.detail)
    return outcome.state


def _fail_or_skip(context: StageContext, outcome: Rejected) -> str:
    if outcome.skipped:
        state = "skipped"
        level = log.info
    else:
        state = "failed"
        level = log.warning
    transitions.finish(context, state, outcome.reason, outcome.detail)
    _log_end(level, context, state, outcome.reason, outcome.detail)
    return state


def _log_end(
    level: Callable[..., Any],
    context: StageContext,
    state: str,
    reason: str,
    detail: str,
) -> None:
    level(
        "journey_ended",
        state=state,
        reason=reason,
        detail=detail,
        seconds=context.seconds,
    )
