"""What somebody deletes on the broker is declared again, by whoever meets its absence."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery.beat import SchedulingError
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask
from kombu import Connection

from pipeline.broker import publisher
from pipeline.broker.beat import RETRY_SECONDS, PatientScheduler
from pipeline.broker.queues import (
    DEAD_EXCHANGE,
    DEAD_LETTERS,
    DELAYED_EXCHANGE,
    EXCHANGE,
    PRUNE,
    START_JOB,
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


def test_jobs_that_the_broker_does_not_take_stay_due_and_are_sent_once(
    broker: Any, channel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    hourly = IntervalSchedule.objects.create(every=1, period="hours")
    since = {}
    for number in (1, 2, 3):
        since[number] = now - timedelta(hours=2, seconds=number)
        PeriodicTask.objects.create(
            name=f"job {number}",
            task=START_JOB,
            args=f"[{number}]",
            interval=hourly,
            last_run_at=since[number],
        )
    scheduler = PatientScheduler(app=broker, lazy=True)

    def away(*_: Any, **__: Any) -> None:
        raise SchedulingError("connection refused")

    with monkeypatch.context() as patched:
        patched.setattr(scheduler, "apply_async", away)
        assert [scheduler.tick() for _ in range(3)] == [RETRY_SECONDS] * 3
    assert {entry.last_run_at for entry in scheduler.schedule.values()} == {
        *since.values()
    }

    while scheduler.tick() == 0:
        pass
    scheduler._heap = None  # as after a change of the schedule
    assert scheduler.tick() > 0
    wait_until(lambda: ready(channel, "summarise") == 3, what="for the messages")
    told = {}
    for _ in since:
        arguments, options, _ = json.loads(channel.basic_get("summarise").body)
        told[arguments[0]] = options["since"]
    assert told == {number: at.isoformat() for number, at in since.items()}
    scheduler.sync()


@pytest.mark.parametrize("hour", [0, 6, 12, 18])
def test_no_hour_is_left_out_of_the_schedule(hour: int, broker: Any) -> None:
    """What fell due while beat was down for hours is sent when it is back."""
    daily = CrontabSchedule.objects.create(minute="0", hour=str(hour))
    yesterday = timezone.now() - timedelta(days=2)
    PeriodicTask.objects.create(
        name="daily", task=PRUNE, crontab=daily, last_run_at=yesterday
    )
    scheduler = PatientScheduler(app=broker, lazy=True)
    assert scheduler.schedule["daily"].is_due().is_due
