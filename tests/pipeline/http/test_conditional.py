"""What polls: nothing is drawn and nothing sent where nothing changed, and never something that is not so any more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from pipeline.access.roles import Role
from pipeline.http import conditional
from pipeline.models import Host, Run
from pipeline.monitor.models import LogEvent, QueueSample, WorkerHeartbeat
from pipeline.monitor.queues import sampler
from pipeline.monitor.queues.sampler import Reading
from pipeline.web import run_detail
from tests.pages import a_run, admin_user, an_article, journeys  # noqa: F401 (a fixture)
from tests.people import person, session

pytestmark = pytest.mark.django_db
PARTS = ("live", "log", "timeline", "queues", "tail")


@pytest.fixture(autouse=True)
def clock_stands(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What is drawn by the clock is drawn once, until a test moves it on."""
    now = [0]
    get_resolver().url_patterns  # noqa: B018 - a view that is loaded later would keep this clock
    for module in (run_detail, conditional):
        monkeypatch.setattr(module, "clock", lambda: now[0])
    monkeypatch.setattr("pipeline.web.queues.clock", lambda: now[0])
    return now


@pytest.fixture
def run() -> Run:
    run = a_run()
    journeys(run, 3)
    Run.objects.filter(pk=run.pk).update(
        started_at=timezone.now() - timedelta(minutes=3)
    )
    a_line(run)
    sampler.write([Reading(queue, 7, 1, 1) for queue in sampler.QUEUES], timezone.now())
    return run


def a_line(run: Run) -> LogEvent:
    return LogEvent.objects.create(
        at=timezone.now(), level=20, event="stage_finished", stage="fetch", run=run.pk
    )


def beat(ago: float = 0.0) -> None:
    now = timezone.now()
    WorkerHeartbeat.objects.create(
        name="fetch@x", pid=7, stage="fetch", pool="thread", slots=1, memory=1, busy=0, started_at=now,
        beat_at=now - timedelta(seconds=ago),
    )  # fmt: skip


def address(part: str, run: Run) -> str:
    return {"queues": "/queues/live", "tail": f"/logs/tail?run={run.pk}"}.get(
        part, f"/runs/{run.pk}/{part}"
    )


def ask(client: Client, part: str, run: Run, tag: str = "") -> Any:
    headers = {"HX-Request": "true", **({"If-None-Match": tag} if tag else {})}
    return client.get(address(part, run), headers=headers)


