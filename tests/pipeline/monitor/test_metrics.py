"""The figures of /metrics that have rules of their own."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from pipeline.models import Journey, Run
from pipeline.monitor.metrics import SOURCES
from tests.pages import a_run, journeys

pytestmark = pytest.mark.django_db


def ended(run: Run, host: str, states: str, minutes: float = 5) -> None:
    """Journeys of a host that ended so long ago: a letter each, f for failed and s for stored."""
    names = {"f": "failed", "s": "stored"}
    begun, when = run.journeys.count(), timezone.now() - timedelta(minutes=minutes)
    urls = [f"https://{host}/{begun + n}" for n in range(len(states))]
    Journey.objects.bulk_create(
        Journey(run=run, url=url, key=url, state=names[state], ended_at=when)
        for url, state in zip(urls, states, strict=True)
    )


def figures(client: Client, name: str) -> dict[str, float]:
    """Source -> value of a figure."""
    lines = [
        line
        for line in client.get("/metrics").text.splitlines()
        if line.startswith(f"{name}{{")
    ]
    return {
        line.split('source="')[1].split('"')[0]: float(line.split()[-1])
        for line in lines
    }


def test_the_failures_of_a_source_within_the_last_hour_are_told_with_all_that_ended(
    admin_client: Client,
) -> None:
    run = a_run()
    ended(run, "down.example", "fffs")
    ended(run, "down.example", "ff", minutes=70)
    ended(run, "fine.example", "sss")
    assert figures(admin_client, "gleaner_source_failed") == {"down.example": 3}
    assert figures(admin_client, "gleaner_source_ended") == {"down.example": 4}


def test_only_the_worst_of_many_sources_are_told(admin_client: Client) -> None:
    run = a_run()
    for n in range(25):
        ended(run, f"b{n}.example", "f" * (n + 1))
    assert list(figures(admin_client, "gleaner_source_failed").values()) == list(
        range(25, 5, -1)
    )


def test_the_last_hour_is_found_by_its_time_not_by_reading_every_journey(
    settings: Any,
) -> None:
    ended(a_run(), "old.example", "s" * 3000, minutes=600)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE pipeline_journey")
        cursor.execute(f"EXPLAIN {SOURCES}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "using pipeline_journey_0_ended_at_idx" in plan


def test_the_urls_of_active_runs_are_those_of_their_pages(
    admin_client: Client,
) -> None:
    journeys(a_run(), 3)
    run = a_run()
    journeys(run, 2, in_progress=True, stage="extract")
    journeys(run, 4, "stored", "store")
    journeys(a_run("finished"), 5, "stored", "store")
    lines = admin_client.get("/metrics").text.splitlines()
    active = [line for line in lines if line.startswith("gleaner_active_journeys{")]
    assert active == [
        'gleaner_active_journeys{stage="extract",state="pending"} 2.0',
        'gleaner_active_journeys{stage="fetch",state="pending"} 3.0',
        'gleaner_active_journeys{stage="store",state="stored"} 4.0',
    ]
