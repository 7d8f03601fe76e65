"""Webhooks: the row comes with the run's end, and is sent until it arrives, never into the network."""

import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import standardwebhooks
from django.db import transaction
from django.test import Client
from django.utils import timezone

from pipeline.access.models import Delivery, Webhook
from pipeline.access.webhooks import delivery as webhooks_delivery
from pipeline.access.webhooks import tasks as webhooks_tasks
from pipeline.models import Journey, Run, StageIntake
from pipeline.summary import stage as summary_stage
from tests.pages import WHEN, a_run, journeys
from tests.pipeline.servers import Receiver
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.FETCH_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with Receiver() as server:
        yield server


def a_webhook(url: str = "http://127.0.0.1:9/", *events: str, **values: Any) -> Webhook:
    return Webhook.objects.create(
        url=url, secret=SECRET, events=list(events or Webhook.Event.values), **values
    )


def an_ended_run(**values: Any) -> Run:
    run = a_run(name="Weekly", **values)
    journeys(run, 3, "stored", "store", detail="new")
    journeys(run, 2, "failed", "fetch", reason="http-404")
    run.batches.update(finished_at=WHEN)
    summary_stage.close_run(run.pk)
    return run


def test_a_run_that_ends_is_told_with_its_sums_and_signed(receiver: Receiver) -> None:
    hook = a_webhook(f"{receiver.url}/hook?a=b")
    run = an_ended_run()
    webhooks_tasks.deliver_due()
    [(path, headers, body)] = receiver.received
    told = json.loads(body)
    assert path == "/hook?a=b"
    assert (told["event"], told["run"]["id"], told["run"]["state"]) == (
        "run.ended",
        run.pk,
        "finished",
    )
    sums = {
        name: told["run"][name]
        for name in ("found", "stored", "unchanged", "failed", "pending")
    }
    assert sums == {"found": 5, "stored": 3, "unchanged": 0, "failed": 2, "pending": 0}
    assert told["run"]["articles"] == {"new": 3, "updated": 0, "unchanged": 0}
    assert headers["webhook-id"] == told["id"] == str(hook.deliveries.get().id)
    assert standardwebhooks.Webhook(SECRET).verify(body, headers) == told
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(SECRET).verify(body + b" ", headers)
    assert hook.deliveries.get().state == "delivered"
    webhooks_tasks.deliver_due()
    assert len(receiver.received) == 1


@pytest.mark.parametrize("state", Run.State.values)
def test_every_end_is_told_and_nothing_else(state: str) -> None:
    a_webhook()
    before = {"running": "paused", "cancelled": "cancelling"}.get(state, "running")
    if state in ("queued", "discovering"):
        return  # no run goes back there
    run = a_run(before)
    Run.objects.filter(pk=run.pk).update(state=state)
    assert Delivery.objects.exists() == (state in Run.ENDED)


def test_a_run_that_begins_again_is_told_again_at_its_next_end() -> None:
    a_webhook()
    run = an_ended_run()
    Delivery.objects.update(
        happened_at=WHEN
    )  # in this test both ends lie in one transaction, so at one moment
    Run.objects.filter(pk=run.pk).update(state="running")
    Run.objects.filter(pk=run.pk).update(state="finished")
    assert Delivery.objects.count() == 2


def test_the_row_is_written_with_the_end_or_not_at_all() -> None:
    a_webhook()
    with transaction.atomic():
        an_ended_run()
        assert Delivery.objects.exists()
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


def test_only_who_wants_to_know_is_told() -> None:
    a_webhook("http://a.example/", "run.stalled")
    a_webhook("http://b.example/", active=False)
    hook = a_webhook("http://c.example/", "run.ended")
    an_ended_run()
    assert Delivery.objects.get().webhook == hook


def test_what_a_killed_worker_had_in_hand_is_sent_again_under_the_same_id(
    receiver: Receiver,
) -> None:
    a_webhook(receiver.url)
    an_ended_run()
    assert webhooks_delivery.claim(), "and then it dies"
    webhooks_tasks.deliver_due()
    assert receiver.received == [], "somebody has it in hand"
    Delivery.objects.update(next_at=timezone.now() - timedelta(seconds=1))
    webhooks_tasks.deliver_due()
    [(_, headers, _)] = receiver.received
    assert headers["webhook-id"] == str(Delivery.objects.get().id)


