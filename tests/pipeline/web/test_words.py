"""The pages speak plain English, in the words of the field: what the vocabulary leaves out stands on none of them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms

from pipeline.access.filters import EntryFilter
from pipeline.access.forms import TokenForm, WebhookForm
from pipeline.access.roles import Role
from pipeline.monitor.logs.filters import LogFilter
from pipeline.runs.forms import ChangeForm, LaunchForm
from pipeline.runs.job_forms import JobForm

CHECKOUT = Path(__file__).parents[3]
PLACES = (
    "pipeline/web/templates",
    "catalog/templates/catalog",
    "catalog/templates/gleaner",
    "catalog/templates",
)
SCRIPTS = ("catalog/static/gleaner/app.js", "catalog/static/gleaner/palette.js", "catalog/static/gleaner/catalogue.js", "catalog/static/gleaner/complete.js", "pipeline/web/static/web/logs.js", "pipeline/web/static/web/queues.js")  # fmt: skip
PRIVATE = re.compile(
    r"\b(journeys?|waves?|wish(es)?|in hand|hold still|held still|passed on|put back|only look(ed|s)?|gather(ed)?|"
    r"launch(ed)?|(?<!e-mail )address(es)?|met it|take away|leave it|keep it|make it|make a|told when|speaks|came to nothing|"
    r"how far|last sign(?!-in)|drains|waited lately|asked for|stands still|surest|became of|by hand|of its|no longer fits|"
    r"nobody|somebody|whoever|otherwise|for ever|beside|likewise|mended)\b",
    re.I,
)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.S)
SHOWN = re.compile(
    r'(?:title|aria-label|placeholder|data-label|data-confirm|alt)="([^"]*)"|>([^<>]+)<',
    re.S,
)
TEXT = re.compile(
    r'"((?:[^"\\]|\\.)*[a-z] [a-z](?:[^"\\]|\\.)*)"|`([^`]*[a-z] [a-z][^`]*)`'
)


def templates() -> list[Path]:
    found = set()
    for place in PLACES:
        folder = CHECKOUT / place
        found |= set(folder.rglob("*.html") if place != "catalog/templates" else folder.glob("*.html"))  # fmt: skip
    return sorted(found)


def shown(template: str) -> Iterator[str]:
    """What a template shows to people by itself: its text, and the attributes that are read out or hover."""
    plain = TAG.sub(" ", template)
    plain = re.sub(r"<(script|style|code|pre)\b.*?</\1>", " ", plain, flags=re.S)
    for attribute, text in SHOWN.findall(f">{plain}<"):
        words = " ".join((attribute or text).split())
        if words:
            yield words


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_a_template_says_no_private_word(path: Path) -> None:
    assert [text for text in shown(path.read_text()) if PRIVATE.search(text)] == []


@pytest.mark.parametrize("path", SCRIPTS)
def test_a_script_says_no_private_word(path: str) -> None:
    lines = (CHECKOUT / path).read_text().splitlines()
    texts = [a or b for line in lines if not line.lstrip().startswith("//") for a, b in TEXT.findall(line)]  # fmt: skip
    assert [text for text in texts if PRIVATE.search(text)] == []


FORMS = [
    LaunchForm(), ChangeForm(), JobForm(), WebhookForm(), TokenForm(most=Role.ADMIN),
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS, ids=lambda form: type(form).__name__)
def test_a_form_says_no_private_word(form: forms.Form) -> None:
    for name, field in form.fields.items():
        label = field.label or name.replace("_", " ")
        choices = [str(text) for _, text in getattr(field, "choices", [])]
        errors = [str(text) for text in field.error_messages.values()]
        for text in (str(label), str(field.help_text), *choices, *errors):
            assert not PRIVATE.search(text), text


@pytest.mark.parametrize("filters", [LogFilter, EntryFilter])
def test_a_filter_says_no_private_word(filters: type) -> None:
    for each in filters.base_filters.values():  # type: ignore[attr-defined]
        choices = each.extra.get("choices", [])
        for text in (str(each.label or ""), *(str(text) for _, text in choices)):
            assert not PRIVATE.search(text), text
