"""The audit log keeps English words, shows them in the reader's language, and finds them by both."""

import ast
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from catalog.templatetags.gleaner import words
from pipeline.access.audit import record
from pipeline.access.audit_words import FIELDS, KINDS, VERBS
from pipeline.access.models import User
from pipeline.access.signals import AUDITED

ROOT = Path(__file__).parents[2]
MANY = 2  # positional arguments of a call that name verb and kind


def recorded() -> list[tuple[str, str, set[str]]]:
    """(verb, kind, fields) of each call of `record` that writes them out."""
    found = []
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if is_call and node.func.id == "record" and len(node.args) > MANY:
                verb, kind = (_constants(each) for each in node.args[:MANY])
                found += [(one, other, _fields(node)) for one in verb for other in kind]
    return found


def _constants(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return [*_constants(node.body), *_constants(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) else []


def _fields(call: ast.Call) -> set[str]:
    return {
        key.value
        for keyword in call.keywords
        if isinstance(keyword.value, ast.Dict)
        for key in keyword.value.keys
        if isinstance(key, ast.Constant)
    }


def test_the_words_are_those_that_entries_get() -> None:
    found = recorded()
    assert len(found) > 10
    assert {verb for verb, _, _ in found} - set(VERBS) == set()
    assert {kind for _, kind, _ in found} - set(KINDS) == set()
    assert {audited.kind for audited in AUDITED.values()} - set(KINDS) == set()
    fields = {name for _, _, names in found for name in names}
    fields |= {name for audited in AUDITED.values() for name in audited.fields}
    assert {words(name) for name in fields} - set(FIELDS) == set()


@pytest.mark.django_db
def test_an_entry_is_shown_and_found_in_the_readers_language(
    admin_client: Client, admin_user: User
) -> None:
    record(
        "delete",
        "source rule",
        "7 blog.example",
        before={"note": ""},
        after={"note": True},
    )
    german = {"accept-language": "de"}
    for asked in ("löschen", "delete"):
        page = admin_client.get(
            "/audit/", {"verb": asked, "kind": "Regel einer Quelle"}, headers=german
        ).content.decode()
        assert ">löschen</a>" in page
        assert "Regel einer Quelle</span>" in page
        assert "Notiz" in page
        assert "<bdi>ja</bdi>" in page
    nothing = admin_client.get(
        "/audit/", {"verb": "anlegen", "kind": "run"}, headers=german
    )
    assert ">löschen</a>" not in nothing.content.decode()
    with translation.override("en"):
        assert ">delete</a>" in admin_client.get("/audit/").content.decode()
