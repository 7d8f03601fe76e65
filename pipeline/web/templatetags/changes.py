"""How an entry of the audit log shows what it changed."""

import json
from collections.abc import Iterator
from typing import Any

from django import template

from pipeline.access.models import Entry

register = template.Library()


@register.filter
def changes(entry: Entry) -> Iterator[tuple[str, str | None, str]]:
    """(field, before, after) of each field; before is None where nothing is known of it."""
    before, after = entry.before or {}, entry.after or {}
    for name in sorted(after | before):
        yield name, _text(before[name]) if name in before else None, _text(after.get(name))


def _text(value: Any) -> str:
    return (
        "–"
        if value in (None, "", [])
        else value
        if isinstance(value, str)
        else json.dumps(value, ensure_ascii=False)
    )
