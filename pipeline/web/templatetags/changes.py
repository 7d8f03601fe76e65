"""How an entry of the audit log shows what it changed."""

from collections.abc import Iterator
from typing import Any

from django import template

from catalog.templatetags.gleaner import words
from pipeline.access.models import AuditEntry

register = template.Library()
EMPTY = "–"
CHANGED = "changed"  # what it was and is, is not kept


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
                yield words(name), None, value
        elif before[name] == after.get(name):
            yield words(name), None, CHANGED
        else:
            yield words(name), _text(before[name]), value


def _text(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return EMPTY
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        parts = [f"{words(name)}: {_text(each)}" for name, each in value.items()]
        return "; ".join(parts)
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return str(value)
