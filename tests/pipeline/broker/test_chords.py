"""The chord's body runs, once in effect, whatever is delivered twice or killed."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from backports import zstd
from django.db import connection
from django.utils import timezone

from catalog.models import Article
from myworld.celery import app
from pipeline.broker import chords
from pipeline.broker.chords import ChordBackend
from pipeline.core import serialize
from pipeline.core.records import Draft
from pipeline.journeys import batches
from pipeline.models import (
    Batch,
    Body,
    Chord,
    ChordPart,
    Journey,
    JourneyDraft,
    Run,
    Snapshot,
)
from tests.waiting import wait_until

pytestmark = pytest.mark.broker
SIZE = 5
WORKER = "tests/pipeline/faulty_worker.py"


@pytest.fixture
def batch(broker: Any, transactional_db: None) -> Batch:
    """A batch of a running run, its drafts ready to be stored."""
    run = Run.objects.create(
        state=Run.State.RUNNING, parameters={"addresses": ["https://blog.test/"]}
    )
    batch = Batch.objects.create(run=run, number=0, size=SIZE)
    for n in range(SIZE):
        url = f"https://blog.test/{n}"
        draft = serialize.pack(
            Draft(
                url=url,
                title=f"Post {n}",
                text=f"Text of post {n}",
                html=f"<p>Text of post {n}</p>",
            )
        )
        journey = Journey.objects.create(
            run=run, batch=batch, url=url, key=url, stage="store"
        )
        JourneyDraft.objects.create(journey=journey, data=draft)
    return batch


def a_page(number: int, url: str) -> Snapshot:
    words = " ".join(
        f"Sentence {n} of page {number} says something." for n in range(40)
    )
    page = f"<title>Page {number}</title><article><h1>Page {number}</h1><p>{words}</p></article>"
    body = Body.objects.create(
        digest=str(number), data=zstd.compress(page.encode()), size=len(page)
    )
    return Snapshot.objects.create(
        key=url,
        url=url,
        final_url=url,
        status=200,
        fetched_at=timezone.now(),
        body=body,
    )


def ended(run: Run) -> bool:
    run.refresh_from_db()
    return run.ended


def assert_summed_up_once(batch: Batch) -> None:
    wait_until(lambda: ended(batch.run), what="for the run to end")
    batch.run.refresh_from_db()

    assert batch.run.state == Run.State.FINISHED
    assert (batch.run.found, batch.run.stored) == (SIZE, SIZE)
    assert Article.objects.count() == SIZE
    assert ChordPart.objects.count() == SIZE
    assert Chord.objects.get().done == SIZE


def test_it_works(batch: Batch, start: Callable[..., Any]) -> None:
    batches.dispatch_batches(batch.run_id)
    start(WORKER)

    assert_summed_up_once(batch)


def test_a_run_whose_drafts_a_crash_of_postgresql_took_extracts_its_pages_again(
    batch: Batch, start: Callable[..., Any]
) -> None:
    for number, journey in enumerate(batch.journeys.order_by("pk")):
        journey.snapshot = a_page(number, journey.url)
        journey.save()
    batches.dispatch_batches(batch.run_id)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE pipeline_journeydraft")
    start(WORKER)

    assert_summed_up_once(batch)
    titles = set(Article.objects.values_list("title", flat=True))
    assert titles == {f"Page {number}" for number in range(SIZE)}
    assert [each.attempts for each in batch.journeys.all()] == [[]] * SIZE
    assert not JourneyDraft.objects.exists()


def test_a_batch_that_is_published_twice_counts_each_task_once(
    batch: Batch, start: Callable[..., Any]
) -> None:
    batches.dispatch_batches(batch.run_id)
    Batch.objects.update(claimed_at=None, published_at=None)
    batches.dispatch_batches(batch.run_id)
    start(WORKER)

    assert_summed_up_once(batch)


@pytest.fixture
def chord_of_two(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> tuple[ChordBackend, list[str]]:
    """A backend with the account of a chord, and the groups whose body would be sent."""
    backend = ChordBackend(app)
    fired: list[str] = []
    monkeypatch.setattr(backend, "send_body", lambda group, body: fired.append(group))
    backend.apply_chord(("a group", []), {"chord_size": 2})
    return backend, fired


def test_a_header_task_that_ends_twice_is_counted_once(
    chord_of_two: tuple[ChordBackend, list[str]],
) -> None:
    backend, fired = chord_of_two

    for task in ("one", "one"):
        backend.on_chord_part_return(
            SimpleNamespace(id=task, group="a group", chord=None), "SUCCESS", None
        )

    assert (Chord.objects.get().done, fired) == (1, [])

    backend.on_chord_part_return(
        SimpleNamespace(id="two", group="a group", chord=None), "SUCCESS", None
    )

    assert (Chord.objects.get().done, fired) == (2, ["a group"])


def test_a_journey_whose_end_was_lost_is_not_counted(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL crashed after the stage was done and before that was on the disk: its row is as it was before."""
    backend, fired = ChordBackend(app), []
    monkeypatch.setattr(backend, "send_body", lambda group, body: fired.append(group))
    backend.apply_chord(("a group", []), {"chord_size": 1})
    journey = Journey.objects.earliest("pk")

    def end() -> int:
        request = SimpleNamespace(id="one", group="a group", chord=None)
        backend.on_chord_part_return(
            request, "SUCCESS", {"journey": journey.pk, "ended": "skipped"}
        )
        return Chord.objects.get().done

    assert (end(), fired) == (0, [])

    Journey.objects.filter(pk=journey.pk).update(state="skipped")

    assert (end(), fired) == (1, ["a group"])


