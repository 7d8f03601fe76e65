"""The queues page and the health checks."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from pipeline.broker.queues import STAGES
from pipeline.models import Batch
from pipeline.monitor.models import QueueSample
from pipeline.monitor.queues import rollup, sampler
from pipeline.monitor.queues.sampler import Reading
from pipeline.monitor.queues.state import rows
from pipeline.web.charts import arrow_width
from tests.pages import a_run, journeys

pytestmark = pytest.mark.django_db
ALL = [Reading(queue, 0, 0, 1) for queue in sampler.QUEUES]


def sampled(
    *readings: Reading, seconds_ago: float = 1, now: datetime | None = None
) -> None:
    given = {reading.queue: reading for reading in [*ALL, *readings]}
    sampler.write(
        list(given.values()), (now or timezone.now()) - timedelta(seconds=seconds_ago)
    )


def states(now: datetime) -> dict[str, str]:
    return {row.queue: row.state for row in rows(now)}


def test_before_the_first_sample_it_says_how_to_take_one(admin_client: Client) -> None:
    assert "sample_queues" in admin_client.get("/queues/").text


def test_a_fresh_sample_is_shown_and_asked_for_again(admin_client: Client) -> None:
    sampled(Reading("fetch", 1234, 16, 1), Reading("dead", 2, 0, 0))
    page = admin_client.get("/queues/").text
    assert "1,234" in page
    assert "Updated <span" in page
    assert "because they were delivered 20 times" in page
    assert 'hx-get="/queues/live"' in admin_client.get("/queues/live").text


def test_dead_letters_come_before_the_stages_and_only_where_there_are_some(
    admin_client: Client,
) -> None:
    sampled(Reading("fetch", 3, 0, 1), Reading("dead", 1, 0, 0), seconds_ago=2)
    page = admin_client.get("/queues/live").text
    assert "dead letter:" in page
    assert page.index("dead letter:") < page.index('class="queue-boxes')
    sampled(Reading("fetch", 3, 0, 1), Reading("dead", 0, 0, 0), seconds_ago=1)
    assert "dead letter" not in admin_client.get("/queues/live").text


def test_the_stages_are_drawn_in_order_with_what_comes_into_each(
    admin_client: Client,
) -> None:
    for ago, published in ((50, 100), (10, 500)):
        sampled(
            Reading("discover", 0, 0, 1, published, published),
            Reading("fetch", 7, 2, 1, published, published),
            seconds_ago=ago,
        )
    boxes = admin_client.get("/queues/").context["boxes"]
    assert [row.queue for row, _width in boxes] == list(STAGES)
    page = admin_client.get("/queues/live").text
    assert "10.0/s" in page
    assert "at most 7" in page


@pytest.mark.parametrize(
    ("rate", "width"), [(None, 1.5), (0, 1.5), (9, 4.5), (99, 6.5), (1e9, 9.0)]
)
def test_an_arrow_is_wider_where_more_comes_through(
    rate: float | None, width: float
) -> None:
    assert arrow_width(rate) == width


def test_an_old_sample_is_greyed_and_says_its_age(admin_client: Client) -> None:
    sampled(seconds_ago=40)
    answer = admin_client.get("/queues/")
    assert answer.status_code == 200
    assert re.search(r"No data for <span data-since=.{12}>4\d s<", answer.text)
    assert "stale" in answer.text


def test_the_state_of_a_stage_is_one_word() -> None:
    now = timezone.now()
    for ago, waiting, dealt_with in ((64, 1, 0), (32, 5, 10), (1, 10, 20)):
        sampled(
            Reading("discover", 3, 4, 1, 5, 5),
            Reading("fetch", waiting, 2, 1, 20, dealt_with),
            Reading("extract", 5, 1, 1, 20, 3),
            Reading("store", 5, 0, 0, 20, 3),
            seconds_ago=ago,
            now=now,
        )
    assert (
        states(now)
        == {
            "discover": "flowing",  # it may take longer than a minute over what it has in hand
            "fetch": "growing",
            "extract": "stalled",
            "store": "no consumer",
            "summarise": "idle",
            "dead": "idle",
        }
    )


def test_a_stalled_stage_is_red_and_says_what_to_do(admin_client: Client) -> None:
    for ago in (62, 31, 1):
        sampled(
            Reading("extract", 5, 0, 1, 20, 3),
            Reading("store", 0, 0, 0),
            seconds_ago=ago,
        )
    page = admin_client.get("/queues/live").text
    assert page.count('<tr class="trouble">') == 2
    assert "No message acknowledged for a minute" in page
    assert "python manage.py work store" in page


@pytest.mark.parametrize(
    "counts",
    [(3, 4), (None, None)],
    ids=["something was dealt with", "nothing is counted"],
)
def test_a_stage_that_may_move_is_not_called_stalled(
    counts: tuple[int | None, ...],
) -> None:
    now = timezone.now()
    for ago, acked in zip((62, 1), counts, strict=True):
        sampled(Reading("extract", 5, 0, 1, 20, acked), seconds_ago=ago, now=now)
    assert states(now)["extract"] == "flowing"


def test_pace_age_and_time_to_drain() -> None:
    run = a_run()
    journeys(run, 2, queued_at=timezone.now() - timedelta(seconds=90))
    journeys(
        run, 1, "pending", "store", queued_at=timezone.now() - timedelta(seconds=30)
    )
    journeys(run, 3, queued_at=timezone.now() + timedelta(seconds=60))
    Batch.objects.update(published_at=timezone.now() - timedelta(seconds=80))
    sampled(
        Reading("fetch", 90, 0, 1, 1000, 910),
        Reading("extract", 0, 0, 1, 500, 500),
        seconds_ago=51,
    )
    sampled(
        Reading("fetch", 40, 0, 1, 1000, 960),
        Reading("extract", 15, 1, 1, 550, 535),
        seconds_ago=1,
    )
    found = {row.queue: row for row in rows()}
    assert found["fetch"].oldest == pytest.approx(80, abs=2), (
        "no journey waits longer than its batch is out"
    )
    assert found["store"].oldest == pytest.approx(30, abs=2)
    assert found["fetch"].delayed == 3
    assert (found["fetch"].flow.into, found["fetch"].flow.out) == pytest.approx(
        (0, 1.0), abs=0.01
    )
    assert (found["extract"].flow.into, found["extract"].flow.out) == pytest.approx(
        (1.0, 0.7), abs=0.01
    )
    assert found["store"].flow.into is None, "the broker did not count"
    assert found["fetch"].drains == pytest.approx(40, abs=1)
    assert found["extract"].drains is None, "it grows"


def test_a_broker_that_began_anew_counts_from_nought() -> None:
    for ago, published in ((50, 1000), (30, 1010), (10, 4)):
        sampled(Reading("fetch", 0, 0, 1, published, published), seconds_ago=ago)
    [fetch] = [row for row in rows() if row.queue == "fetch"]
    assert fetch.flow.into == pytest.approx(14 / 40, abs=0.01)


@pytest.mark.parametrize("name", ["15m", "1h", "24h", "7d", "nonsense"])
def test_the_chart_has_a_value_for_each_time(admin_client: Client, name: str) -> None:
    assert admin_client.get(f"/queues/series.json?range={name}").json()["times"] == []
    for ago in (1, 70, 600):
        sampled(Reading("fetch", ago, 0, 1), seconds_ago=ago)
    run = a_run()
    type(run).objects.filter(pk=run.pk).update(started_at=timezone.now())
    found = admin_client.get(f"/queues/series.json?range={name}").json()
    assert max(found["waiting"]["fetch"]) == 600
    for kind in ("waiting", "in", "out"):
        assert all(
            len(values) == len(found["times"]) for values in found[kind].values()
        )
    assert [pk for _, pk in found["runs"]] == [run.pk]


def test_the_chart_ends_now_and_is_as_long_as_its_range(admin_client: Client) -> None:
    before = timezone.now().timestamp()
    found = admin_client.get("/queues/series.json?range=15m").json()
    assert before - 1 <= found["until"] <= timezone.now().timestamp() + 1
    assert (found["until"] - found["from"], found["step"]) == (900, 10)


def test_the_small_chart_is_drawn_by_time_and_not_where_nothing_was_sampled(
    admin_client: Client,
) -> None:
    now = timezone.now()
    for ago, waiting in ((1500, 10), (1470, 5), (45, 10), (5, 0)):
        sampled(Reading("fetch", waiting, 0, 1), seconds_ago=ago, now=now)
    [fetch] = [row for row in rows(now) if row.queue == "fetch"]
    assert fetch.line == "M20,1.0h.1L22,12.0M116,1.0h.1L118,23.0"


@pytest.mark.parametrize("name", ["15m", "24h"])
def test_the_chart_has_what_came_and_went_a_second(
    admin_client: Client, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    at = (
        now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
        if name == "24h"
        else now
    )
    for ago, published, acked in ((1200, 100, 0), (600, 700, 60), (1, 10, 660)):
        sampler.write(
            [Reading("fetch", 5, 0, 1, published, acked)], at - timedelta(seconds=ago)
        )
    rollup.roll_up(now)
    QueueSample.objects.filter(
        taken_at__lt=at - timedelta(minutes=2)
    ).delete() if name == "24h" else None
    found = admin_client.get(f"/queues/series.json?range={name}").json()
    if name == "24h":
        assert found["in"]["fetch"] == [None, 1.0, pytest.approx(10 / 540, abs=0.001)]
        assert found["out"]["fetch"] == [None, 0.1, pytest.approx(600 / 540, abs=0.001)]
    else:
        assert found["out"]["fetch"][-1] == pytest.approx(600 / 599, abs=0.01)


def test_alive_asks_nobody(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200


def test_ready_says_what_is_missing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OperationalError("refused")

    monkeypatch.setattr("pipeline.monitor.health._broker", lambda: None)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"database": "ok", "migrations": "ok", "broker": "ok"},
    )
    monkeypatch.setattr("pipeline.monitor.health._broker", fail)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (503, "OperationalError")


def test_prometheus_reads_the_same_numbers(
    client: Client, admin_client: Client, settings: Any
) -> None:
    sampled(Reading("fetch", 12, 3, 1))
    journeys(a_run(), 2)
    assert client.get("/metrics").status_code == 401
    lines = admin_client.get("/metrics").text.splitlines()
    assert 'gleaner_queue_waiting{queue="fetch"} 12.0' in lines
    assert 'gleaner_runs{state="running"} 1.0' in lines
    assert 'gleaner_active_journeys{stage="fetch",state="pending"} 2.0' in lines
    settings.METRICS_TOKEN = "s3cret"
    assert (
        client.get("/metrics", headers={"Authorization": "Bearer s3cret"}).status_code
        == 200
    )
    assert (
        client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code
        == 401
    )
