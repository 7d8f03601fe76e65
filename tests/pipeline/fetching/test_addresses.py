"""What can never be fetched is told before a launch, and what is good beside it is offered."""

from typing import Any

import pytest

from pipeline.fetching.addresses import read_fetchable


@pytest.fixture(autouse=True)
def nothing_private(settings: Any) -> None:
    settings.FETCH_ALLOWED_NETWORKS = []
    settings.FETCH_OWN_SITES = {"10.1.2.3:8080": 0.0}


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("http://127.0.0.1/", "not a public address (loopback)"),
        ("http://localhost:8000/blog", "not a public address (loopback)"),
        ("http://blog.localhost/", "not a public address (loopback)"),
        ("http://10.1.2.3/", "not a public address (private)"),
        ("http://[fd00::1]/", "not a public address (private)"),
        ("ada@example.org", "an e-mail address"),
        ("https://ada:secret@example.org/", "a user name or password"),
    ],
)
def test_it_is_told_and_the_good_one_stays(typed: str, why: str) -> None:
    good, bad = read_fetchable(f"https://blog.example.org/\n{typed}")
    assert good == ("https://blog.example.org/",)
    assert len(bad) == 1
    assert why in bad[0].error


def test_what_the_settings_open_is_good(settings: Any) -> None:
    assert read_fetchable("http://10.1.2.3:8080/")[0] == ("http://10.1.2.3:8080/",)
    settings.FETCH_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    assert read_fetchable("http://localhost/")[0] == ("http://localhost/",)


def test_a_password_is_not_repeated() -> None:
    _, bad = read_fetchable("https://ada:secret@example.org/")
    assert "secret" not in bad[0].error
