"""The sampler: what it makes of RabbitMQ's answers, on a real RabbitMQ too."""

import threading
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from kombu import Connection, Producer

from pipeline.monitor import sampler
from pipeline.monitor.models import QueueSample
from pipeline.monitor.sampler import STATISTICS, TOTALS, Reading
from pipeline.queues import DEAD_EXCHANGE, DEAD_LETTERS, EXCHANGE
from tests.waiting import wait_until


def test_totals_are_taken_where_the_server_gives_them() -> None:
    def ask(query: str) -> list[dict[str, Any]]:
        assert query == TOTALS
        return [{"name": "fetch", "messages_ready": 3, "messages_unacknowledged": 2}, {"name": "somebody-elses"}]

    assert sampler.read(ask, lambda queue: 4) == [Reading("fetch", 3, 2, 4)]


def test_an_older_server_is_asked_for_its_statistics() -> None:
    answers = {
        TOTALS: [{"name": "fetch"}, {"name": "dead"}],
        STATISTICS: [
            {"name": "fetch", "messages_ready": 5, "messages_unacknowledged": 1, "consumers": 2},
            {"name": "dead", "messages_ready": 0, "messages_unacknowledged": 0, "consumers": 0},
        ],
    }
    assert sampler.read(answers.__getitem__, lambda queue: None) == [
        Reading("fetch", 5, 1, 2),
        Reading("dead", 0, 0, 0),
    ]


@pytest.mark.django_db
def test_samples_older_than_a_week_go() -> None:
    now = timezone.now()
    for age in (0, 6, 8):
        sampler.write([Reading("fetch", 1, 0, 1)], now - timedelta(days=age))
    assert sampler.prune(now) == 1
    assert QueueSample.objects.count() == 2


@pytest.mark.django_db
def test_a_broker_that_is_away_is_reported_and_nothing_is_made_up(settings: Any) -> None:
    settings.RABBITMQ_MANAGEMENT_URL = "http://127.0.0.1:1"
    trouble = sampler._sample(sampler.Consumers("amqp://127.0.0.1:1//"))
    assert trouble.startswith("RabbitMQ's management API does not answer")
    assert not QueueSample.objects.exists()


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"null", b"[1, 2]"])
def test_an_answer_that_is_none(settings: Any, body: bytes) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.handle_request, daemon=True).start()
    settings.RABBITMQ_MANAGEMENT_URL = f"http://127.0.0.1:{server.server_port}"
    with suppress(ValueError):  # which the sampler reports
        assert sampler.ask(TOTALS) == []
    server.server_close()


@pytest.mark.broker
@pytest.mark.django_db
def test_the_numbers_are_rabbitmqs_own(broker: Any, rabbitmq: Any, settings: Any) -> None:
    from kombu import Connection, Producer

    given = rabbitmq.environment
    for name in ("RABBITMQ_DEFAULT_USER", "RABBITMQ_DEFAULT_PASS", "RABBITMQ_DEFAULT_VHOST", "RABBITMQ_MANAGEMENT_URL"):
        if name in given:
            setattr(settings, name, given[name])
    with Connection(broker.conf.broker_url) as connection, connection.channel() as channel:
        for _ in range(3):
            Producer(channel, exchange=EXCHANGE).publish({}, routing_key="store", confirm=True)
        consumers = sampler.Consumers(broker.conf.broker_url)
        assert consumers.of("store") == 0
        assert consumers.of("no-such-queue") is None
        assert consumers.of("store") == 0, "the channel is made anew after an error closed it"
        names = {reading.queue for reading in sampler.read(sampler.ask, consumers.of)}
        assert names == set(sampler.QUEUES)
        consumers.close()
        channel.queue_purge("store")


@pytest.mark.broker
@pytest.mark.django_db
def test_dead_letters_go_back_to_the_queue_they_came_from(broker: Any, settings: Any, admin_client: Client) -> None:
    settings.CELERY_BROKER_URL = broker.conf.broker_url
    with Connection(broker.conf.broker_url) as connection, connection.channel() as channel:
        channel.queue_purge(DEAD_LETTERS)
        producer = Producer(channel, exchange=DEAD_EXCHANGE, serializer="json")
        producer.publish(
            {"n": 1}, routing_key="extract", headers={"task": "pipeline.extract", "x-death": [{"count": 1}]}
        )
        producer.publish({"n": 2}, routing_key="no-stage-of-ours")
        wait_until(lambda: channel.queue_declare(DEAD_LETTERS, passive=True).message_count == 2)
        assert "Put back: 1" in admin_client.post("/queues/dead", follow=True).text
        message = channel.basic_get("extract")
        assert message.body in ('{"n": 1}', b'{"n": 1}')
        headers = message.properties["application_headers"]
        assert headers["task"] == "pipeline.extract"
        assert "x-death" not in headers
        channel.basic_ack(message.delivery_tag)
        wait_until(lambda: channel.queue_declare(DEAD_LETTERS, passive=True).message_count == 1)
        channel.queue_purge(DEAD_LETTERS)


@pytest.mark.django_db
def test_without_a_broker_nothing_is_moved_and_it_is_said(settings: Any, admin_client: Client) -> None:
    settings.CELERY_BROKER_URL = "amqp://127.0.0.1:1//"
    assert "does not answer" in admin_client.post("/queues/dead", follow=True).text
