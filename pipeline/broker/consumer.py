"""Looks at each message before Celery sees it.

One that no worker could handle goes to the dead letters.
"""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from celery.worker.consumer import Consumer

from pipeline.broker.delivery import bury
from pipeline.broker.queues import HEADER_STAGES, task_name

log = structlog.get_logger(__name__)

MAX_BODY_BYTES = 256_000  # ours are below three thousand
OF_JOURNEYS = {task_name(stage) for stage in HEADER_STAGES}
HEADER_TYPES: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "group": str,
    "retries": int,
    "eta": str,
    "expires": str,
    "timelimit": (list, tuple),
    "root_id": str,
    "parent_id": str,
    "ignore_result": bool,
    "stamps": dict,
    "stamped_headers": (list, tuple),
}


class CarefulConsumer(Consumer):
    """Celery's consumer, which sees only messages that it can handle; the others go to the dead
    letters.
    """

    def create_task_handler(self, *args: Any, **kwargs: Any) -> Callable[[Any], None]:
        """Return what is called with each message."""
        handle = super().create_task_handler(*args, **kwargs)
        lost = (*self.connection_errors, *self.app.connection_for_read().channel_errors)

        def on_message(message: Any) -> None:
            if problem := problem_of(message, self.app.tasks):
                return self.bury(message, problem)
            try:
                handle(message)
            except lost:
                raise
            except Exception as error:
                log.exception("message_not_handled")
                if not message.acknowledged:
                    self.bury(message, "its worker could not take it", error)

        return on_message

    def on_decode_error(self, message: Any, error: Exception) -> None:
        """Bury a message that its transport could not read."""
        self.bury(message, "its body cannot be read", error)

    def on_unknown_message(self, body: Any, message: Any) -> None:
        """Bury a message that is no task."""
        self.bury(message, "it is no task")

    def on_unknown_task(self, body: Any, message: Any, error: Exception) -> None:
        """Bury a message of a task that this version does not have."""
        self.bury(message, "its task is not known here", error)

    def on_invalid_task(self, body: Any, message: Any, error: Exception) -> None:
        """Bury a message whose headers Celery refuses."""
        self.bury(message, "its worker could not take it", error)

    def bury(
        self, message: Any, reason: str, error: BaseException | None = None
    ) -> None:
        """Move the message to the dead letters; where that cannot be done it goes back to its
        queue."""
        queue = message.delivery_info.get("routing_key") or "unknown"
        log.error("message_buried", queue=queue, reason=reason, error=str(error or ""))
        headers = message.headers if isinstance(message.headers, dict) else {}
        body = message.body
        if isinstance(body, str):
            body = body.encode("utf-8", "surrogatepass")
        try:
            bury(
                bytes(body),
                headers,
                message.content_type,
                message.content_encoding,
                queue,
                reason,
                error,
            )
        except Exception:
            log.exception("dead_letter_not_written")
            message.reject_log_error(log, self.connection_errors, requeue=True)
        else:
            message.ack_log_error(log, self.connection_errors)


def problem_of(message: Any, tasks: Mapping[str, Any]) -> str:
    """Why no worker could handle the message; "" where it is one of ours."""
    if len(message.body or b"") > MAX_BODY_BYTES:
        return f"its body is larger than {MAX_BODY_BYTES} bytes"
    headers = message.headers
    if not isinstance(headers, dict) or not isinstance(headers.get("task"), str):
        return "it names no task"
    if not isinstance(headers.get("id"), str):
        return "it has no id"
    for name, kind in HEADER_TYPES.items():
        if headers.get(name) is not None and not isinstance(headers[name], kind):
            return f"its header {name} is not what it should be"
    task = tasks.get(headers["task"])
    if task is None:
        return f"its task is not known here: {headers['task'][:100]}"
    try:
        payload = message.payload
    except Exception as error:  # noqa: BLE001 - a codec may raise anything
        return f"its body cannot be read: {type(error).__name__}: {error}"[:300]
    return _problem_of_payload(payload, task)


def _problem_of_payload(payload: Any, task: Any) -> str:
    if not isinstance(payload, list | tuple) or len(payload) != 3:
        return "its body is no list of arguments"
    args, kwargs, followers = payload
    shapes = (
        isinstance(args, list | tuple),
        isinstance(kwargs, dict),
        followers is None or isinstance(followers, dict),
    )
    if not all(shapes):
        return "its body is no list of arguments"
    try:
        task.__header__(*args, **kwargs)
    except TypeError as error:
        return f"its arguments are not those of its task: {error}"[:300]
    if task.name in OF_JOURNEYS and not _is_ticket(args):
        return "it names no URL of a run"
    return ""


def _is_ticket(args: Any) -> bool:
    return (
        bool(args) and isinstance(args[0], dict) and type(args[0].get("journey")) is int
    )
