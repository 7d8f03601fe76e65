"""Sends the next task of a journey's chain by a shorter way than Celery's.

Between a signature and the broker Celery asks settings, routes, signals, pools and policies, a
third of what a stage costs around its own work. Of a chain that canvas.py made, all of that is
known: what is left are a few headers, the body, and a channel that is kept open. Whatever else an
option asks for, and whatever goes wrong, is Celery's, which connects anew and tries again.
"""

import os
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from celery import current_app
from django.conf import settings
from kombu import Connection

from pipeline.broker.messages import CAPTURED, CONTENT_TYPE, ENCODING, encode
from pipeline.broker.queues import EXCHANGE, HEADER_STAGES, task_name

PERSISTENT = 2
STAGE_OF = {task_name(stage): stage for stage in HEADER_STAGES}
# What a chain says of its next task. Not sent: where it comes from, which nobody reads.
SENT = {"task_id", "chain", "chord", "group_id", "ignore_result"}
NOT_SENT = {"parent_id", "root_id", "group_index", "priority", "reply_to"}

# Connections that nobody uses now, the last used first; each is used by one thread at a time.
idle_connections: deque[Connection] = deque()
_of_parent: list[Connection] = []


def _leave_to_parent() -> None:
    """Neither use nor close in a forked process what its parent goes on using."""
    _of_parent.extend(idle_connections)
    idle_connections.clear()


os.register_at_fork(after_in_child=_leave_to_parent)


def is_plain(task: str, options: Mapping[str, Any]) -> bool:
    """Whether a task with these options is the next of a journey's chain, and nothing else is asked
    for."""
    return (
        task in STAGE_OF
        and "chain" in options
        and options.keys() <= SENT | NOT_SENT
        and options.get("priority") is None
        and CAPTURED.get() is None
        and not current_app.conf.task_always_eager
    )


def send(task: str, args: Sequence[Any], options: Mapping[str, Any]) -> bool:
    """Send the task and wait until the broker has it; return whether that went well.

    Where it did not, the broker may have it all the same.
    """
    headers, body = message_of(task, args, options)
    try:
        _publish(headers, body, options["task_id"], STAGE_OF[task])
    except Exception:  # noqa: BLE001 - Celery tries again, and raises what it then finds
        return False
    return True


def message_of(
    task: str, args: Sequence[Any], options: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Any]]:
    """Return headers and body as CompactAMQP makes them."""
    headers = {"lang": "py", "task": task, "id": options["task_id"]}
    if options.get("group_id"):
        headers["group"] = options["group_id"]
    followers = {
        "callbacks": None,
        "errbacks": None,
        "chain": options["chain"],
        "chord": options.get("chord"),
    }
    return {**headers, "ignore_result": True}, [args, {}, followers]


def _publish(
    headers: dict[str, Any], body: list[Any], task_id: str, routing_key: str
) -> None:
    try:
        connection = idle_connections.popleft()
    except IndexError:
        connection = current_app.connection_for_write()
    try:
        channel = connection.default_channel
        message = channel.prepare_message(
            encode(body),
            0,
            CONTENT_TYPE,
            ENCODING,
            headers,
            {"correlation_id": task_id, "delivery_mode": PERSISTENT},
        )
        channel.basic_publish(
            message,
            exchange=EXCHANGE.name,
            routing_key=routing_key,
            confirm_timeout=settings.CELERY_BROKER_TRANSPORT_OPTIONS["confirm_timeout"],
        )
    except BaseException:
        connection.collect()  # an answer may still be under way
        raise
    idle_connections.appendleft(connection)
