"""Signs of life: what a real worker says of itself, and what the queues page makes of it."""

import os
import signal
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from subprocess import Popen
from typing import Any

import pytest
from celery.worker import state
from django.db import connection
from django.db.backends.signals import connection_created
from django.test import Client
from django.utils import timezone

from pipeline.core.stages import STAGES
from pipeline.models import Batch
from pipeline.monitor.models import WorkerHeartbeat
from pipeline.monitor.queues import rollup, sampler
from pipeline.monitor.queues.series import RANGES
from pipeline.monitor.workers import heartbeats, status
from pipeline.tasks import fetch
from tests.pages import a_run, journeys
from tests.pipeline.servers import Server, response
from tests.waiting import wait_until

Start = Callable[..., Popen[bytes]]


def beat(
    name: str = "fetch@host-1", seconds_ago: float = 1, **values: Any
) -> WorkerHeartbeat:
    """A sign of life of so long ago."""
    at = timezone.now() - timedelta(seconds=seconds_ago)
    given = {
        "pid": 1,
        "stage": name.partition("@")[0],
        "pool": "thread",
        "slots": 16,
        "beat_at": at,
    }
    return WorkerHeartbeat.objects.create(
        name=name, **given | {"started_at": at - timedelta(hours=1)} | values
    )


@pytest.fixture
def slow_site() -> Iterator[tuple[Server, threading.Event]]:
    """A site whose page comes when the event is set."""
    go = threading.Event()

    def answer(client: socket.socket, path: str) -> None:
        if path != "/robots.txt":
            go.wait(600)
        client.sendall(response())

    with Server(answer=answer) as server:
        yield server, go
        go.set()


@pytest.mark.broker
def test_it_works(
    broker: Any, start: Start, slow_site: tuple[Server, threading.Event]
) -> None:
    server, go = slow_site
    run = a_run()
    [journey] = journeys(run, 1)
    type(journey).objects.update(
        url=f"{server.url}/post", key=f"{server.url}/post", queued_at=timezone.now()
    )
    Batch.objects.update(published_at=timezone.now())
    worker = start("manage.py", "work", "fetch", CONCURRENCY="3", HEARTBEAT_EVERY="0.3")
    wait_until(WorkerHeartbeat.objects.exists)
    fetch.apply_async(({"journey": journey.pk},))
    wait_until(lambda: WorkerHeartbeat.objects.filter(busy=1))
    [found] = status.workers()
    assert (found.beat.stage, found.beat.pool, found.beat.slots, found.beat.pid) == (
        "fetch",
        "thread",
        3,
        worker.pid,
    )
    assert found.state == "live"
    assert found.beat.memory > 10_000_000
    [task] = found.tasks
    assert (task.stage, task.journey, task.url) == (
        "fetch",
        journey.pk,
        f"{server.url}/post",
    )
    assert task.seconds is not None
    go.set()
    wait_until(lambda: WorkerHeartbeat.objects.filter(busy=0, done=1))
    worker.send_signal(signal.SIGTERM)
    wait_until(
        lambda: not WorkerHeartbeat.objects.exists(),
        what="for a worker that ended in order to take its row away",
    )


@pytest.mark.broker
def test_two_workers_of_a_stage_run_on_one_machine(broker: Any, start: Start) -> None:
    for _ in range(2):
        start("manage.py", "work", "fetch", CONCURRENCY="1", HEARTBEAT_EVERY="0.3")
    names = WorkerHeartbeat.objects.values_list("name", flat=True)
    wait_until(lambda: len(names.all()) == 2, what="for both workers")
    first, second = sorted(names)
    assert second == f"{first}-2"
    assert {found.beat.stage for found in status.workers()} == {"fetch"}


@pytest.mark.broker
def test_each_process_of_a_worker_has_a_row_and_what_is_killed_leaves_it(
    broker: Any, start: Start
) -> None:
    parent = start(
        "manage.py", "work", "extract", CONCURRENCY="2", HEARTBEAT_EVERY="0.3"
    )
    rows = WorkerHeartbeat.objects.order_by("name")
    wait_until(lambda: rows.all().count() == 2, what="for both processes")
    first, second = rows
    assert second.name == f"{first.name}-2"
    assert (first.slots, first.pool) == (1, "forked")
    assert first.memory == pytest.approx(heartbeats.memory(first.pid), rel=0.5)

    os.kill(first.pid, signal.SIGKILL)
    wait_until(lambda: rows.all().count() == 3, what="for the one that takes its place")
    assert rows.get(pid=first.pid).memory
    parent.send_signal(signal.SIGTERM)
    wait_until(
        lambda: [row.pid for row in rows.all()] == [first.pid],
        what="for those that ended in order to take their rows away",
    )
    assert parent.wait(600) == 0


