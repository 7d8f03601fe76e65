"""Messages that no worker could handle, back to the queues that they came from.

There is no looking at them first: each look counts as a delivery, and a queue drops a message after its limit. Why
each of them died is told by the log once it is put back.
"""

from typing import Any

import structlog
from django.conf import settings
from kombu import Connection
from kombu.exceptions import OperationalError

from pipeline.queues import DEAD_LETTERS, EXCHANGE, STAGES

log = structlog.get_logger(__name__)
DEATH = {
    *("x-death", "x-first-death-exchange", "x-first-death-queue", "x-first-death-reason", "x-last-death-reason"),
    *("x-last-death-queue", "x-last-death-exchange", "x-delivery-count", "x-acquired-count"),
}


def put_back(most: int = 1000) -> int:
    """Moves up to `most` messages that are there now; returns how many. Raises OperationalError of kombu.

    A message is confirmed in its queue before it leaves this one: at worst it is there twice, which is harmless.
    """
    with Connection(
        settings.CELERY_BROKER_URL, connect_timeout=2, transport_options={"confirm_publish": True}
    ) as broker:
        try:
            with broker.channel() as channel:
                waiting = channel.queue_declare(DEAD_LETTERS, passive=True).message_count
                return sum(_put_back(channel) for _ in range(min(waiting, most)))
        except (*broker.connection_errors, *broker.channel_errors) as error:
            raise OperationalError(str(error)) from error


def _put_back(channel: Any) -> int:
    """Moves one message; returns whether there was one that names a stage."""
    message = channel.basic_get(DEAD_LETTERS)
    if message is None or message.delivery_info["routing_key"] not in STAGES:
        return 0
    headers = message.properties.get("application_headers") or {}
    message.properties["application_headers"] = {k: v for k, v in headers.items() if k not in DEATH}
    stage = message.delivery_info["routing_key"]
    channel.basic_publish(message, exchange=EXCHANGE.name, routing_key=stage, mandatory=True)
    channel.basic_ack(message.delivery_tag)
    why = headers.get("x-first-death-reason") or "not said"
    log.info("dead_letter_put_back", stage=stage, reason=why, task_id=headers.get("id"))
    return 1
