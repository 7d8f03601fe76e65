"""Notifications by e-mail, and of dead letters: the same deliveries as to a URL."""

from datetime import timedelta
from email import message_from_string
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pipeline.access.models import Delivery, Webhook
from pipeline.access.webhooks import tasks
from pipeline.monitor.models import QueueSample
from tests.pipeline.access.test_webhooks import a_webhook, an_ended_run
from tests.pipeline.servers import MailServer

pytestmark = pytest.mark.django_db


def test_a_run_that_ends_is_told_by_mail_with_its_numbers_and_a_link(
    mails: MailServer,
) -> None:
    hook = a_webhook("mailto:ana@example.org")
    run = an_ended_run()
    tasks.deliver_due()
    [received] = mails.received
    mail = message_from_string(received)
    sent = hook.deliveries.get()
    assert (mail["To"], mail["Subject"]) == (
        "ana@example.org",
        "Gleaner: Weekly: finished",
    )
    assert mail["Message-ID"] == f"<{sent.id}@gleaner>"
    text = mail.get_payload()
    assert f"https://gleaner.example/runs/{run.pk}/" in text
    assert "stored: 3" in text
    assert "skipped" not in text, "zeros are left out"
    assert (sent.state, sent.status) == ("delivered", 250)
    tasks.deliver_due()
    assert len(mails.received) == 1


def test_a_mail_server_that_refuses_or_is_away_is_tried_again(
    mails: MailServer, settings: Any
) -> None:
    hook = a_webhook("mailto:ana@example.org")
    an_ended_run()
    mails.status = 451
    tasks.deliver_due()
    sent = hook.deliveries.get()
    assert (sent.state, sent.status) == ("retrying", 451)
    settings.EMAIL_PORT = 9
    Delivery.objects.update(next_at=timezone.now())
    tasks.deliver_due()
    sent.refresh_from_db()
    assert (sent.state, sent.attempts) == ("retrying", 2)
    assert sent.error.startswith("mail-server: ")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ana@example.org", "mailto:ana@example.org"),
        (" MAILTO:ana@example.org", "mailto:ana@example.org"),
        ("ana@", ""),
        ("mailto:ana@example.org\nBcc: all@example.org", ""),
        ("mailto:", ""),
    ],
)
def test_an_address_is_checked_when_it_is_added(
    admin_client: Client, settings: Any, typed: str, stored: str
) -> None:
    settings.EMAIL_URL_SET = True
    given = {"url": typed, "events": "run.ended"}
    answer = admin_client.post("/webhooks/", given)
    assert answer.status_code == (200 if stored else 422)
    assert [hook.url for hook in Webhook.objects.all()] == [stored] * bool(stored)


def test_without_a_mail_server_an_address_is_refused_with_what_to_set(
    admin_client: Client, settings: Any
) -> None:
    settings.EMAIL_URL_SET = False
    given = {"url": "ana@example.org", "events": "run.ended"}
    assert "set EMAIL_URL" in admin_client.post("/webhooks/", given).text


def dead(seconds_ago: int, waiting: int) -> None:
    QueueSample.objects.create(
        taken_at=timezone.now() - timedelta(seconds=seconds_ago),
        queue="dead",
        waiting=waiting,
        in_progress=0,
        consumers=0,
    )


def test_dead_letters_are_told_once_for_each_time_that_there_are_some() -> None:
    hook = a_webhook("http://127.0.0.1:9/", "dead_letters")
    tasks.notice()
    dead(60, 0)
    tasks.notice()
    assert hook.deliveries.count() == 0
    dead(50, 2)
    dead(40, 3)
    tasks.notice()
    tasks.notice()
    [told] = hook.deliveries.all()
    assert (told.facts["number"], told.facts["path"]) == (3, "/queues/")
    dead(30, 0)
    dead(20, 1)
    tasks.notice()
    assert hook.deliveries.count() == 2
