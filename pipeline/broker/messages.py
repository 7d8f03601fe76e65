"""The message that carries a task, without what nobody reads.

Celery describes a task in nineteen headers, which py-amqp writes and reads in pure Python, and
prints its arguments for tools that show them; it looks for types of its own in the body, whose
tickets hold none. Most of what a message costs its sender, the broker and its receiver goes into
that.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property, partial
from typing import Any

from amqp.exceptions import NotFound
from celery.app.amqp import AMQP, task_message
from celery.exceptions import OperationalError as BrokerError
from kombu.serialization import register

from pipeline.broker.queues import repair

# JSON as it is; "json" is kombu's, with dates, decimals and identifiers as objects
SERIALIZER = "plain"
CONTENT_TYPE = "application/json"
ENCODING = "utf-8"
UNREAD_HEADERS = {
    "argsrepr",
    "kwargsrepr",
    "origin",
    "group_index",
    "root_id",
    "parent_id",
}

CAPTURED: ContextVar[list[tuple[str, task_message]] | None] = ContextVar(
    "WITHHELD", default=None
)

encode = partial(json.dumps, separators=(",", ":"))
register(SERIALIZER, encode, json.loads, CONTENT_TYPE, ENCODING)


class CompactAMQP(AMQP):
    """Celery's messages with the headers that say something, to queues that are there
    (`queues.declare`).
    """

    def as_task_v2(self, *args: Any, **options: Any) -> task_message:
        """Return a task's message, as Celery's second protocol has it."""
        message = super().as_task_v2(
            *args, **options | {"argsrepr": "", "kwargsrepr": "", "origin": "-"}
        )
        limits = message.headers.pop("timelimit")
        headers = {
            name: value
            for name, value in message.headers.items()
            if value and name not in UNREAD_HEADERS
        }
        return message._replace(
            headers=headers | ({"timelimit": limits} if any(limits) else {})
        )

    @cached_property
    def send_task_message(self) -> Any:
        """Sends a message. Declaring its queue before each is left out."""
        send = partial(self._create_task_sender(), declare=())

        def send_or_capture(
            producer: Any, name: str, message: task_message, **options: Any
        ) -> Any:
            messages = CAPTURED.get()
            if messages is not None:
                messages.append((name, message))
                return None
            try:
                return send(producer, name, message, **options)
            except (BrokerError, NotFound) as error:
                if not is_missing(error):
                    raise
                repair(
                    producer.connection,
                    self.app.conf.broker_native_delayed_delivery_queue_type,
                )
                return send(producer, name, message, **options)

        return send_or_capture


def is_missing(error: BaseException) -> bool:
    """Whether an exchange that a message goes to is not there: somebody deleted it."""
    return isinstance(error, NotFound) or isinstance(error.__cause__, NotFound)


@contextmanager
def capture_messages() -> Iterator[list[tuple[str, task_message]]]:
    """Meanwhile this thread's tasks are not sent; the list gets their names and messages."""
    messages: list[tuple[str, task_message]] = []
    token = CAPTURED.set(messages)
    try:
        yield messages
    finally:
        CAPTURED.reset(token)
