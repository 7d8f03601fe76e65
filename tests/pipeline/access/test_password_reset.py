"""A new password by a link that comes by mail, and invitations by mail."""

import re
from datetime import timedelta
from email import message_from_string, policy
from threading import Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from myworld.redaction import text
from pipeline.access import people, reset
from pipeline.access.models import AuditEntry
from pipeline.access.roles import Role
from tests.people import session
from tests.pipeline.servers import MailServer

pytestmark = pytest.mark.django_db(transaction=True)
LINK = re.compile(r"https://gleaner\.example(/signin/\S+)")
STRONG = {"new_password1": "correct horse", "new_password2": "correct horse"}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Thread]:
    """Who sends mails; a request waits for them in this test."""
    senders: list[Thread] = []
    asked = reset.ask

    def ask_and_wait(form: reset.ResetForm) -> Thread:
        senders.append(asked(form))
        senders[-1].join(600)
        return senders[-1]

    monkeypatch.setattr(reset, "ask", ask_and_wait)
    return senders


def ana() -> User:
    return User.objects.create_user("ana", "ana@example.org", "the old one")


def ask(client: Client, address: str = "ana@example.org", **headers: str) -> Any:
    return client.post("/signin/reset/", {"email": address}, headers=headers)


def link_in(mails: MailServer) -> str:
    mail = message_from_string(mails.received[-1], policy=policy.default)
    found = LINK.findall(mail.get_content())
    assert found, mail.get_content()
    return str(found[-1])


@pytest.mark.usefixtures("sent")
def test_a_forgotten_password_is_set_anew_by_the_link_once(mails: MailServer) -> None:
    ana()
    browser = Client()
    browser.login(username="ana", password="the old one")
    visitor = Client()
    assert "Forgot your password?" in visitor.get("/signin/").text
    assert "is on its way" in ask(visitor, "ANA@example.org").text

    link = link_in(mails)
    form = visitor.get(link, follow=True)
    assert form.redirect_chain[-1][0].endswith("/new/"), "the token leaves the address"
    done = visitor.post(form.redirect_chain[-1][0], STRONG, follow=True)

    assert "Password saved" in done.text
    assert Client().login(username="ana", password="correct horse")
    assert browser.get("/account/").status_code == 302, "other sessions end"
    assert "was used before" in Client().get(link, follow=True).text


@pytest.mark.usefixtures("sent")
def test_the_answer_is_the_same_whoever_has_the_address(mails: MailServer) -> None:
    ana()
    User.objects.create_user("gone", "gone@example.org", "x", is_active=False)
    people.invite("provided", Role.VIEWER, "provided@example.org")
    answers = {
        re.sub(r'value="\w{64}"', "", ask(Client(), f"{name}@example.org").text)
        for name in ("ana", "gone", "provided", "nobody")
    }
    assert len(answers) == 1
    [only] = mails.received
    assert "To: ana@example.org" in only


