"""The next task of a journey's chain is sent by a shorter way, and as Celery would send it."""

import json
from socket import SHUT_RDWR
from typing import Any

import pytest

from myworld.celery import app
from pipeline.broker import next_step
from pipeline.broker.messages import capture_messages
from pipeline.journeys import canvas
from pipeline.tasks import extract, store

pytestmark = pytest.mark.broker
TICKET = {"journey": 7}


class UsedCeleryError(Exception):
    """Celery was asked to send."""


@pytest.fixture
def _celery_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise UsedCeleryError

    monkeypatch.setattr(app, "send_task", refuse)


def steps() -> list[tuple[Any, dict[str, Any]]]:
    """Each later task of a journey, with what its chain says of it."""
    _, second, third = canvas.journey(7).tasks
    said = {"parent_id": "before", "root_id": "first", "priority": None}
    counted = {"chord": {"task": "pipeline.summarise"}, "group_id": "batch"}
    return [
        (extract, {**second.options, **said, "chain": [third]}),
        (store, {**third.options, **said, **counted, "chain": []}),
    ]


def received(stage: str) -> tuple[dict[str, Any], dict[str, Any], Any]:
    """Headers, properties and body of the message that waits in a queue."""
    with app.connection_for_write() as connection, connection.channel() as channel:
        message = channel.basic_get(stage, no_ack=True)
    properties = dict(message.properties)
    headers = properties.pop("application_headers")
    headers.pop("x-delivery-count", None)  # the broker's
    return headers, properties, json.loads(message.body)


def test_what_goes_the_shorter_way_is_what_celery_would_have_sent(broker: Any) -> None:
    for task, options in steps():
        assert next_step.is_plain(task.name, options)
        task.apply_async((TICKET,), **options)
        sent = received(task.name.rpartition(".")[2])

        with capture_messages() as captured:  # only Celery's are
            task.apply_async((TICKET,), **options)
        [(_, message)] = captured
        expected = {**message.properties, "delivery_mode": 2}
        del expected["reply_to"]  # nobody replies
        assert sent[0] == message.headers
        assert {name: value for name, value in sent[1].items() if value} == {
            "content_type": "application/json",
            "content_encoding": "utf-8",
            **{name: value for name, value in expected.items() if value},
        }
        assert sent[2] == json.loads(json.dumps(message.body))


def test_a_lost_connection_costs_no_message(broker: Any) -> None:
    task, options = steps()[0]
    task.apply_async((TICKET,), **options)
    assert received("extract")
    [connection] = next_step.idle_connections
    connection.connection.transport.sock.shutdown(SHUT_RDWR)

    task.apply_async((TICKET,), **options)

    assert received("extract")[2][0] == [TICKET]
    assert not next_step.idle_connections


@pytest.mark.usefixtures("_celery_refuses")
@pytest.mark.parametrize(
    "asked", [{"countdown": 1}, {"retries": 1}, {"link": [store.s()]}, {"priority": 3}]
)
def test_what_else_is_asked_for_is_left_to_celery(
    broker: Any, asked: dict[str, Any]
) -> None:
    task, options = steps()[0]
    with pytest.raises(UsedCeleryError):
        task.apply_async((TICKET,), **options | asked)
