"""What is kept of a run that is over stands in for counting its journeys; nothing stands in for counting what moves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pipeline.models import Journey, Run
from pipeline.monitor.models import LogEvent
from pipeline.summary import stage as summary_stage
from pipeline.summary import timeline
from pipeline.summary.progress import _put_together, progress
from pipeline.summary.timeline import hosts, lanes

pytestmark = pytest.mark.django_db
ENDS = [
    ("stored", "store", ""),
    ("stored", "store", ""),
    ("failed", "fetch", "http-404"),
    ("skipped", "discover", "x"),
]


def a_run(*ends: tuple[str, str, str]) -> Run:
    """A running run whose journeys ended so."""
    began = timezone.now() - timedelta(hours=2)
    run = Run.objects.create(state="running", started_at=began)
    for number, (state, stage, reason) in enumerate(ends):
        url = f"https://{'ab'[number % 2]}.example/{number}"
        Journey.objects.create(
            run=run, url=url, key=url, state=state, stage=stage, reason=reason
        )
    return run


def test_the_page_of_a_run_says_the_same_before_and_after_its_end() -> None:
    run = a_run(*ENDS)
    before, by_host = progress(run), hosts(run)

    summary_stage.close_run(run.pk)
    run.refresh_from_db()

    assert run.state == "finished"
    assert (progress(run), hosts(run)) == (before, by_host)


def test_reasons_of_as_many_urls_stand_in_the_order_of_their_names() -> None:
    counted = [
        ("failed", "fetch", False, f"http-{number}", 1, 0, 0)
        for number in (503, 404, 500, 410)
    ]
    for groups in (counted, counted[::-1]):
        reasons = [each.reason for each in _put_together(groups).reasons]
        assert reasons == ["http-404", "http-410", "http-500", "http-503"]


def test_a_run_that_is_over_is_not_counted_again() -> None:
    run = a_run(*ENDS)
    summary_stage.close_run(run.pk)
    run.refresh_from_db()
    Journey.objects.filter(run=run).delete()

    assert progress(run).found == len(ENDS)
    assert sum(host.found for host in hosts(run)) == len(ENDS)


def test_a_run_that_ended_with_urls_on_their_way_is_counted_each_time() -> None:
    run = a_run(*ENDS, ("pending", "store", ""))
    summary_stage.end_incomplete(run.pk)
    Journey.objects.filter(run=run, state="pending").update(state="stored")
    run.refresh_from_db()

    assert run.ended
    assert (progress(run).states["stored"], progress(run).states["pending"]) == (3, 0)


@pytest.mark.parametrize(("found", "told"), [(5, [2, 2, 1]), (20_000, [2, 2])])
def test_only_of_a_large_run_the_counts_of_hosts_are_those_of_seconds_ago(
    found: int, told: list[int]
) -> None:
    run = a_run(*ENDS)
    run.found = found
    hosts(run)
    Journey.objects.create(
        run=run,
        url="https://c.example/",
        key="https://c.example/",
        state="pending",
        stage="fetch",
    )

    assert [host.found for host in hosts(run)] == told


def test_a_run_of_hours_has_the_same_lanes_made_of_minutes() -> None:
    run = a_run()
    assert run.started_at
    for minutes in (0, 4, 4, 61, 119):
        at = run.started_at + timedelta(minutes=minutes, seconds=5)
        LogEvent.objects.create(
            at=at, level=20, event="stage_finished", stage="fetch", run=run.pk
        )

    [lane] = [lanes(run) for _ in range(5)][
        -1
    ]  # a statement that is run often is prepared, which is stricter

    assert (lane.stage, lane.total) == ("fetch", 5)
    assert [round(bar.x / 600, 1) for bar in lane.bars] == [0.0, 0.0, 0.5, 1.0]


def test_the_hosts_of_a_large_run_under_way_are_counted_every_few_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small, large = a_run(*ENDS), a_run(*ENDS)
    for run, limit, then in ((small, 4, [2, 1]), (large, 2, [2, 2])):
        monkeypatch.setattr(timeline, "LARGE", limit)
        assert [each.found for each in hosts(run)] == [2, 2]
        Journey.objects.filter(run=run, url="https://b.example/1").delete()
        assert [each.found for each in hosts(run)] == then