def test_a_receiver_that_fails_is_tried_again_ever_later_and_then_given_up(
    receiver: Receiver,
) -> None:
    receiver.status = 500
    a_webhook(receiver.url)
    an_ended_run()
    pauses = []
    while (delivery := Delivery.objects.get()).next_at:
        Delivery.objects.update(next_at=timezone.now())
        webhooks_tasks.deliver_due()
        delivery.refresh_from_db()
        if delivery.next_at:
            pauses.append(
                round(
                    (delivery.next_at - timezone.now())
                    / webhooks_delivery.RETRY_AFTER[len(pauses)],
                    1,
                )
            )
    assert pauses == [1.0] * len(webhooks_delivery.RETRY_AFTER)
    assert (delivery.state, delivery.status, len(receiver.received)) == (
        "failed",
        500,
        len(pauses) + 1,
    )
    assert delivery.error == "the receiver answered 500"
    assert len({headers["webhook-id"] for _, headers, _ in receiver.received}) == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:{port}/", "internal-address"),
        ("http://localhost:{port}/", "internal-address"),
        ("http://[::1]:{port}/", "internal-address"),
        ("http://169.254.169.254/latest/meta-data/", "internal-address"),
        ("http://0x7f000001:{port}/", "internal-address"),
        ("file:///etc/passwd", "scheme"),
        ("http://user:secret@127.0.0.1:{port}/", "credentials-in-url"),
    ],
)
def test_nothing_is_sent_into_the_network(
    settings: Any, receiver: Receiver, url: str, said: str
) -> None:
    settings.FETCH_ALLOWED_NETWORKS = []
    sent = webhooks_delivery.test(a_webhook(url.format(port=receiver.port)))
    assert sent.state == "failed"
    assert said in sent.error
    assert receiver.received == []


def test_redirects_are_not_followed(receiver: Receiver) -> None:
    receiver.status, receiver.more = 302, f"Location: {receiver.url}/elsewhere\r\n"
    sent = webhooks_delivery.test(a_webhook(receiver.url))
    assert "redirects are not followed" in sent.error
    assert len(receiver.received) == 1


