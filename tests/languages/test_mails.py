"""Mails are in the language of whom they are sent to; commands are in English."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.utils import translation

from myworld.command_line import EnglishCommands
from pipeline.access.invitations import send_signin_link
from pipeline.access.languages import choose_language, mail_language


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create(username="grete", email="grete@blog.example")


def test_a_mail_is_in_the_language_that_its_receiver_chose(person: User) -> None:
    choose_language(person, "de")
    with translation.override("fr"):  # of who invites
        send_signin_link(person)
    [sent] = mail.outbox
    assert sent.subject == "Gleaner: Ihr Anmeldelink"
    assert "Der Link funktioniert einmal" in sent.body


def test_a_mail_to_somebody_without_a_choice_is_in_that_of_the_settings(
    person: User, settings: Any
) -> None:
    settings.LANGUAGE_CODE = "es"
    assert (mail_language(person), mail_language(None)) == ("es", "es")
    with translation.override("fr"):
        send_signin_link(person)
    assert mail.outbox[0].subject == "Gleaner: su enlace de inicio de sesión"


def test_commands_speak_english_whatever_the_settings_say() -> None:
    with translation.override("de"):
        EnglishCommands(["manage.py", "check"]).fetch_command("check")
        assert translation.get_language() == "en"
