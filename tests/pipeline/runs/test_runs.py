"""Runs are steered by their row, and the database holds them to the table of transitions."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from catalog.models import Article, Source
from pipeline.broker import publisher
from pipeline.journeys import batches
from pipeline.models import Batch, Body, Journey, Run, RunEvent, Snapshot
from pipeline.runs import control, redo
from pipeline.runs.launch import launch_extraction, launch_or_find, launch_run
from pipeline.summary import stage as summary_stage

pytestmark = pytest.mark.django_db
PAGE = "https://blog.test/{}"


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, list[int]]]:
    """The batches that would go to the broker, as (batch, journeys)."""
    sent: list[tuple[int, list[int]]] = []
    monkeypatch.setattr(
        "pipeline.journeys.canvas.publish",
        lambda batch, ids: sent.append((batch.number, sorted(ids))),
    )
    return sent


def a_run(journeys: int, state: str = Run.State.RUNNING, batch_size: int = 2) -> Run:
    run = Run.objects.create(
        state=state,
        parameters={"addresses": [PAGE.format("")]},
        started_at=timezone.now(),
    )
    now = timezone.now()
    rows = (
        Journey(run=run, url=PAGE.format(n), key=PAGE.format(n), queued_at=now)
        for n in range(journeys)
    )
    Journey.objects.bulk_create(rows)
    return run


def in_batches(run: Run) -> list[int]:
    ids = list(run.journeys.order_by("id").values_list("pk", flat=True))
    batches.add_batches(run, ids)
    return ids


def test_no_more_journeys_are_on_their_way_than_keep_workers_busy(
    published: list, settings: object
) -> None:
    settings.BATCH_SIZE, settings.MAX_READY_URLS = 2, 4
    run = a_run(7)
    ids = in_batches(run)

    batches.dispatch_batches(run.pk)

    assert published == [(0, ids[:2]), (1, ids[2:4])]


def test_journeys_that_wait_for_a_slow_host_do_not_hold_up_the_next_batch(
    published: list, settings: object
) -> None:
    settings.BATCH_SIZE, settings.MAX_READY_URLS, settings.MAX_IN_FLIGHT_URLS = 2, 2, 4
    run = a_run(7)
    in_batches(run)
    batches.dispatch_batches(run.pk)
    assert len(published) == 1

    run.journeys.filter(batch__published_at__isnull=False).update(
        queued_at=timezone.now() + timedelta(minutes=5)
    )
    batches.dispatch_batches(run.pk)

    assert len(published) == 2

    run.journeys.filter(batch__published_at__isnull=False).update(
        queued_at=timezone.now() + timedelta(minutes=5)
    )
    batches.dispatch_batches(run.pk)

    assert len(published) == 2  # as many as may be out at all


def test_beside_other_runs_a_run_sends_less(published: list, settings: object) -> None:
    settings.BATCH_SIZE, settings.MAX_READY_URLS = 2, 8
    for _ in range(3):
        a_run(0)
    run = a_run(9)
    in_batches(run)

    batches.dispatch_batches(run.pk)

    assert len(published) == 1


def test_a_paused_run_sends_no_batch_until_it_is_resumed(
    published: list, settings: object
) -> None:
    settings.BATCH_SIZE, settings.MAX_READY_URLS = 2, 1
    run = a_run(4)
    in_batches(run)
    control.pause(run.pk, "ada")

    batches.dispatch_batches(run.pk)

    assert published == []

    control.resume(run.pk, "ada")

    assert [number for number, _ in published] == [0]


def test_a_cancelled_run_ends_at_once_and_says_who_did_it(published: list) -> None:
    run = a_run(3)
    in_batches(run)
    Journey.objects.filter(run=run, url=PAGE.format(0)).update(state="stored")

    control.cancel(run.pk, "ada")

    run.refresh_from_db()
    assert (run.state, run.reason) == ("cancelled", "cancelled by ada")
    assert (run.found, run.stored, run.skipped, run.pending) == (3, 1, 2, 0)


def test_what_is_over_cannot_be_cancelled() -> None:
    run = a_run(0, state=Run.State.FINISHED)

    with pytest.raises(control.InvalidState, match="is over"):
        control.cancel(run.pk)


def test_retrying_sends_only_what_failed(published: list) -> None:
    run = a_run(3, state=Run.State.FINISHED)
    run.journeys.update(state="stored")
    failed = run.journeys.order_by("id").first()
    run.journeys.filter(pk=failed.pk).update(
        state="failed", reason="timeout", crash_count=2
    )

    assert redo.retry_failed(run.pk, "ada") == 1

    failed.refresh_from_db()
    run.refresh_from_db()
    assert (failed.state, failed.reason, failed.crash_count) == ("pending", "", 0)
    assert (run.state, published) == ("running", [(0, [failed.pk])])


def test_extracting_again_starts_from_the_stored_page(published: list) -> None:
    source = Source.objects.create(host="blog.test")
    article = Article.objects.create(
        source=source,
        url=PAGE.format(0),
        key=PAGE.format(0),
        title="A",
        text="t",
        html="t",
    )
    body = Body.objects.create(digest="d", data=b"", size=0)
    snapshot = Snapshot.objects.create(
        key=article.key,
        url=article.url,
        final_url=article.url,
        status=200,
        fetched_at=timezone.now(),
        body=body,
    )
    run = a_run(1, state=Run.State.FINISHED)
    run.journeys.update(state="stored", article=article, snapshot=snapshot)

    again = launch_extraction([article.pk], "ada")

    journey = again.journeys.get()
    assert (journey.stage, journey.snapshot, again.state) == (
        "extract",
        snapshot,
        "running",
    )
    assert published == [(0, [journey.pk])]


@pytest.mark.parametrize(("before", "after"), list(product(Run.State, repeat=2)))
def test_the_database_allows_the_transitions_of_the_table_and_no_other(
    before: str, after: str
) -> None:
    run = Run.objects.create(state=before)
    allowed = after == before or after in Run.TRANSITIONS[Run.State(before)]

    if allowed:
        Run.objects.filter(pk=run.pk).update(state=after)
        assert RunEvent.objects.filter(run=run).count() == (before != after)
    else:
        with pytest.raises(IntegrityError, match="cannot become"), transaction.atomic():
            Run.objects.filter(pk=run.pk).update(state=after)


def test_counts_that_do_not_add_up_are_refused_by_the_database() -> None:
    run = Run.objects.create()

    with pytest.raises(IntegrityError, match="run_adds_up"), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(found=3, stored=1)


def test_a_journey_that_its_batch_counted_but_that_never_ended_has_a_reason() -> None:
    run = a_run(1)
    in_batches(run)
    batch = Batch.objects.get()

    summary_stage.finish_batch(batch.pk)
    summary_stage.close_run(run.pk)

    run.refresh_from_db()
    assert (run.state, run.failed, run.journeys.get().reason) == (
        "finished",
        1,
        "worker-killed",
    )


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_in_the_same_moment_is_one_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[object] = []
    monkeypatch.setattr(
        "pipeline.broker.publisher.send_discover", lambda run, **_: sent.append(run)
    )
    together = threading.Barrier(4, timeout=180)

    def launch(_: int) -> int:
        try:
            together.wait()
            return launch_run({"addresses": []}, key="the form's key").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        launched = set(pool.map(launch, range(4)))

    assert (len(launched), len(sent), Run.objects.count()) == (1, 1, 1)


def test_of_those_who_launch_with_one_key_one_alone_created_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[int] = []
    monkeypatch.setattr(publisher, "send_discover", lambda run, **_: sent.append(run))
    made = [
        launch_or_find({"addresses": ["https://a.org/"]}, key="monday")
        for _ in range(3)
    ]
    assert [created for _, created in made] == [True, False, False]
    assert len({run.pk for run, _ in made}) == len(sent) == 1
