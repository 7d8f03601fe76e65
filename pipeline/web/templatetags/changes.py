"""How an entry of the audit log shows what it changed."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.utils.translation import gettext, gettext_noop

from catalog.templatetags.gleaner import words
from catalog.templatetags.texts import translated
from pipeline.access.models import AuditEntry

register = template.Library()
EMPTY = "–"
CHANGED = gettext_noop("changed")  # what it was and is, is not kept
NOT_SHOWN = gettext_noop("not shown")


@register.filter
def changes(entry: AuditEntry) -> Iterator[tuple[str, str | None, str]]:
    """(field, before, after) of each field in words; before is None where nothing is known of it.

    What is empty and was never anything else says nothing and is left out.
    """
    before = entry.before or {}
    after = entry.after or {}
    for name in sorted(after | before):
        value = _text(after.get(name))
        if name not in before:
            if value != EMPTY:
                yield label(name), None, value
        elif before[name] == after.get(name):
            yield label(name), None, gettext(CHANGED)
        else:
            yield label(name), _text(before[name]), value


def label(name: str) -> str:
    """Return what a field is called."""
    return translated(words(name))


def _text(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return EMPTY
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, dict):
        parts = [f"{label(name)}: {_text(each)}" for name, each in value.items()]
        return "; ".join(parts)
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if value == NOT_SHOWN:
        return gettext(NOT_SHOWN)
    return str(value)