def test_the_answer_does_not_wait_for_the_mail_server(
    mails: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana()
    started: list[str] = []
    monkeypatch.setattr(reset.Thread, "start", lambda self: started.append(self.name))
    assert "is on its way" in ask(Client()).text
    assert "is on its way" in ask(Client(), "nobody@example.org").text
    assert started == ["password-reset", "password-reset"]
    assert not mails.received


@pytest.mark.usefixtures("sent")
def test_requests_are_limited_for_an_address_and_on_record(mails: MailServer) -> None:
    ana()
    for _ in range(reset.MOST_OF_ONE):
        assert ask(Client()).status_code == 200
    refused = ask(Client())
    assert refused.status_code == 429
    assert "Try again in 15 minutes" in refused.text
    assert len(mails.received) == reset.MOST_OF_ONE
    entries = AuditEntry.objects.filter(verb=reset.ASKED, object="ana@example.org")
    assert entries.count() == reset.MOST_OF_ONE
    assert ask(Client(), "ben@example.org").status_code == 200


@pytest.mark.usefixtures("sent")
def test_requests_are_limited_in_all(
    mails: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reset, "MOST_OF_ALL", 2)
    for name, status in (("a", 200), ("b", 200), ("c", 429)):
        assert ask(Client(), f"{name}@example.org").status_code == status


@pytest.mark.usefixtures("sent")
def test_a_link_is_of_no_use_after_an_hour(mails: MailServer, settings: Any) -> None:
    assert timedelta(hours=1).total_seconds() == settings.PASSWORD_RESET_TIMEOUT
    ana()
    ask(Client())
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "has expired" in Client().get(link_in(mails), follow=True).text


@pytest.mark.usefixtures("sent")
def test_a_link_names_the_public_address_and_not_the_host_of_the_request(
    mails: MailServer, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    ana()
    ask(Client(), host="evil.example")
    assert "evil" not in mails.received[-1]
    assert link_in(mails).startswith("/signin/reset/")


@pytest.mark.usefixtures("sent")
def test_the_change_is_audited_and_no_log_line_holds_a_token(
    mails: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    ana()
    visitor = Client()
    ask(visitor)
    link = link_in(mails)
    token = link.rstrip("/").split("/")[-1]
    form = visitor.get(link, follow=True)
    visitor.post(form.redirect_chain[-1][0], STRONG)
    entry = AuditEntry.objects.filter(verb="update", kind="user").latest("at")
    assert entry.who == "link in a mail"
    assert entry.object.endswith(" ana")
    assert "correct horse" not in str(entry.after)
    assert token not in "".join(capsys.readouterr())
    assert text(f"GET {link} 302") == "GET /signin/reset/[redacted] 302"


@pytest.mark.usefixtures("sent")
def test_a_mail_server_that_is_away_changes_no_answer(
    mails: MailServer, settings: Any
) -> None:
    ana()
    settings.EMAIL_PORT = 9
    assert "is on its way" in ask(Client()).text


def test_nothing_of_it_is_there_where_no_mail_server_is_set(settings: Any) -> None:
    settings.EMAIL_URL_SET = False
    ana()
    assert "Forgot" not in Client().get("/signin/").text
    assert Client().get("/signin/reset/").status_code == 404
    assert ask(Client()).status_code == 404
    assert Client().get("/signin/reset/MQ/a-b/").status_code == 404
    assert 'name="email"' not in session(Role.ADMIN).get("/users/").text


def test_an_invitation_goes_to_the_address(mails: MailServer) -> None:
    admin = session(Role.ADMIN)
    typed = {"username": "ben", "role": Role.VIEWER.value, "email": "ben@example.org"}
    page = admin.post("/users/", typed).text
    assert "A sign-in link was sent to ben@example.org." in page
    assert "sesame" not in page
    ben = Client()
    assert ben.get(link_in(mails)).status_code == 302
    assert ben.get("/account/").context["role"] == Role.VIEWER

    person = User.objects.get(username="ben")
    admin.post(f"/users/{person.pk}/mail")
    assert len(mails.received) == 2


def test_an_invitation_that_cannot_be_sent_is_shown_with_the_reason(
    mails: MailServer,
) -> None:
    mails.status = 554
    admin = session(Role.ADMIN)
    typed = {"username": "ben", "role": Role.VIEWER.value, "email": "ben@example.org"}
    page = admin.post("/users/", typed).text
    assert "The mail to ben@example.org was not sent" in page
    assert "/signin/?sesame=" in page


def test_changing_the_address_takes_the_password(mails: MailServer) -> None:
    ana()
    browser = Client()
    browser.login(username="ana", password="the old one")
    typed = {"email": "other@example.org", "password": "a guess"}
    assert browser.post("/account/email", typed).status_code == 422
    assert User.objects.get().email == "ana@example.org"
    typed["password"] = "the old one"
    assert browser.post("/account/email", typed).status_code == 302
    assert User.objects.get().email == "other@example.org"
    entry = AuditEntry.objects.filter(verb="update", kind="user").latest("at")
    assert entry.after == {"email": "other@example.org"}


def test_two_requests_of_which_the_first_is_old_count_as_one(
    mails: MailServer, sent: list[Thread]
) -> None:
    before = timezone.now() - reset.WINDOW
    for _ in range(reset.MOST_OF_ONE):
        AuditEntry.objects.create(
            verb=reset.ASKED, kind="session", object="ana@example.org", at=before
        )
    assert ask(Client()).status_code == 200