@pytest.mark.django_db
def test_a_worker_is_live_then_silent_then_gone(admin_client: Client) -> None:
    for number, ago in enumerate((5, 45, 600)):
        beat(f"fetch@host-{number}", ago)
    assert [worker.state for worker in status.workers()] == ["live", "silent", "gone"]
    page = admin_client.get("/queues/live").text
    assert "state-silent" in page
    assert "state-gone" in page
    assert "Its tasks go to another worker" in page


@pytest.mark.django_db
def test_workers_come_in_the_order_of_the_journey_and_link_to_what_they_do(
    admin_client: Client,
) -> None:
    run = a_run()
    [journey] = journeys(run, 1)
    since = (timezone.now() - timedelta(seconds=2001)).isoformat()
    mine = {"task": "pipeline.fetch", "id": "x", "since": since}
    beat("store@a")
    beat(
        "fetch@a",
        busy=5,
        in_progress=[mine | {"journey": journey.pk}, mine, mine, mine],
    )
    beat(
        "discover@a",
        in_progress=[mine | {"task": "pipeline.discover", "run": run.pk}],
        busy=1,
    )
    found = status.workers()
    assert [worker.beat.stage for worker in found] == ["discover", "fetch", "store"]
    assert found[1].tasks[0].seconds == pytest.approx(2000, abs=60)
    assert found[1].more == 2
    page = admin_client.get("/queues/").text
    assert f'href="/journeys/{journey.pk}/"><bdi>{journey.url}' in page
    assert f'discover of <a href="/runs/{run.pk}/">' in page
    assert "and 2 more" in page


@pytest.mark.django_db
def test_without_workers_it_says_how_to_start_one(admin_client: Client) -> None:
    assert "python manage.py work fetch" in admin_client.get("/queues/").text


@pytest.mark.django_db
def test_workers_that_are_long_gone_are_forgotten() -> None:
    beat("fetch@a", 3700)
    beat("fetch@b", 1200, pid=1)
    beat("store@a", 1200, pid=1)
    beat("store@a", 1, pid=2, started_at=timezone.now())
    status.forget()
    assert set(WorkerHeartbeat.objects.values_list("name", "pid")) == {
        ("fetch@b", 1),
        ("store@a", 2),
    }


@pytest.mark.django_db
def test_prometheus_is_told_of_the_workers(admin_client: Client) -> None:
    beat("fetch@a", busy=3)
    beat('fetch@"b', 60)
    lines = admin_client.get("/metrics").text.splitlines()
    assert 'gleaner_workers{stage="fetch",state="live"} 1.0' in lines
    assert 'gleaner_workers{stage="fetch",state="silent"} 1.0' in lines
    assert 'gleaner_workers{stage="store",state="live"} 0.0' in lines
    assert 'gleaner_worker_busy{pid="1",stage="fetch",worker="fetch@a"} 3.0' in lines


@pytest.mark.django_db
def test_no_database_costs_a_beat_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "PORT", 1)
    worker = type(
        "Worker",
        (),
        {"hostname": "fetch@a", "pool": None, "pool_cls": object, "concurrency": 1},
    )()
    heart = heartbeats.HeartbeatThread(worker, every=0.05)
    heart.start()
    heart._stop.wait(0.3)
    assert heart._thread.is_alive()
    heart.stop()
    assert not heart._thread.is_alive()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("tasks", "expected"), [(1, 1), (0, 6)])
def test_a_worker_stays_connected_for_its_beats_while_it_works(
    monkeypatch: pytest.MonkeyPatch, tasks: int, expected: int
) -> None:
    begun = Counter({"pipeline.fetch": tasks})
    monkeypatch.setattr(state, "total_count", begun)
    kind = {"hostname": "fetch@a", "pool_cls": object, "concurrency": 1}
    heart = heartbeats.HeartbeatThread(type("Worker", (), kind)(), every=0)
    beats: list[float] = []

    def rest(seconds: float) -> None:
        beats.append(seconds)
        begun["pipeline.fetch"] += tasks

    monkeypatch.setattr(heart._stop, "wait", rest)
    monkeypatch.setattr(heart._stop, "is_set", lambda: len(beats) == 5)
    connections: list[Any] = []

    def note(**about: Any) -> None:
        connections.append(about)

    connection.close()
    connection_created.connect(note)
    heart._run()
    assert len(connections) == expected


@pytest.mark.django_db
def test_a_page_that_is_asked_for_again_and_again_stays_the_same(
    admin_client: Client,
) -> None:
    """The statements behind it are prepared after a while, and then know less of their values."""
    sampler.write(
        [sampler.Reading(queue, 4, 1, 1, 9, 5) for queue in sampler.QUEUES],
        timezone.now(),
    )
    for _ in range(6):
        page = admin_client.get("/queues/live").text
        assert page.count('<th scope="row"') == len(STAGES)
        rollup.roll_up(timezone.now())
        for name in RANGES:
            assert admin_client.get(f"/queues/series.json?range={name}").json()[
                "waiting"
            ]["fetch"] == [4]