def test_a_receiver_that_says_too_much_or_nothing_at_all_holds_nobody_up(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.more = f"X: {'x' * 60_000}\r\n" * 2
    assert webhooks_delivery.test(a_webhook(receiver.url)).state == "failed"
    receiver.silent = True
    monkeypatch.setattr(webhooks_delivery, "TIMEOUT_SECONDS", 0.3)
    assert "timeout" in webhooks_delivery.test(a_webhook(receiver.url)).error


def test_a_run_that_stands_still_is_told_once_a_standstill() -> None:
    hook = a_webhook()
    run, now = a_run(), timezone.now()
    journeys(
        run,
        1,
        claimed_at=now - timedelta(minutes=9),
        queued_at=now - timedelta(minutes=30),
    )
    Run.objects.update(
        created_at=now - timedelta(hours=1), started_at=now - timedelta(hours=1)
    )
    webhooks_tasks.notice()
    assert not hook.deliveries.exists(), "it moved nine minutes ago"
    Journey.objects.update(claimed_at=now - timedelta(minutes=11))
    webhooks_tasks.notice()
    webhooks_tasks.notice()
    told = hook.deliveries.get()
    assert (told.event, told.run, told.facts["state"]) == (
        "run.stalled",
        run.pk,
        "running",
    )
    Journey.objects.update(claimed_at=now - timedelta(minutes=10, seconds=30))
    webhooks_tasks.notice()
    assert hook.deliveries.count() == 2, "it moved and stands still again"


@pytest.mark.parametrize(
    ("state", "queued", "told"),
    [
        ("running", -30, 1),
        ("running", 30, 0),
        ("paused", -30, 0),
        ("finished", -30, 0),
        ("queued", -30, 1),
    ],
)
def test_who_waits_for_a_reason_does_not_stall(
    state: str, queued: int, told: int
) -> None:
    a_webhook("http://a.example/", "run.stalled")
    now = timezone.now()
    journeys(a_run(state), 1, queued_at=now + timedelta(minutes=queued))
    Run.objects.update(
        created_at=now - timedelta(hours=1), started_at=now - timedelta(hours=1)
    )
    webhooks_tasks.notice()
    assert Delivery.objects.count() == told


@pytest.mark.parametrize(
    ("state", "stage", "told"),
    [
        ("running", "fetch", 0),
        ("running", "store", 1),
        ("queued", "discover", 0),
        ("running", "discover", 1),
    ],
)
def test_a_run_that_waits_at_a_paused_stage_does_not_stall(
    state: str, stage: str, told: int
) -> None:
    a_webhook("http://a.example/", "run.stalled")
    now = timezone.now()
    journeys(a_run(state), 1, stage="fetch", queued_at=now - timedelta(minutes=30))
    an_hour_ago = now - timedelta(hours=1)
    Run.objects.update(
        created_at=an_hour_ago, started_at=an_hour_ago, found=1, pending=1
    )
    intake = StageIntake.objects.create(stage=stage, paused_at=an_hour_ago)
    webhooks_tasks.notice()
    assert Delivery.objects.count() == told

    intake.paused_at = None
    intake.resumed_at = now - timedelta(minutes=1)
    intake.save()
    webhooks_tasks.notice()
    assert Delivery.objects.count() == told, "it was resumed a minute ago"


def test_the_pages_make_test_switch_and_remove(
    admin_client: Client, receiver: Receiver
) -> None:
    assert (
        admin_client.post(
            "/webhooks/", {"url": "ftp://a/", "events": ["run.ended"]}
        ).status_code
        == 422
    )
    assert (
        admin_client.post("/webhooks/", {"url": receiver.url, "events": []}).status_code
        == 422
    )
    page = admin_client.post(
        "/webhooks/", {"url": receiver.url, "events": ["run.ended"]}
    ).text
    hook = Webhook.objects.get()
    assert hook.secret in page
    assert hook.secret not in admin_client.get(f"/webhooks/{hook.pk}/").text
    assert hook.secret not in admin_client.get("/webhooks/").text
    page = admin_client.post(f"/webhooks/{hook.pk}/test", follow=True).text
    assert "Test delivered: status 200" in page
    receiver.status = 404
    assert (
        "the receiver answered 404"
        in admin_client.post(f"/webhooks/{hook.pk}/test", follow=True).text
    )
    run = an_ended_run()
    webhooks_tasks.deliver_due()
    assert f'href="/runs/{run.pk}/"' in admin_client.get(f"/webhooks/{hook.pk}/").text
    receiver.status = 204
    delivery = Delivery.objects.get(run=run.pk)
    assert (
        admin_client.post(
            f"/webhooks/{hook.pk}/again", {"delivery": delivery.pk}
        ).status_code
        == 302
    )
    webhooks_tasks.deliver_due()
    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    assert (
        admin_client.post(f"/webhooks/{hook.pk}/again", {"delivery": "x"}).status_code
        == 404
    )
    admin_client.post(f"/webhooks/{hook.pk}/switch")
    hook.refresh_from_db()
    assert not hook.active
    assert admin_client.post(f"/webhooks/{hook.pk}/explode").status_code == 404
    admin_client.post(f"/webhooks/{hook.pk}/remove")
    assert not Webhook.objects.exists()


def test_old_deliveries_go_and_waiting_ones_stay() -> None:
    hook = a_webhook()
    for next_at in (None, timezone.now()):
        Delivery.objects.create(
            webhook=hook,
            event="test",
            happened_at=timezone.now() - timedelta(days=31),
            next_at=next_at,
        )
    webhooks_tasks.notice()
    assert Delivery.objects.get().next_at


def test_workers_know_the_tasks_that_beat_sends() -> None:
    from myworld.celery import app

    app.loader.import_default_modules()
    assert {each["task"] for each in app.conf.beat_schedule.values()} <= set(app.tasks)


@pytest.mark.broker
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_while_it_sends_loses_nothing(
    receiver: Receiver, broker: Any, start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    receiver.silent = True
    a_webhook(receiver.url)
    an_ended_run()
    first = start("manage.py", "work", "summarise")
    webhooks_tasks.deliver_due.apply_async()
    wait_until(lambda: receiver.received, what="for the first try")
    first.kill()
    first.wait()
    receiver.silent = False
    start("manage.py", "work", "summarise")
    wait_until(_is_delivered, what="for the next try")
    assert {headers["webhook-id"] for _, headers, _ in receiver.received} == {
        str(Delivery.objects.get().id)
    }


def _is_delivered() -> bool:
    """Whether the delivery arrived; else its lease runs out, and beat sends for it."""
    if Delivery.objects.exclude(delivered_at=None).exists():
        return True
    if Delivery.objects.filter(next_at__lte=timezone.now()).exists():
        return False  # a message is on its way
    Delivery.objects.update(next_at=timezone.now())
    webhooks_tasks.deliver_due.apply_async()
    return False
