"""Sends many tasks that differ in one row's id only, at once.

To make a chain and to send its first task costs Celery more than to run it. So Celery makes one,
for a placeholder row; the others are copies of its message with ids of their own. All go out before
the first confirmation is awaited, and only when the broker has confirmed every one are they sent.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from amqp import Channel
from celery import current_app
from celery.app.amqp import task_message
from celery.exceptions import OperationalError as BrokerError
from django.conf import settings
from kombu import Connection

from pipeline.broker.messages import capture_messages, is_missing
from pipeline.broker.queues import EXCHANGE, repair, task_name

PLACEHOLDER_ID = 2**62 + 2**31  # the id of no row
CONFIRM_TIMEOUT_SECONDS = 10.0  # seconds for the broker to say anything
PERSISTENT = 2


def send_discover(run_id: int, **options: Any) -> None:
    """Send the run to its discovery. Raises the broker's error where it is away."""
    current_app.send_task(
        task_name("discover"), [run_id], ignore_result=True, **options
    )


class MessageTemplate(NamedTuple):
    """A task's message for PLACEHOLDER_ID, as text."""

    text: str
    routing_key: str

    def copy(self, own: Iterable[tuple[str, str]]) -> task_message:
        """Return the message with a row's own texts, each given as (placeholder's, own)."""
        text = self.text
        for placeholder, own_text in own:
            text = text.replace(placeholder, own_text)
        return task_message(*json.loads(text), None)


def capture_message(send: Callable[[], object]) -> MessageTemplate:
    """Return the first message that `send` would send; it sends none."""
    with capture_messages() as messages:
        send()
    name, message = messages[0]
    body = json.dumps(message.body, separators=(",", ":"))
    return MessageTemplate(
        json.dumps([message.headers, message.properties, body]), name.rpartition(".")[2]
    )


def send_all(messages: Iterable[task_message], routing_key: str) -> None:
    """Send the messages and wait until the broker has them.

    Raises BrokerError: then any of them may be there.
    """
    kept = list(messages)
    with current_app.pool.acquire(block=True) as connection:
        for last in (False, True):
            try:
                connection.ensure_connection(
                    **current_app.conf.task_publish_retry_policy
                )
                return _send(connection, kept, routing_key)
            except (*connection.connection_errors, *connection.channel_errors) as error:
                if is_missing(error) and not last:
                    repair(connection, settings.QUEUE_TYPE)
                    continue
                connection.collect()  # the next use makes a new one
                if last:
                    raise BrokerError(str(error)) from error


def _send(
    connection: Connection, messages: list[task_message], routing_key: str
) -> None:
    with (
        connection.channel() as channel
    ):  # its own: confirmations are counted from its first message
        channel.confirm_select()
        unconfirmed = set(range(1, len(messages) + 1))

        def confirmed(tag: int, multiple: bool) -> None:
            unconfirmed.difference_update(range(1, tag + 1) if multiple else (tag,))

        def refused(_tag: int, _multiple: bool) -> None:
            raise BrokerError("the broker refused a task's message")

        channel.events["basic_ack"].add(confirmed)
        channel.events["basic_nack"].add(refused)
        for message in _prepared(channel, messages):
            # Not the channel's own, which waits for each message's confirmation.
            Channel.basic_publish(
                channel, message, exchange=EXCHANGE.name, routing_key=routing_key
            )
        while unconfirmed:
            connection.drain_events(timeout=CONFIRM_TIMEOUT_SECONDS)


def _prepared(channel: Any, messages: list[task_message]) -> Iterator[Any]:
    for headers, properties, body, _ in messages:
        own = {**properties, "delivery_mode": PERSISTENT}
        yield channel.prepare_message(
            body, 0, "application/json", "utf-8", headers, own
        )
