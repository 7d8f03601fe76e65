"""Dead letters on a real RabbitMQ: they are looked at, stay for as often as somebody looks, and go back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from kombu import Connection, Producer
from structlog.testing import capture_logs

from pipeline import tasks
from pipeline.access.models import AuditEntry
from pipeline.access.roles import Role
from pipeline.broker.delivery import bury
from pipeline.broker.queues import DEAD_EXCHANGE, DEAD_LETTERS, DELIVERY_LIMIT
from pipeline.monitor.queues import sampler
from pipeline.monitor.queues.dead_letters import (
    DEATH,
    DIED,
    REASON,
    discard,
    peek,
    read,
    requeue,
)
from pipeline.monitor.queues.sampler import Reading
from tests.pages import a_run, journeys
from tests.people import program, session
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db
LOOK, API = "/queues/dead-letters", "/api/queues/dead-letters"


@pytest.fixture
def channel(broker: Any, settings: Any) -> Iterator[Any]:
    """Of a RabbitMQ without dead letters, which the pages are told of."""
    settings.CELERY_BROKER_URL = broker.conf.broker_url
    with (
        Connection(broker.conf.broker_url) as connection,
        connection.channel() as channel,
    ):
        channel.queue_purge(DEAD_LETTERS)
        yield channel
        channel.queue_purge(DEAD_LETTERS)


def die(channel: Any, stage: str, *, of_its_limit: bool = False) -> None:
    """The message that waits for a stage dies there, as RabbitMQ has it."""
    dead = waiting(channel)
    for _ in range(DELIVERY_LIMIT + 1 if of_its_limit else 1):
        message = wait_until(
            lambda: channel.basic_get(stage), what=f"for a message of {stage}"
        )
        channel.basic_reject(message.delivery_tag, requeue=of_its_limit)
    wait_until(lambda: waiting(channel) == dead + 1, what="for the message to die")


def put(channel: Any, *bodies: Any, stage: str = "fetch", **headers: Any) -> None:
    """Messages that are dead letters from the beginning."""
    before = waiting(channel)
    for body in bodies:
        Producer(channel, exchange=DEAD_EXCHANGE, serializer="json").publish(
            body, routing_key=stage, headers=headers
        )
    wait_until(
        lambda: waiting(channel) == before + len(bodies), what="for the dead letters"
    )


def waiting(channel: Any) -> int:
    return int(channel.queue_declare(DEAD_LETTERS, passive=True).message_count)


@pytest.mark.broker
def test_each_says_what_it_is_about_and_why_it_died_however_often_somebody_looks(
    channel: Any, admin_client: Client
) -> None:
    run = a_run(name="Weekly <b>")
    [going] = journeys(run, 1)
    [over] = journeys(run, 1, "stored", "store")
    tasks.fetch.apply_async([{"journey": going.pk}], task_id="the-first")
    die(channel, "fetch", of_its_limit=True)
    tasks.extract.apply_async([{"journey": over.pk}])
    die(channel, "extract")
    tasks.discover.apply_async([run.pk])
    die(channel, "discover")
    for _ in range(3):
        answer = admin_client.post(LOOK)
        first, second, third = answer.context["letters"]
        assert (first.why, second.why) == (
            "Delivered 20 times, never finished",
            "Undecodable",
        )
        assert [each.stage for each in (first, second, third)] == [
            "fetch",
            "extract",
            "discover",
        ]
        assert [each.over for each in (first, second, third)] == [False, True, False]
        assert (first.journey, second.journey, third.run) == (going, over, run)
        assert timedelta() <= timezone.now() - first.since < timedelta(minutes=10)
        assert waiting(channel) == 3
    page = answer.text
    assert going.url in page
    assert f'href="/runs/{run.pk}/"' in page
    assert f'href="/logs/trace?journey={going.pk}"' in page
    assert "Weekly &lt;b&gt;" in page
    assert "the-first" in page
    assert page.count("requeueing has no effect") == 1
    message = channel.basic_get(DEAD_LETTERS)
    headers = message.properties["application_headers"]
    assert (headers[REASON], headers["task"]) == ("delivery_limit", "pipeline.fetch")
    assert not headers.get("x-delivery-count"), "its deliveries count anew"
    assert (
        AuditEntry.objects.filter(verb="inspect", kind="queue", object="dead").count()
        == 3
    )
    channel.basic_reject(message.delivery_tag, requeue=True)


@pytest.mark.broker
def test_who_looks_on_sees_the_next_ones(channel: Any, admin_client: Client) -> None:
    put(
        channel,
        *([[{"journey": number}]] for number in range(1, 26)),
        task="pipeline.fetch",
    )
    answer = admin_client.post(LOOK)
    assert [each.journey_id for each in answer.context["letters"]] == list(range(1, 21))
    assert "Next 20" in answer.text
    assert answer.text.count("requeueing has no effect") == 20, (
        "these journeys were deleted"
    )
    assert [each.journey_id for each in peek()][:6] == [21, 22, 23, 24, 25, 1]


@pytest.mark.broker
def test_a_program_is_told_the_same(channel: Any) -> None:
    run = a_run()
    [journey] = journeys(run, 1)
    put(
        channel,
        [[{"journey": journey.pk}]],
        task="pipeline.fetch",
        id="t",
        **{"x-first-death-reason": "rejected"},
    )
    put(channel, "nonsense", task="pipeline.store")
    first, second = program(Role.OPERATOR).post(API).json()
    told = {
        name: first[name]
        for name in (
            "stage",
            "why",
            "task",
            "task_id",
            "journey",
            "run",
            "url",
            "state",
            "over",
        )
    }
    assert told == {
        "stage": "fetch", "why": "Undecodable", "task": "pipeline.fetch", "task_id": "t",
        "journey": journey.pk, "run": run.pk, "url": journey.url, "state": "pending", "over": False,
    }  # fmt: skip
    assert (second["task"], second["journey"], second["over"]) == ("", None, False)
    assert program(Role.VIEWER).post(API).status_code == 403
    assert AuditEntry.objects.get(verb="inspect").way == "API"


def message(body: Any, **headers: Any) -> Any:
    """As py-amqp hands it out."""
    place = {"routing_key": "fetch"}
    return SimpleNamespace(
        body=body, properties={"application_headers": headers}, delivery_info=place
    )


@pytest.mark.parametrize(
    "body",
    [
        *(
            "",
            "{",
            "null",
            "7",
            "[]",
            "[[]]",
            '{"journey": 7}',
            '[["7"]]',
            '[[{"journey": "7"}]]',
            b"\xff\xfe\x00",
        ),
        *(
            '[[{"journey": true}]]',
            '[[{"journey": -1}]]',
            f'[[{{"journey": {2**63}}}]]',
            "[" * 100_000,
            b"\x80[[",
        ),
    ],
    ids=range(15),
)
def test_what_cannot_be_read_is_a_letter_all_the_same(body: Any) -> None:
    letter = read(message(body, task="pipeline.fetch", id="the-task"))
    assert (letter.task, letter.journey_id, letter.run_id, letter.task_id) == (
        "",
        None,
        None,
        "the-task",
    )
    assert (letter.why, letter.since, letter.state, letter.over) == (
        "Unknown",
        None,
        "",
        False,
    )


@pytest.mark.parametrize(
    "given",
    [{}, {"x-death": 7}, {"x-death": ["x"]}, {"x-death": [{"time": 7}]}, {DIED: 7}],
)
def test_headers_may_say_anything(given: dict[str, Any]) -> None:
    letter = read(message("[[]]", task=["x"] * 99, id=None, **given))
    assert (letter.since, letter.task_id, len(letter.task)) == (None, "", 100)


def test_the_first_of_its_deaths_counts() -> None:
    deaths = [{"time": datetime(2026, 3, day, 9)} for day in (14, 2, 9)]
    assert read(message("[[]]", **{"x-death": deaths})).since == datetime(
        2026, 3, 2, 9, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("state", "over"), [("running", False), ("finished", True), ("cancelled", True)]
)
def test_a_letter_of_a_run_is_over_with_it(state: str, over: bool) -> None:
    run = a_run(state)
    letter = read(message(f"[[{run.pk}, 1]]", task="pipeline.summarise"))
    assert replace(letter, run=run).over is over
    assert (letter.state, letter.over) == ("gone", True), (
        "where there is no such run any more"
    )


@pytest.mark.broker
def test_without_dead_letters_that_is_said(channel: Any, admin_client: Client) -> None:
    assert "No dead letters." in admin_client.post(LOOK).text
    assert admin_client.get(LOOK)["Location"] == "/queues/"


def test_without_a_broker_nothing_is_moved_and_it_is_said(
    settings: Any, admin_client: Client
) -> None:
    settings.CELERY_BROKER_URL = "amqp://127.0.0.1:1//"
    assert (
        "broker is unavailable" in admin_client.post("/queues/dead", follow=True).text
    )
    answer = admin_client.post(LOOK)
    assert (
        answer.status_code,
        "does not answer" in answer.text,
        "Try again" in answer.text,
    ) == (
        503,
        True,
        True,
    )
    assert program(Role.OPERATOR).post(API).status_code == 503
    assert not AuditEntry.objects.filter(verb="inspect").exists()


@pytest.mark.broker
def test_dead_letters_go_back_to_the_queue_they_came_from(
    channel: Any, admin_client: Client
) -> None:
    put(
        channel,
        {"n": 1},
        stage="extract",
        task="pipeline.extract",
        **{"x-first-death-reason": "delivery_limit"},
    )
    put(channel, {"n": 2}, stage="no-stage-of-ours")
    assert len(peek()) == 2
    with capture_logs() as logged:
        assert (
            "1 message requeued" in admin_client.post("/queues/dead", follow=True).text
        )
    said = [line for line in logged if line["event"] == "dead_letter_requeued"]
    assert [(line["stage"], line["reason"]) for line in said] == [
        ("extract", "delivery_limit")
    ]
    message = channel.basic_get("extract")
    assert message.body in ('{"n": 1}', b'{"n": 1}')
    headers = message.properties["application_headers"]
    assert headers["task"] == "pipeline.extract"
    assert not (DEATH - {"x-delivery-count"}) & set(headers), (
        "where it dies again its new death counts"
    )
    channel.basic_ack(message.delivery_tag)
    wait_until(lambda: waiting(channel) == 1, what="for what has no stage to stay")
    left = channel.basic_get(DEAD_LETTERS)
    assert not left.properties["application_headers"].get("x-delivery-count"), (
        "it stays however often that is tried"
    )
    channel.basic_ack(left.delivery_tag)


def test_only_who_may_put_them_back_is_offered_a_look() -> None:
    sampler.write([Reading(queue, 2, 0, 1) for queue in sampler.QUEUES], timezone.now())
    assert LOOK in session(Role.OPERATOR).get("/queues/").text
    assert LOOK not in session(Role.VIEWER).get("/queues/").text


@pytest.mark.broker
def test_single_letters_are_requeued_or_discarded_and_the_others_stay(
    channel: Any,
) -> None:
    put(channel, [[{"journey": 1}], {}, {}], task="pipeline.fetch", id="one")
    put(channel, [[{"journey": 2}], {}, {}], task="pipeline.fetch", id="two")
    put(channel, [[{"journey": 3}], {}, {}], task="pipeline.fetch", id="three")
    ids = {letter.task_id: letter.id for letter in peek()}
    assert ids == {letter.task_id: letter.id for letter in peek()}, (
        "looking changes no id"
    )

    assert discard([ids["one"]]) == 1
    assert requeue([ids["two"], ids["one"]]) == 1
    message = wait_until(lambda: channel.basic_get("fetch"), what="for the message")
    channel.basic_ack(message.delivery_tag)
    assert message.properties["application_headers"]["id"] == "two"
    assert [letter.task_id for letter in peek()] == ["three"]
    assert discard() == 1
    assert waiting(channel) == 0


@pytest.mark.broker
def test_a_letter_keeps_its_error_its_times_and_its_deliveries_however_often_it_is_looked_at(
    channel: Any, broker: Any
) -> None:
    error = ValueError("odd")
    headers = {"task": "pipeline.fetch", "id": "odd", "x-delivery-count": 2}
    bury(
        b"{not json", headers, "application/json", "utf-8", "fetch", "it is odd", error
    )
    wait_until(lambda: waiting(channel) == 1, what="for the letter")
    first = peek()[0]
    assert first == peek()[0]
    assert (first.reason, first.error, first.deliveries) == (
        "it is odd",
        "ValueError: odd",
        3,
    )
    assert first.payload == "{not json"
    assert first.since
    assert first.since == first.last
    requeue()
    message = wait_until(lambda: channel.basic_get("fetch"), what="for the message")
    channel.basic_ack(message.delivery_tag)
    left = set(message.properties["application_headers"]) & DEATH
    assert left <= {"x-delivery-count"}, "which RabbitMQ sets anew"


@pytest.mark.broker
def test_a_program_discards_letters(channel: Any) -> None:
    put(channel, [[{"journey": 1}], {}, {}], task="pipeline.fetch", id="one")
    operator = program(Role.OPERATOR)
    [letter] = operator.post(API).json()
    answer = operator.post(
        "/api/queues/dead-letters/discard",
        {"letters": [letter["id"]]},
        content_type="application/json",
    )
    assert answer.json() == {"changed": 1}
    assert waiting(channel) == 0
