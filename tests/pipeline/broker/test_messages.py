"""What a task's message holds on the wire."""

import json
import re
import subprocess
import sys
from socket import SHUT_RDWR
from typing import Any

import pytest
from amqp import Channel
from celery.app.amqp import task_message
from celery.exceptions import OperationalError as BrokerError

from myworld.celery import app
from pipeline.broker import chords, queues
from pipeline.broker.messages import capture_messages
from pipeline.broker.publisher import PLACEHOLDER_ID, capture_message, send_all
from pipeline.journeys import canvas
from pipeline.models import Batch
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


def test_a_message_has_the_headers_that_say_something_and_a_body_of_plain_json(
    broker: Any,
) -> None:
    headers, body = sent(fetch, task_id="one", chain=[store.s()])

    assert headers == {
        "lang": "py",
        "task": "pipeline.fetch",
        "id": "one",
        "ignore_result": True,
    }
    assert body[:2] == [[{"journey": 7}], {}]
    assert body[2]["chain"][0]["task"] == "pipeline.store"


def test_what_a_message_needs_to_come_back_and_to_be_counted_travels_with_it(
    broker: Any,
) -> None:
    headers, _ = sent(
        store, task_id="two", group_id="batch", retries=2, time_limit=9, expires=60
    )

    assert (headers["group"], headers["retries"], headers["timelimit"]) == (
        "batch",
        2,
        [9, None],
    )
    assert headers["expires"]


def made_by_celery(batch: Batch, journeys: list[int]) -> dict[int, Any]:
    """What Celery would send of a batch: journey -> headers, properties and body."""
    with capture_messages() as messages:
        canvas.canvas(batch, journeys).apply_async(task_id="body")
    return {
        m.body[0][0]["journey"]: said(m.headers, m.properties, json.dumps(m.body))
        for _, m in messages
    }


def said(headers: dict[str, Any], properties: dict[str, Any], body: str) -> list[Any]:
    """A message without the place in its group, which no header tells later on (messages.UNREAD_HEADERS)."""
    return [
        headers,
        properties,
        json.loads(re.sub(r'"group_index": ?\d+', '"group_index":0', body)),
    ]


def test_the_copies_that_a_batch_is_sent_as_are_what_celery_would_have_sent(
    broker: Any, db: None
) -> None:
    batch = Batch(pk=3, run_id=5, number=0, size=2)
    chords.create_chord(canvas.derived("batch", batch.pk), 2)
    sheet = capture_message(
        lambda: canvas.canvas(batch, [PLACEHOLDER_ID]).apply_async(task_id="body")
    )
    pairs = {
        pk: zip(canvas.ids(PLACEHOLDER_ID), canvas.ids(pk), strict=True)
        for pk in (70, 71)
    }
    copies = {pk: sheet.copy(own) for pk, own in pairs.items()}
    expected = made_by_celery(batch, [70, 71])

    assert sheet.routing_key == "fetch"
    assert {
        pk: said(m.headers, m.properties, m.body) for pk, m in copies.items()
    } == expected


def test_a_broker_that_refuses_messages_is_told_of(
    broker: Any, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Channel,
        "basic_publish",
        lambda channel, *args, **options: channel._on_basic_nack(1, False),
    )

    with pytest.raises(BrokerError, match="refused"):
        send_all([task_message({}, {}, "[]", None)], "fetch")


def test_messages_go_out_over_a_new_connection_where_the_old_one_is_lost(
    broker: Any, db: None
) -> None:
    with app.connection_for_write() as connection:
        queues.declare(connection)
    with app.pool.acquire(block=True) as pooled:
        pooled.ensure_connection()
        pooled.connection.transport.sock.shutdown(
            SHUT_RDWR
        )  # as a broker that was killed leaves it

    send_all(
        [
            task_message({"task": "pipeline.fetch", "id": str(n)}, {}, "[]", None)
            for n in range(3)
        ],
        "fetch",
    )

    with app.connection_for_write() as connection:
        assert (
            connection.default_channel.queue_declare(
                "fetch", passive=True
            ).message_count
            == 3
        )


def test_what_is_withheld_is_not_sent(broker: Any) -> None:
    with app.connection_for_write() as connection:
        queues.declare(connection)
        with capture_messages() as messages:
            fetch.apply_async(({"journey": 7},), task_id="one")
        with connection.channel() as channel:
            assert channel.basic_get("fetch", no_ack=True) is None

    assert [name for name, _ in messages] == ["pipeline.fetch"]


def test_a_process_that_knows_no_task_publishes_the_same_message() -> None:
    code = """
import django
django.setup()
import json, sys
from pipeline.broker import chords, publisher
from pipeline.journeys import canvas
from pipeline.models import Batch
if sys.argv[1] == "with":
    import pipeline.tasks
chords.ChordBackend.apply_chord = lambda *_, **__: None
sheet = publisher.capture_message(lambda: canvas.canvas(Batch(pk=3, run_id=1), [7]).apply_async(task_id="body"))
headers, properties, body = json.loads(sheet.text)
print(json.dumps([headers, sorted(properties), body.replace(properties["reply_to"], "")], sort_keys=True))
"""
    published = [
        subprocess.run(
            [sys.executable, "-c", code, known],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for known in ("with", "without")
    ]

    assert published[0] == published[1] != ""
