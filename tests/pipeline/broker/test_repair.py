"""What somebody deletes on the broker is declared again, by whoever meets its absence."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from kombu import Connection

from pipeline.broker import publisher
from pipeline.broker.beat import PatientScheduler
from pipeline.broker.queues import (
    DEAD_EXCHANGE,
    DEAD_LETTERS,
    DELAYED_EXCHANGE,
    EXCHANGE,
    PRUNE,
    declare,
    repair,
    task_name,
)
from tests.waiting import wait_until

pytestmark = [pytest.mark.broker, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def channel(broker: Any, settings: Any) -> Iterator[Any]:
    settings.CELERY_BROKER_URL = broker.conf.broker_url
    with (
        Connection(broker.conf.broker_url) as connection,
        connection.channel() as channel,
    ):
        yield channel
        repair(connection)


def ready(channel: Any, queue: str) -> int:
    return int(channel.queue_declare(queue, passive=True).message_count)


@pytest.mark.parametrize("countdown", [None, 1], ids=["at once", "later"])
def test_a_task_that_finds_no_exchange_brings_it_back_and_is_sent(
    countdown: int | None, broker: Any, channel: Any
) -> None:
    repair(Connection(broker.conf.broker_url))
    channel.exchange_delete(EXCHANGE.name)
    if countdown:
        channel.exchange_delete("celery_delayed_27")
        channel.exchange_delete(DELAYED_EXCHANGE.name)
    broker.send_task(task_name("store"), [{"journey": 1}], countdown=countdown)
    wait_until(lambda: ready(channel, "store") == 1, what="for the message")


def test_many_tasks_that_find_no_exchange_bring_it_back_and_are_sent(
    broker: Any, channel: Any
) -> None:
    channel.exchange_delete(EXCHANGE.name)
    messages = [
        broker.amqp.as_task_v2("an-id", task_name("fetch"), args=[{"journey": 1}])
    ] * 3
    bodies = [message._replace(body="[]") for message in messages]
    publisher.send_all(bodies, "fetch")
    wait_until(lambda: ready(channel, "fetch") == 3, what="for the messages")


def test_dead_letters_have_their_place_again_soon_after_it_was_deleted(
    broker: Any, channel: Any
) -> None:
    channel.queue_delete(DEAD_LETTERS)
    channel.exchange_delete(DEAD_EXCHANGE.name)
    PatientScheduler(app=broker, lazy=True).declare_queues()
    broker.send_task(task_name("store"), [{"journey": 1}])
    message = wait_until(lambda: channel.basic_get("store"), what="for the message")
    channel.basic_reject(message.delivery_tag, requeue=False)
    wait_until(lambda: ready(channel, DEAD_LETTERS) == 1, what="for the dead letter")
    channel.queue_purge(DEAD_LETTERS)


def test_a_task_that_ran_in_the_future_is_due_again(broker: Any) -> None:
    declare(Connection(broker.conf.broker_url))
    every_second = IntervalSchedule.objects.create(every=1, period="seconds")
    later = timezone.now() + timedelta(hours=1)
    PeriodicTask.objects.create(
        name="ahead", task=PRUNE, interval=every_second, last_run_at=later
    )
    scheduler = PatientScheduler(app=broker, lazy=True)
    scheduler.follow_clock()
    assert scheduler.schedule["ahead"].last_run_at <= timezone.now()
    scheduler.sync()
    assert PeriodicTask.objects.get(name="ahead").last_run_at <= timezone.now()
    wait_until(
        lambda: scheduler.schedule["ahead"].is_due().is_due, what="for it to be due"
    )
