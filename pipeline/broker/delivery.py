"""What becomes of a message that a worker cannot handle: it goes to the dead letters with its
reason, or back.

Celery trusts its messages. One that it cannot read stops its consumer, and an error beside the
task's own (in what follows it) is lost in a thread pool together with the slot that held the
message. Here whatever escapes a task is an answer to the broker; consumer.py looks at a message
before Celery sees it.
"""

import json
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from billiard.einfo import ExceptionInfo  # type: ignore[import-untyped]
from celery import Task, current_app, states
from celery.app.trace import TraceInfo, trace_ok_t
from celery.exceptions import Reject
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from pipeline.broker import next_step
from pipeline.broker.queues import DEAD_EXCHANGE, STAGES, declare, task_name
from pipeline.core.database import wait_for_database

log = structlog.get_logger(__name__)

MAX_DELIVERIES = 3  # of a message whose task fails for no reason that would pass
DATABASE_WAIT_SECONDS = 15.0  # within the time limit of every stage
MAX_TEXT_LENGTH = 4000  # of an error and of its trace, in a header
REASON = "gleaner-death-reason"
ERROR = "gleaner-error"
TRACE = "gleaner-trace"
BURIED_AT = "gleaner-died"
DELIVERIES = "gleaner-deliveries"
OF_STAGES = {task_name(stage) for stage in STAGES}

Tracer = Callable[..., Any]
RUNNING: dict[
    str, float
] = {}  # id of each task that this process works on -> when it began, of time.monotonic


class SafeTask(Task):
    """A task whose message is always answered, whatever escapes it."""

    abstract = True
    _tracer: Tracer | None = None

    @property
    def __trace__(self) -> Tracer | None:
        return self._tracer

    @__trace__.setter
    def __trace__(self, tracer: Tracer | None) -> None:
        if tracer is None:
            self._tracer = None
        else:
            self._tracer = _answering(self.name, tracer)

    def apply_async(
        self, args: Any = None, kwargs: Any = None, *others: Any, **options: Any
    ) -> Any:
        """Send the task, as Celery does; the next of a journey's chain by a shorter way."""
        is_plain = not (kwargs or others) and next_step.is_plain(self.name, options)
        if is_plain and next_step.send(self.name, args, options):
            return None
        return super().apply_async(args, kwargs, *others, **options)


def _answering(task: str, tracer: Tracer) -> Tracer:
    def trace(
        uuid: str, args: Any, kwargs: Any, request: Mapping[str, Any] | None = None
    ) -> trace_ok_t:
        message = dict(request or {})
        RUNNING[uuid] = time.monotonic()
        try:
            done = tracer(uuid, args, kwargs, request)
        except Reject as reject:
            if isinstance(reject.__cause__, OperationalError | InterfaceError):
                return _rejected(_come_back(task, reject.__cause__))
            return _rejected(reject)
        except (OperationalError, InterfaceError) as error:
            return _rejected(_come_back(task, error))
        except Exception as error:  # noqa: BLE001 - lost here, it would take its slot along
            return _rejected(_give_back_or_bury(task, args, kwargs, message, error))
        finally:
            RUNNING.pop(uuid, None)
        if (
            task in OF_STAGES
            and done.info is not None
            and done.info.state == states.FAILURE
        ):
            _bury_task(task, args, kwargs, message, done.info.retval)
        return done

    return trace


def _rejected(reject: Reject) -> trace_ok_t:
    try:
        raise reject
    except Reject:
        return trace_ok_t(
            ExceptionInfo(internal=True), TraceInfo(states.REJECTED, reject), 0.0, ""
        )


def _come_back(task: str, error: Exception) -> Reject:
    connection.close()
    log.warning("server_away", task=task, error=str(error).strip())
    time.sleep(1)  # the broker would hand it out again at once
    wait_for_database(DATABASE_WAIT_SECONDS)
    return Reject(str(error), requeue=True)


def _give_back_or_bury(
    task: str, args: Any, kwargs: Any, message: dict[str, Any], error: Exception
) -> Reject:
    deliveries = 1 + int(message.get("x-delivery-count") or 0)
    log.exception("task_escaped", task=task, deliveries=deliveries)
    if deliveries >= MAX_DELIVERIES and _bury_task(task, args, kwargs, message, error):
        return Reject(str(error), requeue=False)
    time.sleep(1)
    return Reject(str(error), requeue=True)


def _bury_task(
    task: str, args: Any, kwargs: Any, message: dict[str, Any], error: BaseException
) -> bool:
    followers = {
        name: message.get(name) for name in ("callbacks", "errbacks", "chain", "chord")
    }
    body = json.dumps([args, kwargs, followers], default=str)
    headers: dict[str, Any] = {"task": task}
    for name in ("id", "group", "retries", "x-delivery-count"):
        if name in message:
            headers[name] = message[name]
    where = (message.get("delivery_info") or {}).get("routing_key") or "unknown"
    try:
        bury(
            body.encode(),
            headers,
            "application/json",
            "utf-8",
            where,
            "its task failed",
            error,
        )
    except Exception:
        log.exception("dead_letter_not_written", task=task)
        return False
    return True


def bury(
    body: bytes,
    headers: Mapping[str, Any],
    content_type: str | None,
    content_encoding: str | None,
    queue: str,
    reason: str,
    error: BaseException | None = None,
) -> None:
    """Write a dead letter, and declare where they lie in case it is gone.

    Raises the broker's error.
    """
    why: dict[str, Any] = {REASON: reason, BURIED_AT: datetime.now(UTC)}
    why[DELIVERIES] = 1 + int(headers.get("x-delivery-count") or 0)
    if error is not None:
        why[ERROR] = f"{type(error).__name__}: {error}"[:MAX_TEXT_LENGTH]
        why[TRACE] = "".join(traceback.format_exception(error))[-MAX_TEXT_LENGTH:]
    kept = {name: value for name, value in headers.items() if name != "compression"}
    with current_app.producer_pool.acquire(block=True) as producer:
        declare(producer.connection, settings.QUEUE_TYPE)
        producer.publish(
            body,
            exchange=DEAD_EXCHANGE,
            routing_key=queue,
            headers={**kept, **why},
            content_type=content_type or "application/octet-stream",
            content_encoding=content_encoding or "binary",
            delivery_mode=2,
            mandatory=True,
            retry=True,
            retry_policy=settings.CELERY_TASK_PUBLISH_RETRY_POLICY,
        )
