"""Whatever lies on a queue, its worker goes on, and what it cannot handle is a dead letter with the reason."""

import json
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from celery.exceptions import Reject
from django.db import OperationalError
from kombu import Connection, Producer

from pipeline.broker import delivery
from pipeline.broker.delivery import ERROR, REASON, TRACE
from pipeline.broker.queues import (
    DEAD_LETTERS,
    EXCHANGE,
    HEADER_STAGES,
    STAGES,
    task_name,
)
from tests.real_servers import RealServer
from tests.waiting import wait_until

pytestmark = [pytest.mark.broker, pytest.mark.django_db(transaction=True)]
Start = Callable[..., subprocess.Popen[bytes]]
NOBODY = 10**9  # the id of no row
JSON = {"content_type": "application/json", "content_encoding": "utf-8"}


def good(stage: str) -> bytes:
    """The body of a message whose URL or run is gone: it is handled, and nothing comes of it."""
    if stage in HEADER_STAGES:
        arguments: list[Any] = [{"journey": NOBODY}]
    else:
        arguments = [NOBODY]
    if stage == "summarise":
        arguments.append(NOBODY)
    return json.dumps([arguments, {}, {}]).encode()


def garbage(stage: str) -> list[tuple[bytes, dict[str, Any]]]:
    """Bodies and how they are sent; none of them is anything that a worker can handle."""
    headers = {"task": task_name(stage), "id": "an-id"}
    fine = good(stage)
    return [
        (b"{not json", {**JSON, "headers": headers}),
        (b"\xff\xfe\x00", {**JSON, "headers": headers}),
        (b"", {**JSON, "headers": headers}),
        (b"null", {**JSON, "headers": headers}),
        (b"[]", {**JSON, "headers": headers}),
        (b"[1, 2, 3]", {**JSON, "headers": headers}),
        (b"[[], {}, {}]", {**JSON, "headers": headers}),
        (b'[[{"journey": "x"}, 2, 3], {}, {}]', {**JSON, "headers": headers}),
        (b'[[], {"odd": 1}, {}]', {**JSON, "headers": headers}),
        (b"[" * 100_000, {**JSON, "headers": headers}),
        (b"x" * 1_000_000, {**JSON, "headers": headers}),
        (fine, {"content_type": "text/who-knows", "content_encoding": "utf-8", "headers": headers}),
        (fine, {"content_type": "application/x-python-serialize", "content_encoding": "binary", "headers": headers}),
        (fine, {**JSON, "headers": {}}),
        (fine, {**JSON, "headers": {"task": task_name(stage)}}),
        (fine, {**JSON, "headers": {"task": 7, "id": "x"}}),
        (fine, {**JSON, "headers": {"task": "pipeline.no_such_task", "id": "x"}}),
        (fine, {**JSON, "headers": {**headers, "timelimit": "soon"}}),
        (fine, {**JSON, "headers": {**headers, "eta": "some day"}}),
        (fine, {**JSON, "headers": {**headers, "expires": {"a": 1}}}),
        (fine, {**JSON, "headers": {**headers, "retries": "many"}}),
        (fine, {**JSON, "headers": {**headers, "compression": "application/x-gzip"}}),
    ]  # fmt: skip


@pytest.fixture
def channel(broker: Any, settings: Any) -> Iterator[Any]:
    settings.CELERY_BROKER_URL = broker.conf.broker_url
    with (
        Connection(broker.conf.broker_url) as connection,
        connection.channel() as channel,
    ):
        channel.queue_purge(DEAD_LETTERS)
        yield channel
        channel.queue_purge(DEAD_LETTERS)


def publish(channel: Any, stage: str, body: bytes, **how: Any) -> None:
    Producer(channel, exchange=EXCHANGE).publish(body, routing_key=stage, **how)


def ready(channel: Any, queue: str) -> int:
    return int(channel.queue_declare(queue, passive=True).message_count)


def held(rabbitmq: RealServer, queue: str) -> int:
    """Messages of a queue that wait or that a worker has, as the management plugin counts them now and then."""
    given = rabbitmq.environment
    address = f"{given['RABBITMQ_MANAGEMENT_URL']}/api/queues/{given['RABBITMQ_DEFAULT_VHOST']}/{queue}"
    who = (given["RABBITMQ_DEFAULT_USER"], given["RABBITMQ_DEFAULT_PASS"])
    counted = requests.get(address, auth=who, timeout=180).json()
    return int(counted.get("messages_ready", 1)) + int(
        counted.get("messages_unacknowledged", 1)
    )


def dead(channel: Any) -> list[dict[str, Any]]:
    """The headers of all dead letters, which are taken away."""
    found = []
    while message := channel.basic_get(DEAD_LETTERS):
        found.append(message.properties["application_headers"])
        channel.basic_ack(message.delivery_tag)
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_garbage_of_every_kind_is_buried_with_a_reason_and_its_worker_goes_on(
    stage: str, channel: Any, start: Start, rabbitmq: RealServer
) -> None:
    worker = start("manage.py", "work", stage, CONCURRENCY="2")
    sent = garbage(stage)
    for body, how in sent:
        publish(channel, stage, body, **how)
    wait_until(
        lambda: ready(channel, DEAD_LETTERS) == len(sent), what="for the dead letters"
    )
    headers = {"task": task_name(stage), "id": "good"}
    for _ in range(8):
        publish(channel, stage, good(stage), headers=headers, **JSON)
    wait_until(
        lambda: held(rabbitmq, stage) == 0, what="for the good ones to be handled"
    )

    worker.terminate()
    assert worker.wait(600) == 0
    letters = dead(channel)
    assert len(letters) == len(sent)
    assert all(letter[REASON] for letter in letters)


def test_a_task_that_fails_by_a_bug_leaves_its_message_with_the_trace(
    channel: Any, start: Start
) -> None:
    start("manage.py", "work", "summarise", CONCURRENCY="1")
    body = json.dumps([["no number", 1], {}, {}]).encode()
    headers = {"task": task_name("summarise"), "id": "odd"}
    publish(channel, "summarise", body, headers=headers, **JSON)
    wait_until(lambda: ready(channel, DEAD_LETTERS) == 1, what="for the dead letter")
    letter = dead(channel)[0]
    assert letter["id"] == "odd"
    assert "expected a number" in letter[ERROR]
    assert "Traceback" in letter[TRACE]


@pytest.mark.parametrize(
    ("error", "deliveries", "requeued", "buried"),
    [
        (RuntimeError("a bug"), 0, True, 0),
        (RuntimeError("a bug"), delivery.MAX_DELIVERIES, False, 1),
        (OperationalError("the server is away"), delivery.MAX_DELIVERIES, True, 0),
        (Reject("as a stage says", requeue=True), delivery.MAX_DELIVERIES, True, 0),
    ],
)
def test_what_escapes_a_task_is_an_answer_to_the_broker(
    error: Exception,
    deliveries: int,
    requeued: bool,
    buried: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    letters: list[Any] = []
    monkeypatch.setattr(delivery, "bury", lambda *given: letters.append(given))
    monkeypatch.setattr(delivery.time, "sleep", lambda _: None)

    def tracer(*_: Any) -> None:
        raise error

    answering = delivery._answering(task_name("store"), tracer)
    request = {
        "x-delivery-count": deliveries,
        "delivery_info": {"routing_key": "store"},
    }
    failed, info, *_ = answering("id", [], {}, request)
    assert info.state == "REJECTED"
    assert failed.exception.exc.requeue == requeued
    assert len(letters) == buried
