"""What a person sees while a server is away."""

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from kombu.exceptions import OperationalError as BrokerError


def broken(error: Exception) -> object:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("connection refused"), "Database unavailable"),
        (InterfaceError("connection already closed"), "Database unavailable"),
        (BrokerError("connection refused"), "Message broker unavailable"),
        (
            OperationalError("canceling statement due to statement timeout"),
            "took too long",
        ),
    ],
)
def test_a_view_without_its_server(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    monkeypatch.setattr("pipeline.http.outages.connection.close", lambda: None)
    monkeypatch.setattr("pipeline.web.runs.page_of", broken(error))
    answer = admin_client.get("/runs/")
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert said in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/runs/", "/articles/", "/queues/", "/logs/", "/signin/"]
)
def test_the_session_itself_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """No database is allowed in this test: the page must be made without one."""
    monkeypatch.setattr("pipeline.http.outages.connection.close", lambda: None)
    monkeypatch.setattr(
        "django.contrib.sessions.backends.db.SessionStore.load",
        broken(OperationalError("refused")),
    )
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "of-somebody"
    answer = client.get(path)
    assert answer.status_code == 503
    assert "Database unavailable" in answer.text


@pytest.mark.django_db
def test_our_own_fault_is_a_plain_500(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.web.runs.page_of", broken(ValueError("a bug")))
    admin_client.raise_request_exception = False
    answer = admin_client.get("/runs/")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
