"""A stage whose intake is paused: its real workers take nothing, and every page says why."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from subprocess import Popen
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from kombu import Connection

from pipeline.access.models import AuditEntry
from pipeline.access.roles import Role
from pipeline.core.stages import STAGES
from pipeline.models import Batch, Journey, Run, StageIntake
from pipeline.monitor.models import WorkerHeartbeat
from pipeline.monitor.queues import sampler
from pipeline.monitor.queues.intake import pause_intake, resume_intake
from pipeline.monitor.workers.trouble import paused_stages, troubles
from pipeline.runs.reconciler import Observation, reconcile_run
from pipeline.summary.progress import progress
from pipeline.tasks import fetch
from tests.pages import a_run, admin_user, journeys
from tests.people import session
from tests.pipeline.servers import Server, response
from tests.waiting import wait_until

__all__ = ["admin_user"]
Start = Callable[..., Popen[bytes]]


def found(broker: Any) -> tuple[int, int]:
    """Messages that wait for a fetch worker, and its consumers."""
    with Connection(broker.conf.broker_url) as connection:
        declared = connection.default_channel.queue_declare("fetch", passive=True)
    return declared.message_count, declared.consumer_count


def begin(start: Start) -> Popen[bytes]:
    """A fetch worker that is ready."""
    worker = start("manage.py", "work", "fetch", CONCURRENCY="2", HEARTBEAT_EVERY="0.3")
    wait_until(lambda: WorkerHeartbeat.objects.filter(pid=worker.pid))
    return worker


def send(run: Run, url: str) -> Journey:
    """A URL of the run that waits for its fetch."""
    [journey] = journeys(run, 1)
    Journey.objects.filter(pk=journey.pk).update(
        url=url, key=url, queued_at=timezone.now()
    )
    Batch.objects.update(published_at=timezone.now())
    fetch.apply_async(({"journey": journey.pk},))
    return journey


@pytest.mark.broker
def test_a_paused_worker_takes_nothing_also_after_a_restart(
    broker: Any, start: Start
) -> None:
    with Server(answer=lambda client, path: client.sendall(response())) as server:
        pause_intake("fetch", "ann")
        worker = begin(start)
        journey = send(a_run(), f"{server.url}/first")
        wait_until(lambda: found(broker) == (1, 0), what="for the message to wait")

        resume_intake("fetch", "ann")
        fetched = Journey.objects.filter(pk=journey.pk).exclude(stage="fetch")
        wait_until(fetched.exists, what="for the worker to take it")

        pause_intake("fetch", "ann")
        wait_until(lambda: found(broker) == (0, 0), what="for the consumer to go")
        other = send(a_run(), f"{server.url}/second")
        worker.kill()
        worker.wait()
        begin(start)
        wait_until(lambda: found(broker) == (1, 0), what="for the message to wait")
        assert Journey.objects.get(pk=other.pk).claimed_at is None

        resume_intake("fetch", "ann")
        fetched = Journey.objects.filter(pk=other.pk).exclude(stage="fetch")
        wait_until(fetched.exists, what="for the worker to take it")


@pytest.mark.django_db
def test_pausing_and_resuming_is_in_the_audit_log_once() -> None:
    assert [pause_intake("fetch", "ann"), pause_intake("fetch", "bob")] == [True, False]
    assert StageIntake.objects.get().paused_by == "ann"
    assert [resume_intake("fetch", "bob"), resume_intake("fetch", "ann")] == [
        True,
        False,
    ]
    entries = AuditEntry.objects.order_by("pk").values_list("verb", "object", "who")
    assert list(entries) == [("pause", "fetch", "ann"), ("resume", "fetch", "bob")]


@pytest.mark.django_db
def test_there_is_no_other_stage(admin_client: Client) -> None:
    with pytest.raises(ValueError, match="no stage dead"):
        pause_intake("dead", "ann")
    assert admin_client.post("/queues/dead/pause").status_code == 404
    assert admin_client.post("/queues/fetch/burn").status_code == 404


def sampled() -> None:
    readings = [sampler.Reading(stage, 3, 0, 0) for stage in STAGES]
    sampler.write(readings, timezone.now())


@pytest.mark.django_db
def test_the_page_of_queues_pauses_and_resumes_a_stage(admin_client: Client) -> None:
    sampled()
    page = admin_client.post("/queues/extract/pause", follow=True).text
    assert "Extract is paused by <bdi>admin</bdi> since" in page
    assert "3 URLs wait." in page
    assert "state-paused" in page
    before = admin_client.get("/queues/live")
    page = admin_client.post("/queues/extract/resume", follow=True).text
    assert "Extract is paused" not in page
    same = admin_client.get("/queues/live", HTTP_IF_NONE_MATCH=before.headers["ETag"])
    assert same.status_code == 200


@pytest.mark.django_db
def test_what_else_waits_is_said(admin_client: Client) -> None:
    sampled()
    page = admin_client.post("/queues/summarise/pause", follow=True).text
    assert "3 messages wait." in page
    assert "No run ends; schedules" in page


@pytest.mark.django_db
def test_a_viewer_may_not() -> None:
    viewer = session(Role.VIEWER)
    assert viewer.post("/queues/fetch/pause").status_code == 403
    assert not StageIntake.objects.exists()


@pytest.mark.django_db
def test_the_api_and_the_command_do_the_same(admin_client: Client) -> None:
    sampled()
    said = admin_client.post("/api/queues/store/pause").json()
    assert (said["paused"], said["paused_by"]) == (True, "admin")
    [store] = [
        row for row in admin_client.get("/api/queues").json() if row["queue"] == "store"
    ]
    assert (store["state"], store["paused_by"]) == ("paused", "admin")
    out = StringIO()
    call_command("queue", "show", stdout=out)
    assert "paused by admin since" in out.getvalue()
    call_command("queue", "resume", "store", stdout=out)
    assert not StageIntake.objects.paused()
    assert admin_client.post("/api/queues/nothing/pause").status_code == 404


@pytest.mark.django_db
def test_the_page_of_a_run_that_waits_says_so(admin_client: Client) -> None:
    run = a_run()
    journeys(run, 2, stage="extract", queued_at=timezone.now())
    pause_intake("store", "bob")
    assert not paused_stages(run, progress(run))
    pause_intake("extract", "ann")
    page = admin_client.get(f"/runs/{run.pk}/").text
    assert "Extract is paused by <bdi>ann</bdi> since" in page
    assert "2 URLs wait." in page
    assert "No extract worker" not in page
    assert not troubles(run, progress(run))


def seen(hours: float) -> Observation:
    now = timezone.now() + timedelta(hours=hours)
    waiting = dict.fromkeys(STAGES, 0)
    intakes = list(StageIntake.objects.all())
    return Observation(now, now - timedelta(days=1), waiting, intakes)


@pytest.mark.django_db
def test_what_waits_at_a_paused_stage_is_neither_sent_again_nor_given_up() -> None:
    run = a_run()
    [journey] = journeys(run, 1, stage="extract", queued_at=timezone.now())
    Batch.objects.update(published_at=timezone.now())
    pause_intake("extract", "ann")
    reconcile_run(run, seen(hours=10))
    resume_intake("extract", "ann")
    reconcile_run(run, seen(hours=0))
    journey.refresh_from_db()
    run.refresh_from_db()
    assert (journey.resend_count, run.state) == (0, "running")
