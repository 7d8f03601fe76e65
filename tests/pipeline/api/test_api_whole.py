"""What a page shows, a program can read: the parts of pages beside the lists."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from pipeline.access.models import AuditEntry, Delivery, Webhook
from pipeline.access.roles import Role
from pipeline.api import app
from pipeline.models import Host, Run
from pipeline.monitor.models import LogEvent, WorkerHeartbeat
from pipeline.monitor.queues import sampler
from pipeline.monitor.queues.sampler import Reading
from pipeline.runs import jobs
from tests.pages import WHEN, a_run, a_snapshot, an_article, journeys
from tests.people import program

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def api() -> Client:
    return program(Role.VIEWER)


def logged(
    seconds_ago: float = 1,
    level: int = 20,
    event: str = "stage_finished",
    **values: Any,
) -> LogEvent:
    return LogEvent.objects.create(
        at=timezone.now() - timedelta(seconds=seconds_ago),
        level=level,
        event=event,
        data={},
        **values,
    )


def test_answers_that_are_declared_alike_share_one_model() -> None:
    """A model is costly to make, each process makes all of them, and there are hundreds of
    answers."""
    get_resolver().url_patterns  # noqa: B018 - routes are added when they are first read
    models = [
        model
        for _, router in app.api._routers
        for path in router.path_operations.values()
        for operation in path.operations
        for model in operation.response_models.values()
        if isinstance(model, type)
    ]
    declared = {str(model.model_fields["response"].annotation) for model in models}
    assert len(set(models)) == len(declared) < len(models)


def test_when_the_stages_of_a_run_worked_and_how_its_hosts_answer(api: Client) -> None:
    run = a_run(
        source_requests=[
            {"url": "https://blog.example/feed", "kind": "feed", "outcome": "read"}
        ]
    )
    Run.objects.filter(pk=run.pk).update(
        started_at=timezone.now() - timedelta(seconds=100)
    )
    journeys(run, 2, "stored", "store", timings={"fetch": 0.3})
    journeys(run, 2, queued_at=timezone.now() + timedelta(minutes=1))
    Host.objects.create(
        name="blog.example", delay=2.5, delay_reason="robots", robots_fetched_at=WHEN
    )
    first = logged(50, stage="fetch", run=run.pk)
    told = api.get(f"/api/runs/{run.pk}/timeline").json()
    [stage] = told["stages"]
    assert (stage["stage"], stage["steps"]) == ("fetch", 1)
    assert datetime.fromisoformat(stage["began"]) <= first.at
    # told to the millisecond
    ended = datetime.fromisoformat(stage["ended"]) + timedelta(milliseconds=1)
    assert first.at <= ended
    [host] = told["hosts"]
    assert (host["name"], host["found"], host["ended"], host["share"]) == (
        "blog.example",
        4,
        2,
        100,
    )
    assert (
        host["now"]["delay"],
        host["now"]["delay_reason"],
        host["now"]["robots"],
    ) == (
        2.5,
        "robots",
        "no rules",
    )
    shown = api.get(f"/api/runs/{run.pk}").json()
    assert shown["source_requests"][0]["kind"] == "feed"
    fetch = next(each for each in shown["stages"] if each["stage"] == "fetch")
    assert (fetch["waiting"], fetch["later"]) == (2, 2)


def test_a_stored_page_and_the_article_made_of_it(api: Client) -> None:
    article = an_article(1, html="<h2>Why</h2>")
    snapshot = a_snapshot(
        article, b"<h1>A page</h1>", redirects=[[301, "https://blog.example/1/"]]
    )
    told = api.get(f"/api/snapshots/{snapshot.pk}").json()
    assert (told["status"], told["size"], told["redirects"]) == (
        200,
        15,
        [[301, "https://blog.example/1/"]],
    )
    assert told["headers"]["content-encoding"] == "gzip"
    body = api.get(f"/api/snapshots/{snapshot.pk}/body")
    assert body.content == b"<h1>A page</h1>"
    assert body["Content-Security-Policy"].startswith("sandbox")
    assert "## Why" in api.get(f"/api/articles/{article.pk}.md").text
    assert api.get("/api/snapshots/0/body").status_code == 404


def test_the_log_in_outline_by_trace_and_by_kind(api: Client) -> None:
    [journey] = journeys(a_run(), 1)
    for ago in (9, 8, 1):
        logged(ago, journey=journey.pk, run=journey.run_id)
    logged(1, 40, "store_crashed", signature="store_crashed ValueError")
    told = api.get("/api/logs/overview").json()
    assert told["number"] == 4
    assert {each["name"]: (each["number"], each["errors"]) for each in told["names"]} == {
        "stage_finished": (3, 0), "store_crashed": (1, 1),
    }  # fmt: skip
    assert sum(bar["count"] for bar in told["bars"]) == 4
    traced = api.get("/api/logs/trace", {"url": journey.url}).json()
    assert traced["journeys"] == [journey.pk]
    assert [step["gap"] is not None for step in traced["steps"]] == [False, False, True]
    assert traced == api.get("/api/logs/trace", {"journey": journey.pk}).json()
    [kind] = api.get("/api/logs/errors").json()
    assert (kind["signature"], kind["n"]) == ("store_crashed ValueError", 1)
    for wrong in (
        "trace",
        "trace?url=nonsense",
        "errors?last=never",
        "overview?colour=red",
    ):
        assert api.get(f"/api/logs/{wrong}").status_code == 422, wrong


def test_a_worker_a_job_and_the_runs_of_it(api: Client) -> None:
    sampler.write([Reading("fetch", 1, 1, 1)], timezone.now())
    WorkerHeartbeat.objects.create(
        name="fetch@host", pid=7, stage="fetch", pool="thread", slots=16, memory=10**8, busy=1, done=5,
        in_progress=[], started_at=WHEN, beat_at=timezone.now(),
    )  # fmt: skip
    [worker] = api.get("/api/workers").json()
    assert (worker["slots"], worker["memory"], worker["done"], worker["pool"]) == (
        16,
        10**8,
        5,
        "thread",
    )
    job = jobs.save("Weekly", {"addresses": ["https://blog.example/"]}, "30 6 * * 1")
    run, _ = a_run("finished", job=job), a_run()
    assert len(api.get(f"/api/jobs/{job.pk}").json()["next"]) == 3
    assert [
        each["id"] for each in api.get(f"/api/runs?job={job.pk}").json()["items"]
    ] == [run.pk]


def test_webhooks_are_made_switched_tried_and_removed_by_an_admin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.access.webhooks.delivery.post", lambda *_: 204)
    admin = program(Role.ADMIN)
    options = {"url": "https://hooks.example/", "events": ["run.ended"]}
    answer = admin.post("/api/webhooks", options, JSON)
    hook = Webhook.objects.get()
    assert (answer.status_code, answer.json()["secret"]) == (201, hook.secret)
    path = f"/api/webhooks/{hook.pk}"
    assert "secret" not in admin.get(path).json()
    assert [each["id"] for each in admin.get("/api/webhooks").json()["items"]] == [
        hook.pk
    ]
    assert [
        admin.post(f"{path}/{verb}").json()["active"] for verb in ("disable", "enable")
    ] == [
        False,
        True,
    ]
    assert admin.post(f"{path}/test").json()["state"] == "delivered"
    sent = Delivery.objects.create(
        webhook=hook, event="run.ended", run=7, next_at=None, attempts=6
    )
    assert admin.get(f"{path}/deliveries").json()["items"][0]["state"] == "failed"
    assert (
        admin.post(f"{path}/deliveries/{sent.id}/resend").json()["state"] == "waiting"
    )
    for wrong in (
        {"url": "javascript:x"},
        {"events": ["everything"]},
        {"events": []},
        {"colour": "red"},
    ):
        assert admin.post("/api/webhooks", options | wrong, JSON).status_code == 422, (
            wrong
        )
    assert admin.delete(path).status_code == 204
    assert not Webhook.objects.exists()
    assert {"create", "update", "delete"} <= {
        entry.verb for entry in AuditEntry.objects.filter(kind="webhook")
    }
    assert program(Role.OPERATOR).get("/api/webhooks").status_code == 403