def test_the_body_goes_out_only_when_what_it_sums_up_is_on_the_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order: list[str] = []

    def execute(sql: str, values: Any) -> list[tuple[int]]:
        order.append(sql)
        return [(SIZE,)]

    monkeypatch.setattr(chords, "execute", execute)

    ChordBackend(app).send_body(
        "a group", SimpleNamespace(apply_async=lambda: order.append("the body"))
    )

    assert order == [chords.FLUSH_COMMITS, "the body", chords.MARK_FIRED]
    assert "'synchronous_commit', 'on'" in chords.FLUSH_COMMITS


def test_a_body_whose_last_part_a_crash_took_stays_until_that_has_ended_again(
    transactional_db: None,
) -> None:
    sent: list[str] = []
    body = SimpleNamespace(apply_async=lambda: sent.append("the body"))
    backend = ChordBackend(app)
    backend.apply_chord(("a group", []), {"chord_size": 2})
    Chord.objects.update(done=1)

    backend.send_body("a group", body)

    assert (sent, Chord.objects.get().fired_at) == ([], None)

    Chord.objects.update(done=2)
    backend.send_body("a group", body)

    assert sent == ["the body"]
    assert Chord.objects.get().fired_at


def test_a_part_that_was_counted_as_its_journey_ended_is_not_counted_again(
    chord_of_two: tuple[ChordBackend, list[str]],
) -> None:
    backend, fired = chord_of_two
    request = SimpleNamespace(id="one", group="a group", chord=None)

    for done in (1, 2):
        ticket = {"journey": 1, "ended": "stored", "counted": (done, 2)}
        backend.on_chord_part_return(request, "SUCCESS", ticket)

    assert fired == ["a group"]
    assert not ChordPart.objects.exists()


@pytest.mark.parametrize(
    "fault", ["before the count", "before the body", "after the body"]
)
def test_a_worker_that_is_killed(
    fault: str, batch: Batch, start: Callable[..., Any], tmp_path: Path
) -> None:
    batches.dispatch_batches(batch.run_id)
    victim = start(WORKER, FAULT=fault, FAULT_MARK=str(tmp_path / "died"))

    assert victim.wait(timeout=600) == -9

    start(WORKER)
    assert_summed_up_once(batch)
