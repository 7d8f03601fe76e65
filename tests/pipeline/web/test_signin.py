"""Signing in and out."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from sesame.utils import get_query_string

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
