"""What the page of dead letters does with the selected ones, or with all."""

import pytest
from django.test import Client

from pipeline.access.models import AuditEntry
from pipeline.web import queues
from tests.pages import admin_user

__all__ = ["admin_user"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str] | None]]:
    found: list[tuple[str, list[str] | None]] = []

    def act(verb: str, ids: list[str] | None) -> int:
        found.append((verb, ids))
        return len(ids or "abc")

    actions = {
        "requeue": (lambda ids: act("requeue", ids), "requeued"),
        "discard": (lambda ids: act("discard", ids), "discarded"),
    }
    monkeypatch.setattr(queues, "ACTIONS", actions)
    return found


@pytest.mark.parametrize(
    ("sent", "call", "said"),
    [
        ({}, ("requeue", None), "3 messages requeued."),
        ({"do": "requeue", "id": ["a"]}, ("requeue", ["a"]), "1 message requeued."),
        (
            {"do": "discard", "id": ["a", "b"]},
            ("discard", ["a", "b"]),
            "2 messages discarded.",
        ),
        ({"do": "discard"}, ("discard", None), "3 messages discarded."),
    ],
)
def test_the_selected_dead_letters_or_all_are_requeued_or_discarded(
    admin_client: Client,
    asked: list[tuple[str, list[str] | None]],
    sent: dict[str, str | list[str]],
    call: tuple[str, list[str] | None],
    said: str,
) -> None:
    page = admin_client.post("/queues/dead", sent, follow=True).text
    assert asked == [call]
    assert said in page
    assert AuditEntry.objects.filter(verb=call[0], kind="queue").count() == 1


def test_nothing_else_can_be_done_with_them(
    admin_client: Client, asked: list[tuple[str, list[str] | None]]
) -> None:
    assert admin_client.post("/queues/dead", {"do": "burn"}).status_code == 404
    assert asked == []
