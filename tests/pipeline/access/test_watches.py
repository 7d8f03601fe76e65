"""Watches: what is new in a saved view is told once, whatever dies meanwhile, and not in quiet hours."""

import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from email import message_from_string
from email.message import Message
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import structlog
from django.contrib.auth.models import User
from django.test import Client
from django.urls import set_script_prefix
from django.utils import timezone

from catalog.models import Article, SavedView
from myworld import redaction
from pipeline.access.models import (
    AuditEntry,
    Delivery,
    NewArticle,
    Watch,
    WatchMatch,
    Webhook,
)
from pipeline.access.roles import Role
from pipeline.access.watch_times import QuietHours, next_digest
from pipeline.access.watches.compose import compose_due
from pipeline.access.watches.form import WatchForm
from pipeline.access.watches.matching import match_new_articles
from pipeline.access.watches.unsubscribe import link, secret_of
from pipeline.access.webhooks import delivery as webhooks_delivery
from pipeline.access.webhooks import tasks
from tests.pages import an_article
from tests.people import person, program, session
from tests.pipeline.servers import MailServer, Receiver

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one call send everything that is due, however slow the machine."""
    monkeypatch.setattr(tasks, "BATCH_SECONDS", 600.0)


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.FETCH_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    settings.BASE_URL = "https://gleaner.example/"
    with Receiver() as server:
        yield server


def a_view(
    owner: User | None = None, query: str = "q=comet", **values: Any
) -> SavedView:
    given = {"name": f"Comets {SavedView.objects.count()}", "query": query} | values
    return SavedView.objects.create(owner=owner or person(Role.VIEWER), **given)


def a_watch(
    url: str, rhythm: str = "each", view: SavedView | None = None, **values: Any
) -> Watch:
    view = view or a_view()
    typed = {"view": view.pk, "url": url, "rhythm": rhythm, "at": "08:00"} | values
    form = WatchForm(typed, owner_id=values.pop("owner_id", view.owner_id))
    assert form.is_valid(), form.errors
    return form.save()


def a_comet(number: int, **values: Any) -> Article:
    text = (
        f"Long ago. We saw the comet number {number} above the hills. " + "Rest. " * 50
    )
    return an_article(number, **({"text": text} | values))


def told(receiver: Receiver) -> list[int]:
    """The ids of the articles of all posts that arrived, in their order."""
    bodies = [json.loads(body) for _, _, body in receiver.received]
    return [article["id"] for body in bodies for article in body["articles"]]


def mail(received: str) -> Message:
    return message_from_string(received)


def text_of(message: Message) -> str:
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def test_each_new_article_of_the_view_is_posted_with_its_passage(
    receiver: Receiver,
) -> None:
    an_old_one = a_comet(1)
    watch = a_watch(f"{receiver.url}/hook")
    new = a_comet(2, title="Seen <again>")
    an_article(3, text="nothing of the kind")
    tasks.deliver_due()
    [(path, headers, body)] = receiver.received
    sent = json.loads(body)
    assert path == "/hook"
    assert (sent["event"], sent["view"]["name"]) == ("articles.new", watch.view.name)
    assert headers["webhook-id"] == sent["id"]
    [article] = sent["articles"]
    assert article["id"] == new.pk != an_old_one.pk
    assert article["title"] == "Seen <again>"
    assert article["source"] == article["host"] == "blog.example"
    assert article["url"] == new.url
    assert article["link"] == f"https://gleaner.example/articles/{new.pk}/"
    assert "We saw the comet number 2 above the hills" in article["passage"]
    tasks.deliver_due()
    assert len(receiver.received) == 1


def test_an_article_that_changes_is_not_new(receiver: Receiver) -> None:
    article = an_article(1, text="nothing yet")
    a_watch(receiver.url)
    article.text = "now with a comet"
    article.save()
    tasks.deliver_due()
    assert receiver.received == []


def test_words_that_no_article_has_do_not_stand_for_similar_ones(
    receiver: Receiver,
) -> None:
    view = a_view(query="q=comxet")
    a_watch(receiver.url, view=view)
    a_comet(1)
    from catalog.search.indexing import index_all

    index_all()
    a_comet(2)
    tasks.deliver_due()
    assert told(receiver) == []


def test_a_filter_that_says_nothing_any_more_lets_nothing_through(
    receiver: Receiver,
) -> None:
    view = a_view(query="source=gone.example")
    a_watch(receiver.url, view=view)
    a_comet(1)
    tasks.deliver_due()
    assert told(receiver) == []
    assert not NewArticle.objects.exists()


def test_a_view_of_another_is_watched_while_it_is_shared(receiver: Receiver) -> None:
    view = a_view(person(Role.ADMIN), shared=True)
    a_watch(receiver.url, view=view, owner_id=person(Role.VIEWER).pk)
    first = a_comet(1)
    tasks.deliver_due()
    assert told(receiver) == [first.pk]
    SavedView.objects.update(shared=False)
    a_comet(2)
    tasks.deliver_due()
    assert told(receiver) == [first.pk]
    form = WatchForm(
        {"view": view.pk, "url": receiver.url, "rhythm": "each"},
        owner_id=person(Role.VIEWER).pk,
    )
    assert not form.is_valid()


def test_a_digest_waits_for_its_time_and_has_all_of_it(mails: MailServer) -> None:
    watch = a_watch("ana@example.org", "daily", zone="Asia/Tokyo")
    articles = [a_comet(number, title=f"Comet {number}") for number in range(3)]
    tasks.deliver_due()
    assert mails.received == []
    assert WatchMatch.objects.filter(delivery=None).count() == 3
    Watch.objects.update(next_at=timezone.now() - timedelta(seconds=1))
    tasks.deliver_due()
    [received] = mails.received
    message = mail(received)
    assert message["To"] == "ana@example.org"
    assert message["Subject"].endswith(f"3 new articles in {watch.view.name}")
    text = text_of(message)
    for article in articles:
        assert f"https://gleaner.example/articles/{article.pk}/" in text
        assert article.title in text
    assert "We saw the comet number 1 above the hills" in text
    watch.refresh_from_db()
    assert watch.next_at is not None
    assert watch.next_at > timezone.now()
    assert watch.next_at.astimezone(ZoneInfo("Asia/Tokyo")).time() == time(8)
    Watch.objects.update(next_at=timezone.now() - timedelta(seconds=1))
    tasks.deliver_due()
    assert len(mails.received) == 1, "nothing new, so no mail"


def test_many_articles_become_several_posts_and_none_is_left_out(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.access.watches.compose.MAX_IN_A_POST", 3)
    a_watch(receiver.url, "hourly")
    ids = [a_comet(number).pk for number in range(8)]
    while match_new_articles(batch=3):
        pass
    Watch.objects.update(next_at=timezone.now())
    tasks.deliver_due()
    assert told(receiver) == ids
    assert len(receiver.received) == 3


def test_two_views_tell_one_receiver_of_an_article_once(receiver: Receiver) -> None:
    owner = person(Role.VIEWER)
    a_watch(receiver.url, view=a_view(owner))
    a_watch(receiver.url, view=a_view(owner, "q=hills"))
    both = a_comet(1)
    one = an_article(2, text="only hills here")
    tasks.deliver_due()
    assert sorted(told(receiver)) == [both.pk, one.pk]


def test_a_paused_watch_tells_afterwards_what_came_meanwhile(
    receiver: Receiver,
) -> None:
    watch = a_watch(receiver.url)
    client = session(Role.VIEWER)
    client.post(f"/watches/{watch.pk}/pause")
    article = a_comet(1)
    tasks.deliver_due()
    assert receiver.received == []
    client.post(f"/watches/{watch.pk}/resume")
    tasks.deliver_due()
    assert told(receiver) == [article.pk]


def test_somebody_who_was_deactivated_is_told_nothing(receiver: Receiver) -> None:
    watch = a_watch(receiver.url)
    a_comet(1)
    match_new_articles()
    compose_due(timezone.now())
    User.objects.filter(pk=watch.owner_id).update(is_active=False)
    tasks.deliver_due()
    assert receiver.received == []


def test_an_article_that_was_deleted_meanwhile_is_told_no_more(
    receiver: Receiver,
) -> None:
    a_watch(receiver.url)
    article = a_comet(1)
    match_new_articles()
    compose_due(timezone.now())
    Article.objects.filter(pk=article.pk).update(deleted_at=timezone.now())
    tasks.deliver_due()
    assert receiver.received == []
    sent = Delivery.objects.get()
    assert (sent.next_at, sent.error) == (None, webhooks_delivery.NOTHING_LEFT)


def test_quiet_hours_put_off_what_is_due_and_are_no_try(receiver: Receiver) -> None:
    now = timezone.now()
    watch = a_watch(
        receiver.url,
        quiet_from=(now - timedelta(hours=2)).strftime("%H:%M"),
        quiet_to=(now + timedelta(hours=2)).strftime("%H:%M"),
        zone="UTC",
    )
    article = a_comet(1)
    tasks.deliver_due()
    sent = Delivery.objects.get()
    assert receiver.received == []
    assert sent.next_at is not None
    assert sent.next_at > now + timedelta(hours=1)
    Delivery.objects.update(next_at=now)
    tasks.deliver_due()
    sent.refresh_from_db()
    assert (receiver.received, sent.attempts) == ([], 0)
    Watch.objects.update(quiet_from=None, quiet_to=None)
    Delivery.objects.update(next_at=now)
    tasks.deliver_due()
    assert told(receiver) == [article.pk]
    assert watch.receiver.deliveries.get().state == "delivered"


def test_a_receiver_that_is_away_gets_everything_once_it_is_back(
    receiver: Receiver,
) -> None:
    a_watch(receiver.url)
    ids = [a_comet(number).pk for number in range(5)]
    receiver.status = 503
    tasks.deliver_due()
    assert len(receiver.received) == 1, "the others wait while it is away"
    receiver.received.clear()
    receiver.status = 200
    oldest = Delivery.objects.earliest("number")
    Delivery.objects.filter(pk=oldest.pk).update(next_at=timezone.now())
    tasks.deliver_due()
    assert sorted(told(receiver)) == ids
    tasks.deliver_due()
    assert len(receiver.received) == 5


@pytest.mark.parametrize("status", [0, 451], ids=["gone before its answer", "busy"])
def test_a_mail_that_was_not_acknowledged_is_sent_again_as_the_same_one(
    mails: MailServer, status: int
) -> None:
    a_watch("ana@example.org")
    article = a_comet(1)
    mails.status = status
    tasks.deliver_due()
    assert len(mails.received) == 1
    assert Delivery.objects.get().state == "retrying"
    mails.status = 250
    Delivery.objects.update(next_at=timezone.now())
    tasks.deliver_due()
    tasks.deliver_due()
    sent = [mail(received) for received in mails.received]
    assert len(sent) == 2
    assert len({message["Message-ID"] for message in sent}) == 1
    assert f"/articles/{article.pk}/" in text_of(sent[-1])
    assert Delivery.objects.get().state == "delivered"


def test_a_watch_is_patient_with_its_receiver_for_two_weeks(
    receiver: Receiver,
) -> None:
    receiver.status = 500
    a_watch(receiver.url)
    a_comet(1)
    for _ in range(9):
        Delivery.objects.update(next_at=timezone.now())
        tasks.deliver_due()
    assert Delivery.objects.get().state == "retrying"
    Delivery.objects.update(
        next_at=timezone.now(), happened_at=timezone.now() - timedelta(days=15)
    )
    tasks.deliver_due()
    assert Delivery.objects.get().state == "failed"


POINTS = [
    "while matching",
    "after matching",
    "while composing",
    "after composing",
    "after claiming",
    "after the receiver took it",
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", POINTS)
def test_whenever_a_worker_is_killed_an_article_is_told_and_under_one_id(
    receiver: Receiver, start: Callable[..., subprocess.Popen[bytes]], point: str
) -> None:
    a_watch(receiver.url)
    ids = [a_comet(number).pk for number in range(2)]
    worker = start("-m", "tests.pipeline.dying_deliverer", FAULT=point)
    assert worker.wait(600) == -9, "it was killed"
    lease_is_over = timezone.now() - timedelta(seconds=1)
    Delivery.objects.filter(next_at__isnull=False).update(next_at=lease_is_over)
    tasks.deliver_due()
    assert sorted(set(told(receiver))) == ids
    sent = [headers["webhook-id"] for _, headers, _ in receiver.received]
    assert len(set(sent)) == 2, "what comes twice has the id of the first time"
    if point != "after the receiver took it":
        assert len(sent) == 2
    tasks.deliver_due()
    assert len(receiver.received) == len(sent)


@pytest.mark.django_db(transaction=True)
def test_a_message_that_the_broker_lost_or_doubled_changes_nothing(
    receiver: Receiver, start: Callable[..., subprocess.Popen[bytes]], broker: Any
) -> None:
    from pipeline.broker.queues import DELIVER, queue
    from tests.waiting import wait_until

    a_watch(receiver.url)
    ids = [a_comet(number).pk for number in range(20)]
    broker.send_task(DELIVER)
    with broker.connection_for_write() as connection:
        queue("summarise")(connection.default_channel).purge()
    assert receiver.received == []
    for _ in range(40):  # each is done after five seconds, or when nothing is left
        broker.send_task(DELIVER)
    for name in ("one", "two"):
        start(*_worker(name), FETCH_ALLOWED_NETWORKS="127.0.0.0/8")
    delivered = Delivery.objects.exclude(delivered_at=None)
    wait_until(lambda: delivered.count() == 20, what="for all deliveries")
    assert sorted(set(told(receiver))) == ids
    sent = {headers["webhook-id"] for _, headers, _ in receiver.received}
    assert len(sent) == 20, "each article is in one delivery"


def _worker(name: str) -> list[str]:
    options = ["--queues=summarise", "--pool=threads", "--concurrency=2"]
    return ["-m", "celery", "--app=myworld", "worker", *options, f"--hostname={name}@x"]


def test_a_mail_has_a_link_that_stops_it_without_a_session(mails: MailServer) -> None:
    watch = a_watch("ana@example.org")
    a_comet(1)
    tasks.deliver_due()
    message = mail(mails.received[0])
    address = "".join(str(message["List-Unsubscribe"]).split())
    assert address == f"<{link(watch)}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link(watch) in text_of(message)
    path = link(watch).removeprefix("https://gleaner.example")
    reader = Client(enforce_csrf_checks=True)
    assert "Unsubscribe?" in reader.get(path).text
    assert Webhook.objects.get().active, "looking changes nothing"
    answer = reader.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not Webhook.objects.get().active
    entry = AuditEntry.objects.filter(kind="webhook", verb="update").get()
    assert entry.who == "link in a mail"
    assert secret_of(watch) not in str(entry.object) + str(entry.after)
    assert (
        reader.get(f"/watches/{watch.pk}/unsubscribe?secret=wrong").status_code == 404
    )
    signed_in = session(Role.VIEWER)
    signed_in.post(path)
    with structlog.testing.capture_logs() as lines:
        signed_in.get(path)
    written = [
        redaction.field(name, value) for each in lines for name, value in each.items()
    ]
    assert secret_of(watch) not in repr(written)
    for entry in AuditEntry.objects.all():
        assert secret_of(watch) not in f"{entry.object}{entry.after}{entry.before}"
    other = a_watch("bob@example.org")
    wrong = f"/watches/{other.pk}/unsubscribe?secret={secret_of(watch)}"
    assert reader.post(wrong).status_code == 404
    watch.delete()
    assert reader.get(path).status_code == 404


def test_links_are_below_the_path_of_the_server_once(
    mails: MailServer, settings: Any
) -> None:
    settings.BASE_URL = "https://example.org/gleaner"
    watch = a_watch("ana@example.org")
    article = a_comet(1)
    set_script_prefix("/gleaner/")
    try:
        tasks.deliver_due()
        address = link(watch)
    finally:
        set_script_prefix("/")
    text = text_of(mail(mails.received[0]))
    assert f"https://example.org/gleaner/articles/{article.pk}/" in text
    assert address.startswith(f"https://example.org/gleaner/watches/{watch.pk}/")


def test_a_sample_is_sent_at_once_and_kept(mails: MailServer) -> None:
    article = a_comet(1, title="The sample comet")
    watch = a_watch("ana@example.org", "weekly")
    page = session(Role.VIEWER).post(f"/watches/{watch.pk}/sample", follow=True).text
    assert "Sample delivered: status 250." in page
    assert article.title in text_of(mail(mails.received[0]))
    assert watch.receiver.deliveries.get().event == "test"
    a_comet(2)
    assert not WatchMatch.objects.exists(), "a sample tells nothing that is new"
    page = session(Role.VIEWER).post(f"/watches/{watch.pk}/sample", follow=True).text
    assert "wait half a minute" in page
    assert len(mails.received) == 1


def test_a_watch_is_made_changed_and_deleted_on_its_pages_and_audited(
    receiver: Receiver,
) -> None:
    view = a_view()
    client = session(Role.VIEWER)
    assert f"/watches/new?view={view.pk}" in client.get("/articles/views/").text
    form = client.get(f"/watches/new?view={view.pk}").text
    assert f'<option value="{view.pk}" selected>' in form
    typed = {"view": view.pk, "url": receiver.url, "rhythm": "weekly", "at": "07:30"}
    typed |= {"weekday": 5, "zone": "Europe/Berlin"}
    made = client.post("/watches/new", typed, follow=True)
    watch = Watch.objects.get()
    assert made.redirect_chain[-1][0] == f"/watches/{watch.pk}/"
    assert "Friday at 07:30" in " ".join(made.text.split())
    client.post(f"/watches/{watch.pk}/edit", typed | {"rhythm": "each"})
    watch.refresh_from_db()
    assert (watch.rhythm, watch.next_at) == ("each", None)
    assert session(Role.OPERATOR).get(f"/watches/{watch.pk}/").status_code == 404
    assert client.get("/watches/").text.count(receiver.url) == 1
    client.post(f"/watches/{watch.pk}/delete")
    assert not Webhook.objects.exists()
    verbs = AuditEntry.objects.filter(kind="watch").values_list("verb", flat=True)
    assert sorted(verbs) == ["create", "delete", "update"]
    assert session(Role.ADMIN).get("/webhooks/").text.count(receiver.url) == 0


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"url": "nothing"}, "Enter a URL"),
        ({"rhythm": "yearly"}, "valid choice"),
        ({"rhythm": "daily", "at": ""}, "Enter a time"),
        ({"zone": "Mars/Base"}, "no such time zone"),
        ({"quiet_from": "22:00"}, "both ends"),
        ({"view": 999}, "no such saved view"),
    ],
)
def test_what_is_wrong_with_a_watch_is_said(wrong: dict[str, Any], says: str) -> None:
    view = a_view()
    typed = {"view": view.pk, "url": "https://a.example/", "rhythm": "each"}
    answer = session(Role.VIEWER).post("/watches/new", typed | wrong)
    assert answer.status_code == 422
    assert says in answer.text
    assert not Watch.objects.exists()


def test_programs_do_the_same(receiver: Receiver) -> None:
    view = a_view()
    client = program(Role.VIEWER)
    body = {"view": view.pk, "url": receiver.url, "rhythm": "each"}
    answer = client.post("/api/watches", body, "application/json")
    assert answer.status_code == 201, answer.json()
    made = answer.json()
    path = f"/api/watches/{made['id']}"
    assert made["secret"].startswith("whsec_")
    [listed] = client.get("/api/watches").json()["items"]
    assert "secret" not in listed
    a_comet(1)
    tasks.deliver_due()
    [sent] = client.get(f"{path}/deliveries").json()["items"]
    assert sent["state"] == "delivered"
    resent = client.post(f"{path}/deliveries/{sent['id']}/resend").json()
    assert resent["state"] == "waiting"
    assert client.post(f"{path}/sample").json()["state"] == "delivered"
    assert client.post(f"{path}/sample").status_code == 409
    assert client.post(f"{path}/pause").json()["active"] is False
    assert client.post(f"{path}/resume").json()["active"] is True
    weekly = body | {"rhythm": "weekly", "weekday": 7, "at": "06:00"}
    changed = client.put(path, weekly, "application/json").json()
    assert (changed["rhythm"], changed["weekday"]) == ("weekly", 7)
    wrong = client.put(path, body | {"zone": "x"}, "application/json")
    assert wrong.status_code == 422
    assert program(Role.OPERATOR).get(path).status_code == 404
    assert client.delete(path).status_code == 204


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("begin", "end", "local", "until"),
    [
        ("22:00", "07:00", "2026-03-10 23:30", "2026-03-11 07:00"),
        ("22:00", "07:00", "2026-03-11 03:00", "2026-03-11 07:00"),
        ("22:00", "07:00", "2026-03-11 07:00", "2026-03-11 07:00"),
        ("22:00", "07:00", "2026-03-11 12:00", "2026-03-11 12:00"),
        ("12:00", "14:00", "2026-03-11 13:00", "2026-03-11 14:00"),
        ("12:00", "12:00", "2026-03-11 12:00", "2026-03-11 12:00"),
        ("01:00", "06:00", "2026-03-29 01:30", "2026-03-29 06:00"),
    ],
)
def test_quiet_hours_end_by_the_clock_on_the_wall(
    begin: str, end: str, local: str, until: str
) -> None:
    quiet = QuietHours(time.fromisoformat(begin), time.fromisoformat(end), BERLIN)
    moment = datetime.fromisoformat(local).replace(tzinfo=BERLIN).astimezone(UTC)
    wanted = datetime.fromisoformat(until).replace(tzinfo=BERLIN)
    assert quiet.end_of(moment) == wanted


@pytest.mark.parametrize(
    ("rhythm", "now", "next_one"),
    [
        ("hourly", "2026-03-11 12:10", "2026-03-11 13:00"),
        ("daily", "2026-03-11 12:10", "2026-03-12 08:30"),
        ("daily", "2026-03-11 08:00", "2026-03-11 08:30"),
        ("weekly", "2026-03-11 12:10", "2026-03-13 08:30"),
        ("weekly", "2026-03-13 08:30", "2026-03-20 08:30"),
        ("daily", "2026-03-28 12:00", "2026-03-29 08:30"),
    ],
)
def test_a_digest_comes_at_its_time_in_its_zone(
    rhythm: str, now: str, next_one: str
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=BERLIN).astimezone(UTC)
    found = next_digest(rhythm, time(8, 30), 5, BERLIN, moment)
    assert found == datetime.fromisoformat(next_one).replace(tzinfo=BERLIN)
