"""What a task's message holds on the wire."""

import json
from typing import Any

import pytest

from myworld.celery import app
from pipeline import queues
from pipeline.tasks import fetch, store

pytestmark = pytest.mark.broker


def sent(task: Any, **options: Any) -> tuple[dict[str, Any], Any]:
    """Headers and body of the message that sending the task leaves in its queue."""
    with app.connection_for_write() as connection:
        queues.declare(connection)
        task.apply_async(({"journey": 7},), **options)
        with connection.channel() as channel:
            message = channel.basic_get(task.name.rpartition(".")[2], no_ack=True)
    headers = message.properties["application_headers"]
    headers.pop("x-delivery-count", None)  # the broker's
    return headers, json.loads(message.body)


def test_a_message_has_the_headers_that_say_something_and_a_body_of_plain_json(broker: Any) -> None:
    headers, body = sent(fetch, task_id="one", chain=[store.s()])

    assert headers == {"lang": "py", "task": "pipeline.fetch", "id": "one", "ignore_result": True}
    assert body[:2] == [[{"journey": 7}], {}]
    assert body[2]["chain"][0]["task"] == "pipeline.store"


def test_what_a_message_needs_to_come_back_and_to_be_counted_travels_with_it(broker: Any) -> None:
    headers, _ = sent(store, task_id="two", group_id="wave", retries=2, time_limit=9, expires=60)

    assert (headers["group"], headers["retries"], headers["timelimit"]) == ("wave", 2, [9, None])
    assert headers["expires"]