@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_drawn_where_nothing_changed(
    admin_client: Client, run: Run, part: str
) -> None:
    tag = ask(admin_client, part, run)["ETag"]
    again = ask(admin_client, part, run, tag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert again.templates == []
    assert ask(admin_client, part, run, '"another"').status_code == 200


def test_the_page_itself_brings_the_tags_of_its_parts(
    admin_client: Client, run: Run
) -> None:
    for path, part in (("", "live"), ("log", "log"), ("log", "head")):
        page = admin_client.get(f"/runs/{run.pk}/{path}").content.decode()
        tag = ask(admin_client, part, run)["ETag"]
        assert f'data-etag="{tag.replace(chr(34), "&quot;")}"' in page
        assert ask(admin_client, part, run, tag).status_code == 304
    tag = ask(admin_client, "queues", run)["ETag"].strip('"')
    assert tag in admin_client.get("/queues/").content.decode()


def a_step(run: Run) -> None:
    run.journeys.filter(pk=run.journeys.first().pk).update(in_progress=True)


def an_end(run: Run) -> None:
    run.journeys.filter(pk=run.journeys.first().pk).update(
        state="failed", reason="http-404"
    )


def another_reason(run: Run) -> None:
    an_end(run)
    run.journeys.filter(state="failed").update(reason="timeout")


def a_late_try(run: Run) -> None:
    run.journeys.update(queued_at=timezone.now() + timedelta(hours=1))


def a_batch(run: Run) -> None:
    run.batches.update(finished_at=timezone.now())


def a_word(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(reason="the disk is full")


def a_note(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(notes=["it answers in Latin"])


def a_pause(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(state="paused")


def a_change(run: Run) -> None:
    run.events.create(
        before="running", after="running", why="limit: none -> 3", at=timezone.now()
    )


def a_host(run: Run) -> None:
    Host.objects.update_or_create(name="blog.example", defaults={"delay": 4.0})


def a_new_line(run: Run) -> None:
    a_line(run)


def a_sample(run: Run) -> None:
    sampler.write([Reading(queue, 8, 1, 1) for queue in sampler.QUEUES], timezone.now())


def a_beat(run: Run) -> None:
    beat()


def a_beat_on(run: Run) -> None:
    beat(5)
    WorkerHeartbeat.objects.update(beat_at=timezone.now())


def old_samples(run: Run) -> None:
    QueueSample.objects.update(taken_at=timezone.now() - timedelta(minutes=5))


OF_A_RUN = (
    a_step,
    an_end,
    another_reason,
    a_late_try,
    a_word,
    a_note,
    a_pause,
)
OF_QUEUES = (a_sample, a_beat, a_beat_on, old_samples)
CHANGES = [("live", change) for change in OF_A_RUN] + [
    ("queues", change) for change in OF_QUEUES
]
CHANGES += [
    ("hosts", a_host),
    ("timeline", a_change),
    ("head", a_pause),
    ("timeline", an_end),
    ("log", a_new_line),
    ("tail", a_new_line),
]


def test_the_end_of_a_batch_which_no_page_shows_sends_nothing(
    admin_client: Client, run: Run
) -> None:
    tag = ask(admin_client, "live", run)["ETag"]
    a_batch(run)
    assert ask(admin_client, "live", run, tag).status_code == 304


@pytest.mark.parametrize(
    ("part", "change"), CHANGES, ids=lambda each: getattr(each, "__name__", each)
)
def test_whatever_changes_is_shown(
    admin_client: Client, run: Run, part: str, change: Callable[[Run], None]
) -> None:
    tag = ask(admin_client, part, run)["ETag"]
    change(run)
    answer = ask(admin_client, part, run, tag)
    assert answer.status_code == 200
    assert answer["ETag"] != tag
    assert answer.content


def test_a_worker_that_says_nothing_falls_silent_without_a_new_row(
    admin_client: Client, run: Run
) -> None:
    beat(9)
    tag = ask(admin_client, "queues", run)["ETag"]
    assert b"state-live" in ask(admin_client, "queues", run).content
    with pytest.MonkeyPatch.context() as later:
        later.setattr(
            "pipeline.web.queues.SILENT", timedelta(seconds=5)
        )  # as if time had passed
        assert ask(admin_client, "queues", run, tag).status_code == 200


def test_estimates_are_drawn_by_the_clock(
    admin_client: Client, run: Run, clock_stands: list[int]
) -> None:
    tag = ask(admin_client, "live", run)["ETag"]
    clock_stands[0] += 1
    assert ask(admin_client, "live", run, tag).status_code == 200
    fresh = ask(admin_client, "queues", run)["ETag"]
    clock_stands[0] += 1
    assert ask(admin_client, "queues", run, fresh).status_code == 304, (
        "the samples tell"
    )
    old_samples(run)
    stale = ask(admin_client, "queues", run)["ETag"]
    clock_stands[0] += 1
    assert ask(admin_client, "queues", run, stale).status_code == 200, "no sample tells"


def test_a_run_that_is_over_is_not_drawn_by_the_clock(
    admin_client: Client, run: Run, clock_stands: list[int]
) -> None:
    Run.objects.filter(pk=run.pk).update(state="failed", finished_at=timezone.now())
    tag = ask(admin_client, "live", run)["ETag"]
    clock_stands[0] += 1
    assert ask(admin_client, "live", run, tag).status_code == 304


def test_who_may_do_more_is_shown_more(admin_client: Client, run: Run) -> None:
    tag = ask(admin_client, "live", run)["ETag"]
    person(Role.VIEWER)
    assert ask(session(Role.VIEWER), "live", run, tag).status_code == 200


def test_times_that_run_on_carry_their_moment(admin_client: Client, run: Run) -> None:
    beat()
    began = int(Run.objects.get(pk=run.pk).started_at.timestamp())
    assert f'data-since="{began}"' in ask(admin_client, "live", run).content.decode()
    assert ask(admin_client, "queues", run).content.decode().count("data-since") >= 2


def test_a_question_that_changes_nothing_asks_the_database_less(
    admin_client: Client, run: Run, django_assert_max_num_queries: Any
) -> None:
    tag = ask(admin_client, "live", run)["ETag"]
    # Two of each are for the session, one is for the stages that somebody paused.
    with django_assert_max_num_queries(7):
        ask(admin_client, "live", run, tag)
    tag = ask(admin_client, "queues", run)["ETag"]
    with django_assert_max_num_queries(4):
        ask(admin_client, "queues", run, tag)


@pytest.mark.parametrize(
    "place",
    [
        "/articles/facets",
        "{}similar",
        "{}log",
        "{}journeys/",
        "/runs/{}/timeline",
        "/runs/{}/hosts",
        "/runs/{}/log",
    ],
)
def test_a_part_is_never_kept_for_the_page_at_the_same_address(
    admin_client: Client, run: Run, place: str
) -> None:
    path = place.format(
        run.pk if place.startswith("/runs") else an_article().get_absolute_url()
    )
    page, part = (
        admin_client.get(path),
        admin_client.get(path, headers={"HX-Request": "true"}),
    )
    assert ("<html" in page.text, "<html" in part.text) == (True, False)
    assert all("HX-Request" in answer["Vary"] for answer in (page, part))
