"""The sampler: what it makes of RabbitMQ's answers, on a real RabbitMQ too."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.utils import timezone
from kombu import Connection, Producer

from pipeline.broker.queues import EXCHANGE
from pipeline.monitor.models import QueueMinute, QueueSample
from pipeline.monitor.queues import rollup, sampler
from pipeline.monitor.queues.sampler import STATISTICS, TOTALS, Reading
from tests.waiting import wait_until


def test_totals_are_taken_where_the_server_gives_them() -> None:
    answers = {
        TOTALS: [
            {"name": "fetch", "messages_ready": 3, "messages_unacknowledged": 2},
            {"name": "somebody-elses"},
        ],
        STATISTICS: [
            {
                "name": "fetch",
                "messages_ready": 9,
                "messages_unacknowledged": 9,
                "consumers": 9,
            }
        ],
    }
    assert sampler.read(answers.__getitem__, lambda queue: 4) == [
        Reading("fetch", 3, 2, 4)
    ]


def test_an_older_server_is_asked_for_its_statistics() -> None:
    answers = {
        TOTALS: [{"name": "fetch"}, {"name": "dead"}],
        STATISTICS: [
            {
                "name": "fetch",
                "messages_ready": 5,
                "messages_unacknowledged": 1,
                "consumers": 2,
            },
            {
                "name": "dead",
                "messages_ready": 0,
                "messages_unacknowledged": 0,
                "consumers": 0,
            },
        ],
    }
    assert sampler.read(answers.__getitem__, lambda queue: None) == [
        Reading("fetch", 5, 1, 2),
        Reading("dead", 0, 0, 0),
    ]


def test_a_queue_without_traffic_counts_nought_where_others_count() -> None:
    rows = [
        {"name": name, "messages_ready": 0, "messages_unacknowledged": 0}
        for name in ("fetch", "store")
    ]
    answers = {
        TOTALS: rows,
        STATISTICS: [rows[0] | {"message_stats": {"publish": 7, "ack": 5}}, rows[1]],
    }
    assert sampler.read(answers.__getitem__, lambda queue: 1) == [
        Reading("fetch", 0, 0, 1, 7, 5),
        Reading("store", 0, 0, 1, 0, 0),
    ]


def test_a_server_whose_statistics_are_off_is_still_sampled() -> None:
    def ask(query: str) -> list[dict[str, Any]]:
        if query != TOTALS:
            raise OSError(
                "HTTP Error 400: Stats in management UI are disabled on this node"
            )
        return [{"name": "fetch", "messages_ready": 3, "messages_unacknowledged": 2}]

    assert sampler.read(ask, lambda queue: None) == [Reading("fetch", 3, 2, 0)]


@pytest.mark.django_db
def test_samples_become_minutes_and_go_after_a_day_minutes_after_eight() -> None:
    now = timezone.now().replace(minute=30, second=0, microsecond=0)
    for seconds, waiting in (
        (60, 10),
        (75, 20),
        (90, 3),
        (0, 99),
    ):  # the last one's minute is not over
        sampler.write(
            [Reading("fetch", waiting, 1, 1, 100 - seconds, 50)],
            now - timedelta(seconds=seconds),
        )
    for _ in range(2):
        rollup.roll_up(now)
    minutes = list(
        QueueMinute.objects.order_by("taken_at").values_list(
            "waiting", "waiting_most", "published"
        )
    )
    assert minutes == [(11.5, 20, 25), (10.0, 10, 40)]
    assert rollup.prune(now + timedelta(hours=24)) == 3
    assert rollup.prune(now + timedelta(hours=25)) == 1
    assert QueueMinute.objects.count() == 3, (
        "the last sample became a minute before it went"
    )
    assert rollup.prune(now + timedelta(days=9)) == 3


@pytest.mark.django_db
def test_a_broker_that_is_away_is_reported_and_nothing_is_made_up(
    settings: Any,
) -> None:
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


@pytest.fixture
def watched(broker: Any, rabbitmq: Any, settings: Any) -> Iterator[sampler.Consumers]:
    """The settings name the tests' RabbitMQ."""
    for name, value in rabbitmq.environment.items():
        if name.startswith("RABBITMQ_"):
            setattr(settings, name, value)
    consumers = sampler.Consumers(broker.conf.broker_url)
    yield consumers
    consumers.close()


@pytest.mark.broker
@pytest.mark.django_db
def test_consumers_are_counted_on_a_channel_that_is_made_anew(
    watched: sampler.Consumers,
) -> None:
    assert watched.of("store") == 0
    assert watched.of("no-such-queue") is None
    assert watched.of("store") == 0, "the channel is made anew after an error closed it"
    assert {reading.queue for reading in sampler.read(sampler.ask, watched.of)} == set(
        sampler.QUEUES
    )


@pytest.mark.broker
@pytest.mark.django_db
def test_one_sample_says_what_rabbitmq_says(
    broker: Any, watched: sampler.Consumers
) -> None:
    with (
        Connection(broker.conf.broker_url) as connection,
        connection.channel() as channel,
        connection.channel() as own,
    ):
        before = counts(watched, "store")
        producer = Producer(channel, exchange=EXCHANGE)
        for _ in range(5):
            producer.publish({}, routing_key="store")
        # Quorum queues confirm before they count; the passive declare is RabbitMQ's own word.
        wait_until(
            lambda: channel.queue_declare("store", passive=True).message_count == 5
        )
        taken = [own.basic_get("store") for _ in range(2)]
        own.basic_ack(taken[0].delivery_tag)
        own.basic_consume("extract", callback=lambda message: None)

        def agree() -> bool:
            """The sample against a passive declare of each queue; what is in hand is known from what we did."""
            found = {
                reading.queue: reading
                for reading in sampler.read(sampler.ask, watched.of)
            }
            declared = {
                queue: channel.queue_declare(queue, passive=True)
                for queue in sampler.QUEUES
            }
            return found["store"].in_progress == 1 and all(
                (found[queue].waiting, found[queue].consumers)
                == (said.message_count, said.consumer_count)
                for queue, said in declared.items()
            )

        wait_until(agree)
        wait_until(lambda: counts(watched, "store") == (before[0] + 5, before[1] + 1))
        channel.queue_purge("store")


def counts(watched: sampler.Consumers, queue: str) -> tuple[int, int]:
    """What ever came into a queue and was dealt with."""
    [found] = [
        reading
        for reading in sampler.read(sampler.ask, watched.of)
        if reading.queue == queue
    ]
    return found.published or 0, found.acked or 0


def test_where_a_node_is_gone_the_next_is_asked(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RABBITMQ_MANAGEMENT_URL = "http://one:1,http://two:2, http://three:3/"
    asked: list[str] = []

    def ask_node(node: str, query: str) -> list[dict[str, Any]]:
        asked.append(node)
        if "three" not in node:
            raise OSError("gone")
        return [{"name": "fetch"}]

    monkeypatch.setattr(sampler, "ask_node", ask_node)
    assert sampler.ask(TOTALS) == [{"name": "fetch"}]
    assert len(asked) == 3
