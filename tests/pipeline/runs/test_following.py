"""What `manage.py crawl` says while its run goes on."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rich.console import Console

from pipeline.management import following
from pipeline.models import Run
from pipeline.monitor.models import WorkerHeartbeat
from pipeline.summary.progress import progress
from tests.pages import a_run, journeys

pytestmark = pytest.mark.django_db


def workers(silent: str = "") -> None:
    for stage in ("discover", "fetch", "extract", "store", "summarise"):
        now = timezone.now()
        beat_at = now - timedelta(seconds=20) if stage == silent else now
        WorkerHeartbeat.objects.create(
            name=stage,
            pid=1,
            stage=stage,
            pool="threads",
            slots=1,
            started_at=now,
            beat_at=beat_at,
        )


def said(run: Run) -> str:
    return following.what_it_does(run, progress(run))


def test_discovery_says_how_far_it_is_and_what_it_waits_for() -> None:
    workers()
    waiting = [{"url": "https://slow.example/feed", "since": 1}]
    live = {"requests": 3, "found": 12, "waiting": waiting}
    run = a_run("discovering", discovery=live)
    assert said(run) == (
        "3 requests, 12 URLs found so far, waiting for https://slow.example/feed"
    )


def test_a_run_that_is_held_up_says_by_what() -> None:
    workers(silent="fetch")
    run = a_run("running")
    journeys(run, 1)
    assert "No fetch worker has been heard from" in said(run)
    assert "Restart it" in said(run)


def test_a_run_that_goes_on_says_nothing_beside_its_bars() -> None:
    workers()
    run = a_run("running")
    journeys(run, 1)
    assert said(run) == ""
    assert said(a_run("paused", reason="paused by ada")) == "paused: paused by ada"
    assert said(a_run("finished")) == ""


def test_lines_are_written_where_there_is_no_terminal_and_none_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workers()
    written = io.StringIO()
    run = a_run("discovering")
    steps: list[dict[str, Any]] = [
        {"state": "discovering", "discovery": {"requests": 1}},
        {"state": "discovering", "discovery": {"requests": 1}},
        {"state": "discovering", "discovery": {"requests": 2}},
        {"state": "failed", "finished_at": timezone.now()},
    ]
    monkeypatch.setattr(following, "LINE_SECONDS", 0.0)
    monkeypatch.setattr(
        following.time,
        "sleep",
        lambda _: Run.objects.filter(pk=run.pk).update(**steps.pop(0)),
    )
    following.follow(run, Console(file=written, width=120))
    lines = [line for line in written.getvalue().splitlines() if "URLs found" in line]
    assert [line.split()[0] for line in lines] == ["1", "2"]
