"""Clients share the static files that the first of them found."""

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from whitenoise.middleware import WhiteNoiseMiddleware

pytestmark = pytest.mark.django_db
FILE = "/static/gleaner/vendor/bootstrap.min.css"


def test_static_files_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = WhiteNoiseMiddleware(lambda request: None)
    monkeypatch.setattr(finders, "get_finders", lambda: pytest.fail("looked again"))

    second = WhiteNoiseMiddleware(lambda request: None)

    assert FILE in first.files
    assert second.files == first.files


def test_every_client_is_given_them() -> None:
    for client in (Client(), Client()):
        assert client.get(FILE).status_code == 200
