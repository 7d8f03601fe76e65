"""How long messages waited before a worker took them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from pipeline.access.roles import Role
from pipeline.broker.queues import STAGES
from pipeline.models import Batch, Journey, Run
from pipeline.monitor.models import QueueWait
from pipeline.monitor.queues import latency, rollup, sampler
from tests.pages import a_run, journeys
from tests.people import program

pytestmark = pytest.mark.django_db


class Clock:
    """The moment at which a test began, however long it takes."""

    began_at = timezone.now()


@pytest.fixture(autouse=True)
def _set_the_clock() -> None:
    Clock.began_at = timezone.now()


def ago(seconds: float) -> timezone.datetime:
    return Clock.began_at - timedelta(seconds=seconds)


@pytest.fixture
def run() -> Run:
    """A run with one batch, which went out two minutes ago."""
    run = a_run()
    Batch.objects.create(run=run, number=0, size=0, published_at=ago(120))
    return run


def seen() -> list[tuple[str, float]]:
    latency.sample()
    return sorted(
        (stage, round(seconds, 1))
        for stage, seconds in QueueWait.objects.values_list("stage", "seconds")
    )


def test_what_is_in_hand_and_what_has_just_ended_tell_how_long_they_waited(
    run: Run,
) -> None:
    journeys(
        run,
        1,
        "pending",
        "extract",
        in_progress=True,
        queued_at=ago(40),
        claimed_at=ago(30),
    )
    journeys(
        run, 1, "stored", "store", queued_at=ago(9), claimed_at=ago(7), ended_at=ago(6)
    )
    assert seen() == [("extract", 10.0), ("store", 2.0)]
    assert seen() == [("extract", 10.0), ("store", 2.0)], "seen twice it is one wait"


def test_nothing_waits_before_its_batch_is_out_or_its_retry_is_due(run: Run) -> None:
    Batch.objects.update(published_at=ago(20))
    journeys(run, 1, in_progress=True, queued_at=ago(500), claimed_at=ago(15))
    assert seen() == [("fetch", 5.0)]


def test_what_tells_nothing_is_left_out(run: Run) -> None:
    journeys(
        run, 1, queued_at=ago(5), claimed_at=ago(20)
    )  # waits for a stage; it was taken for the one before
    sent = ago(20)
    journeys(
        run, 1, in_progress=True, queued_at=sent, claimed_at=sent
    )  # was sent again, which says nothing
    journeys(
        run,
        1,
        "skipped",
        "fetch",
        queued_at=ago(5),
        claimed_at=ago(20),
        ended_at=ago(1),
    )  # cancelled while it waited
    journeys(
        run,
        1,
        "stored",
        "store",
        queued_at=ago(50),
        claimed_at=ago(40),
        ended_at=ago(30),
    )  # too long ago
    journeys(
        run, 1, "skipped", "discover", ended_at=ago(1), batch=None
    )  # was never sent
    assert seen() == []


def test_discover_waits_from_the_launch_and_summarise_from_the_last_url(
    run: Run,
) -> None:
    Run.objects.update(sent_at=ago(8), started_at=ago(5), discovery_attempts=1)
    journeys(run, 3, "stored", "store", ended_at=ago(7))
    Batch.objects.update(finished_at=ago(6))
    assert seen() == [("discover", 3.0), ("summarise", 1.0)]


def test_the_page_says_what_half_and_nearly_all_waited(admin_client: Client) -> None:
    now = timezone.now()
    for number in range(101):
        QueueWait.objects.create(
            taken_at=now - timedelta(seconds=number),
            stage="fetch",
            about=number,
            seconds=number * 10,
        )
    QueueWait.objects.create(
        taken_at=now - timedelta(minutes=20), stage="store", about=1, seconds=1
    )
    sampler.write([sampler.Reading(queue, 0, 0, 1) for queue in sampler.QUEUES], now)
    assert latency.waits(now) == {"fetch": latency.Waits(101, 500.0, 950.0)}
    page = admin_client.get("/queues/live").text
    assert '8 m 20 s<div class="quiet small nowrap">p95 15 m 50 s</div>' in page
    lines = [
        line
        for line in admin_client.get("/metrics").text.splitlines()
        if "_queue_wait_seconds{" in line
    ]
    assert lines == [
        'gleaner_queue_wait_seconds{quantile="0.5",queue="fetch"} 500.0',
        'gleaner_queue_wait_seconds{quantile="0.95",queue="fetch"} 950.0',
    ]
    told = {row["queue"]: row for row in program(Role.VIEWER).get("/api/queues").json()}
    assert [told[stage]["wait_p95"] for stage in STAGES[:3]] == [None, 950.0, None]


def test_waits_are_kept_for_an_hour() -> None:
    now = timezone.now()
    for minutes in (30, 90):
        QueueWait.objects.create(
            taken_at=now - timedelta(minutes=minutes), stage="fetch", about=1, seconds=1
        )
    rollup.prune(now)
    assert QueueWait.objects.count() == 1


def test_what_ended_is_found_by_its_time_not_by_reading_every_journey(run: Run) -> None:
    Journey.objects.bulk_create(
        Journey(
            run=run,
            batch=run.batches.get(),
            url=f"u{n}",
            key=f"u{n}",
            state="stored",
            ended_at=ago(9000),
        )
        for n in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE pipeline_journey")
        cursor.execute(f"EXPLAIN {latency.SAMPLE}", {"most": latency.MAX_WAITS})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "pipeline_journey_0_ended_at_idx" in plan
    assert "Seq Scan on pipeline_journey" not in plan
