"""Signing in and out."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from sesame.utils import get_query_string

from pipeline.access.models import AuditEntry
from pipeline.web import signin

pytestmark = pytest.mark.django_db


def test_by_name_and_password(client: Client) -> None:
    User.objects.create_user("ada", password="lovelace")
    assert client.get("/signin/").status_code == 200
    answer = client.post(
        "/signin/?next=/articles/",
        {"username": "ada", "password": "lovelace", "next": "/articles/"},
    )
    assert answer["Location"] == "/articles/"
    assert client.get("/articles/").status_code == 200


def test_by_a_link(client: Client) -> None:
    link = "/signin/" + get_query_string(User.objects.create_user("ada"))
    assert client.get(link)["Location"] == "/"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("token", ["", "nonsense", "AAAAAAAAAAAAAAAAAAAAAAAA"])
def test_a_wrong_link_says_so(client: Client, token: str) -> None:
    answer = client.get("/signin/", {"sesame": token})
    assert "has expired" in answer.text
    assert client.get("/")["Location"].startswith("/signin/")


def test_never_to_another_site(client: Client) -> None:
    link = (
        "/signin/"
        + get_query_string(User.objects.create_user("ada"))
        + "&next=https://evil.example/"
    )
    assert client.get(link)["Location"] == "/"


def test_signing_out_needs_a_post(admin_client: Client) -> None:
    assert admin_client.get("/signout/").status_code == 405
    assert admin_client.post("/signout/")["Location"] == "/signin/"
    assert admin_client.get("/")["Location"].startswith("/signin/")


def test_a_link_works_once(client: Client) -> None:
    link = "/signin/" + get_query_string(User.objects.create_user("ada"))
    assert client.get(link)["Location"] == "/"
    assert client.get(link)["Location"] == "/", "whoever is signed in by it stays so"
    assert "was used before" in Client().get(link).text


def test_failed_attempts_are_on_record_and_there_are_not_many(client: Client) -> None:
    User.objects.create_user("ada", password="lovelace")
    wrong = {"username": "ada", "password": "guess"}
    for _ in range(signin.MAX_FAILURES):
        assert client.post("/signin/", wrong).status_code == 200
    assert AuditEntry.objects.filter(verb=signin.FAILED, object="ada").count() == 10
    assert client.post("/signin/", wrong).status_code == 429
    right = {"username": "ada", "password": "lovelace"}
    answer = client.post("/signin/", right)
    assert answer.status_code == 429
    assert "Too many failed attempts" in answer.text
    link = "/signin/" + get_query_string(User.objects.get())
    assert client.get(link)["Location"] == "/", "a link works all the same"


def test_failures_that_are_long_ago_keep_nobody_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.create_user("ada", password="lovelace")
    wrong = {"username": "ada", "password": "guess"}
    for _ in range(signin.MAX_FAILURES):
        client.post("/signin/", wrong)
    monkeypatch.setattr(signin, "FAILURE_WINDOW", timedelta(0))
    answer = client.post("/signin/", {"username": "ada", "password": "lovelace"})
    assert answer.status_code == 302
