"""Addresses that are added to a run that is on: nothing is lost or counted twice, and the run ends after them."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import OperationalError as BrokerError
from django.db import connection
from django.utils import timezone

from pipeline import tasks
from pipeline.broker.queues import STAGES
from pipeline.core.records import Candidate
from pipeline.discovery import additions
from pipeline.discovery.discover import Discovery, SourceRequest
from pipeline.journeys import batches
from pipeline.models import Addition, Batch, Journey, Run, RunEvent
from pipeline.runs import control, edit, reconciler
from pipeline.runs.control import InvalidState
from pipeline.runs.reconciler import Observation
from pipeline.summary import stage as summary_stage

pytestmark = pytest.mark.django_db
FIRST, MORE = "https://blog.test/", "https://other.test/"


def candidate(name: str) -> Candidate:
    url = f"https://other.test/{name}"
    return Candidate(url, url, 0.9, ("in a feed",), (MORE,))


def found(*names: str, refused: tuple[str, ...] = ()) -> Discovery:
    turned_away = tuple((candidate(name), "list-page") for name in refused)
    return Discovery(
        tuple(map(candidate, names)),
        turned_away,
        (SourceRequest(MORE, "feed", "feed"),),
        ("A note.",),
        {},
    )


@pytest.fixture
def leads_to(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], list[list[str]]]:
    """Says what the added addresses lead to, or how to come to it; answers with the addresses that are looked at."""

    def lead(to: Any) -> list[list[str]]:
        looked: list[list[str]] = []

        def explore(run: Run) -> Discovery:
            looked.append(run.addresses)
            assert run.addresses == [FIRST] or run.parameters["skip"] == 0, (
                "what it skips it has skipped"
            )
            result: Discovery = to() if callable(to) else to
            return result

        monkeypatch.setattr("pipeline.discovery.stage.find_articles", explore)
        return looked

    return lead


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[list[int]]:
    """The runs that were sent to `discover`; no journey is sent anywhere."""
    settings.BATCH_SIZE = 2
    runs_sent: list[int] = []
    monkeypatch.setattr("pipeline.journeys.canvas.publish", lambda *_: None)
    monkeypatch.setattr(
        "pipeline.broker.publisher.send_discover",
        lambda run, **_: runs_sent.append(run),
    )
    return runs_sent


@pytest.fixture
def run() -> Run:
    """A run of two URLs in one batch, which is out."""
    parameters = {"addresses": [FIRST], "skip": 3, "limit": None}
    run = Run.objects.create(
        state="running", parameters=parameters, started_at=timezone.now()
    )
    Journey.objects.bulk_create(
        Journey(run=run, url=f"{FIRST}{n}", key=f"{FIRST}{n}", queued_at=timezone.now())
        for n in range(2)
    )
    batches.add_batches(
        run, list(run.journeys.order_by("id").values_list("pk", flat=True))
    )
    batches.dispatch_batches(run.pk)
    return run


def all_end(run: Run, state: str = "stored") -> None:
    """All that is out ends, and the bodies of its chords run, until nothing more goes out."""
    while out := list(
        Batch.objects.filter(run=run, published_at__isnull=False, finished_at=None)
    ):
        Journey.objects.filter(batch__in=out, state="pending").update(
            state=state, ended_at=timezone.now()
        )
        for batch in out:
            tasks.summarise.run(run.pk, batch.pk)
    run.refresh_from_db()


def states(run: Run) -> list[tuple[str, str]]:
    return list(
        run.journeys.filter(key__startswith=MORE)
        .order_by("key")
        .values_list("state", "reason")
    )


def test_it_works(run: Run, sent: list[list[int]], leads_to: Any) -> None:
    looked = leads_to(found("a", "b", "c", refused=("list",)))

    assert (
        edit.add(run.pk, [MORE, FIRST], "ada")
        == "1 address added: what is there is looked for now"
    )
    assert sent == [run.pk]
    tasks.discover.run(run.pk)

    assert looked == [[MORE]], "the new one only"
    assert states(run) == [("pending", "")] * 3 + [("skipped", "list-page")]
    assert list(run.batches.values_list("number", "size")) == [(0, 2), (1, 2), (2, 1)]
    all_end(run)
    assert (run.state, run.stored, run.skipped, run.found) == ("finished", 5, 1, 6)
    assert run.addresses == [FIRST, MORE]
    assert run.notes == [
        "A note.",
        f"Added later: {MORE}: 3 URLs to take, 1 left out, 0 were in the run already",
    ]
    assert run.source_requests == [{"url": MORE, "kind": "feed", "outcome": "feed"}]
    assert RunEvent.objects.filter(
        by="ada", why=f"changed: addresses added: {MORE}"
    ).exists()


def test_a_run_does_not_end_before_it_has_looked(run: Run, leads_to: Any) -> None:
    leads_to(found())
    edit.add(run.pk, [MORE])
    all_end(run)
    assert (run.state, run.reason) == ("running", "looking at 1 address added to it")
    reconciler.move(run, look())
    run.refresh_from_db()
    assert run.state == "running"

    tasks.discover.run(run.pk)

    run.refresh_from_db()
    assert (run.state, run.reason) == ("finished", "2 stored")


@pytest.mark.parametrize(
    "state", ["finished", "ended incomplete", "cancelled", "failed", "cancelling"]
)
def test_a_run_that_is_over_says_to_launch_another(
    run: Run, sent: list[list[int]], state: str
) -> None:
    Run.objects.filter(pk=run.pk).update(state=state)
    with pytest.raises(InvalidState, match=rf"is {state}.*launch another"):
        edit.add(run.pk, [MORE])
    assert not Addition.objects.exists()
    assert sent == []


def test_addresses_that_make_no_sense_are_refused(run: Run, settings: Any) -> None:
    settings.MAX_ADDRESSES = 2
    for addresses, said in (
        ([FIRST], "has these addresses already"),
        ([MORE, f"{MORE}x"], "at most 2 addresses"),
    ):
        with pytest.raises(InvalidState, match=said):
            edit.add(run.pk, addresses)
    again = Run.objects.create(
        state="running", parameters={"addresses": [], "again": 3}
    )
    with pytest.raises(InvalidState, match="stored pages"):
        edit.add(again.pk, [MORE])


def test_before_discovery_they_are_addresses_like_the_others(
    sent: list[list[int]],
) -> None:
    run = Run.objects.create(state="queued", parameters={"addresses": [FIRST]})
    edit.add(run.pk, [MORE])
    run.refresh_from_db()
    assert (run.addresses, run.additions.count(), sent) == ([FIRST, MORE], 0, [])


def test_a_discovery_that_is_on_looks_at_them_in_its_end(
    sent: list[list[int]], leads_to: Any
) -> None:
    run = Run.objects.create(state="queued", parameters={"addresses": [FIRST]})

    def meanwhile() -> Discovery:
        if not run.additions.exists():
            edit.add(run.pk, [MORE])
            return found("a")
        return found("b")

    looked = leads_to(meanwhile)
    tasks.discover.run(run.pk)
    assert sent == [], "another message would begin the discovery again"
    assert looked == [[FIRST], [MORE]]
    all_end(run)
    assert (run.state, run.stored, run.addresses) == ("finished", 2, [FIRST, MORE])


def test_a_paused_run_asks_for_nothing_until_it_goes_on(
    run: Run, sent: list[list[int]], leads_to: Any
) -> None:
    looked = leads_to(found("a"))
    control.pause(run.pk, "ada")
    edit.add(run.pk, [MORE])
    tasks.discover.run(run.pk)
    assert looked == []
    run.refresh_from_db()
    assert (run.state, run.reason) == ("paused", "paused by ada")
    sent.clear()
    control.resume(run.pk)
    assert sent == [run.pk], "the added addresses are looked at now"
    tasks.discover.run(run.pk)
    assert looked == [[MORE]]
    all_end(run)
    assert (run.state, run.stored) == ("finished", 3)


def test_what_is_in_the_run_already_stays_as_it_is_and_what_was_left_out_is_taken(
    run: Run, leads_to: Any
) -> None:
    kept: dict[str, Any] = {"run": run, "batch": run.batches.get()}
    rows = {
        "stored": Journey(**kept, state="stored", stage="store"),
        "failed": Journey(**kept, state="failed", stage="fetch", reason="http-404"),
        "unlikely": Journey(
            run=run, state="skipped", stage="discover", reason="list-page"
        ),
        "limited": Journey(
            **kept, state="skipped", stage="extract", reason="over-limit"
        ),
        "robots": Journey(**kept, state="skipped", stage="fetch", reason="robots"),
    }
    for name, row in rows.items():
        row.url = row.key = f"{MORE}{name}"
        row.save()
    leads_to(found("new", *rows))
    edit.add(run.pk, [MORE])
    tasks.discover.run(run.pk)
    now = dict(run.journeys.filter(key__startswith=MORE).values_list("key", "state"))
    assert {name: now[MORE + name] for name in (*rows, "new")} == {
        "stored": "stored", "failed": "failed", "unlikely": "pending", "limited": "pending", "robots": "skipped",
        "new": "pending",
    }  # fmt: skip
    assert run.journeys.get(key=f"{MORE}unlikely").stage == "fetch"
    assert (
        run.additions.get().outcome
        == "3 URLs to take, 0 left out, 5 were in the run already"
    )
    all_end(run)
    assert (run.state, run.stored, run.failed, run.skipped, run.found) == (
        "finished",
        6,
        1,
        1,
        8,
    )


def test_the_limit_is_that_of_the_whole_run(run: Run, leads_to: Any) -> None:
    edit.change(run.pk, limit=4)
    Journey.objects.create(
        run=run,
        url="x",
        key="x",
        state="skipped",
        stage="discover",
        reason="over-limit",
    )
    leads_to(found("a", "b", "c"))
    edit.add(run.pk, [MORE])
    tasks.discover.run(run.pk)
    assert states(run) == [("pending", ""), ("pending", ""), ("skipped", "over-limit")]


def test_a_run_that_only_looks_takes_nothing(run: Run, leads_to: Any) -> None:
    Run.objects.filter(pk=run.pk).update(parameters={**run.parameters, "dry_run": True})
    leads_to(found("a"))
    edit.add(run.pk, [MORE])
    tasks.discover.run(run.pk)
    assert states(run) == [("skipped", "dry-run")]


# What can go wrong on the way


def look(waiting: int = 0) -> Observation:
    return Observation(
        timezone.now(),
        timezone.now() - timedelta(hours=1),
        dict.fromkeys(STAGES, waiting),
    )


def test_a_message_that_was_lost_is_sent_again(run: Run, sent: list[list[int]]) -> None:
    edit.add(run.pk, [MORE])
    sent.clear()
    reconciler.move(run, look())
    assert sent == [], "it may be on its way"
    long_ago = timezone.now() - timedelta(minutes=5)
    Addition.objects.update(created_at=long_ago, sent_at=long_ago)
    reconciler.move(run, look(waiting=1))
    assert sent == [], "it may be among those that wait"
    run.heartbeat_at = timezone.now()
    reconciler.move(run, look())
    assert sent == [], "somebody is looking"
    run.heartbeat_at = None
    reconciler.move(run, look())
    reconciler.move(run, look())
    assert sent == [run.pk]


def test_without_a_broker_it_is_added_and_looked_at_later(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise BrokerError("refused")

    monkeypatch.setattr("pipeline.broker.publisher.send_discover", away)
    edit.add(run.pk, [MORE])
    assert Addition.objects.get().sent_at is None


def test_messages_that_come_twice_find_it_done(run: Run, leads_to: Any) -> None:
    looked = leads_to(found("a"))
    edit.add(run.pk, [MORE])
    for _ in range(3):
        tasks.discover.run(run.pk)
    assert len(looked) == 1
    assert run.journeys.count() == 3


def test_two_workers_that_look_at_one_addition_write_it_once(
    run: Run, leads_to: Any
) -> None:
    edit.add(run.pk, [MORE])
    addition = Addition.objects.get()
    additions.complete(addition, found("a", "b"))
    additions.complete(addition, found("a", "b", "c"))
    assert states(run) == [("pending", "")] * 2
    assert len(Run.objects.get(pk=run.pk).notes) == 2


@pytest.mark.parametrize(
    ("claimant", "minutes", "again"),
    [("alive", 1, False), ("alive", 5, True), ("dead", 0, True)],
    ids=["somebody looks", "who looks has gone silent", "who looked was killed"],
)
def test_a_claim_ends_with_its_claimant(
    run: Run, leads_to: Any, claimant: str, minutes: float, again: bool
) -> None:
    looked = leads_to(found())
    edit.add(run.pk, [MORE])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0] if claimant == "alive" else 0
    taken = timezone.now() - timedelta(minutes=minutes)
    Addition.objects.update(claimant=pid, claimed_at=taken, tries=1)
    tasks.discover.run(run.pk)
    assert looked == ([[MORE]] if again else [])


def test_a_worker_that_dies_before_it_sends_the_batches_leaves_them_to_others(
    run: Run, leads_to: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads_to(found("a"))
    edit.add(run.pk, [MORE])
    additions.process_additions(run.pk)
    all_end(run)
    assert (run.state, run.stored) == ("finished", 3), "a batch's end sends the next"


def test_what_kills_its_workers_again_and_again_is_given_up(
    run: Run, leads_to: Any
) -> None:
    looked = leads_to(found("a"))
    edit.add(run.pk, [MORE])
    Addition.objects.update(tries=additions.MAX_ATTEMPTS)
    tasks.discover.run(run.pk)
    all_end(run)
    assert (looked, run.state) == ([], "finished")
    assert "begun 6 times" in run.notes[-1]


def test_a_bug_in_looking_does_not_end_the_run(run: Run, leads_to: Any) -> None:
    def bug() -> Discovery:
        raise ZeroDivisionError("by nought")

    leads_to(bug)
    edit.add(run.pk, [MORE])
    tasks.discover.run(run.pk)
    all_end(run)
    assert (run.state, run.stored) == ("finished", 2)
    assert "crashed: ZeroDivisionError: by nought" in run.notes[-1]


def test_a_run_that_is_cancelled_waits_for_no_addition(run: Run, leads_to: Any) -> None:
    def cancelled_meanwhile() -> Discovery:
        control.cancel(run.pk, "ada")
        return found("a")

    leads_to(cancelled_meanwhile)
    edit.add(run.pk, [MORE])
    edit.add(run.pk, [f"{MORE}x/"])
    tasks.discover.run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.found, states(run)) == ("cancelled", 2, [])
    assert {each.outcome for each in run.additions.all()} == {
        "the run ended before it was looked at"
    }


def test_a_run_that_is_over_is_not_looked_at_any_more(leads_to: Any) -> None:
    looked = leads_to(found("a"))
    run = Run.objects.create(state="discovering", parameters={"addresses": [FIRST]})
    edit.add(run.pk, [MORE])
    control.cancel(run.pk)
    tasks.discover.run(run.pk)
    assert (looked, run.journeys.count()) == ([], 0)


def test_the_run_is_not_given_up_while_an_addition_waits(run: Run) -> None:
    edit.add(run.pk, [MORE])
    long_ago = timezone.now() - timedelta(hours=5)
    Journey.objects.update(state="stored", queued_at=long_ago, ended_at=long_ago)
    Run.objects.update(started_at=long_ago, created_at=long_ago)
    Batch.objects.update(finished_at=long_ago)
    run.refresh_from_db()
    reconciler.move(run, look(waiting=5))
    run.refresh_from_db()
    assert run.state == "running"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["added", "closed"])
def test_adding_and_ending_at_the_same_moment_leave_one_or_the_other(
    run: Run, first: str
) -> None:
    """Whichever has the run's row first decides; the other one waits for it, and sees what it did."""
    Journey.objects.update(state="stored", ended_at=timezone.now())
    Batch.objects.update(finished_at=timezone.now())
    has_it, go_on, said = threading.Event(), threading.Event(), []

    def slowly(work: Callable[[], Any]) -> None:
        from django.db import transaction

        try:
            with transaction.atomic():
                work()
                has_it.set()
                go_on.wait(600)
        except InvalidState as error:
            said.append(str(error))
        finally:
            connection.close()

    def quickly(work: Callable[[], Any]) -> None:
        try:
            work()
        except InvalidState as error:
            said.append(str(error))
        finally:
            connection.close()

    works = [lambda: edit.add(run.pk, [MORE]), lambda: summary_stage.close_run(run.pk)]
    works = works if first == "added" else works[::-1]
    one = threading.Thread(target=slowly, args=(works[0],))
    other = threading.Thread(target=quickly, args=(works[1],))
    one.start()
    assert has_it.wait(600)
    other.start()
    other.join(0.3)
    assert other.is_alive(), "it waits for the run's row"
    go_on.set()
    one.join(600)
    other.join(600)
    run.refresh_from_db()
    if first == "added":
        assert (run.state, run.additions.count(), said) == ("running", 1, [])
    else:
        assert (run.state, run.additions.count()) == ("finished", 0)
        assert "launch another" in said[0]
