"""How an entry of the audit log shows what it changed."""

import json
from collections.abc import Iterator
from typing import Any

from django import template

from pipeline.access.models import AuditEntry

register = template.Library()


@register.filter
def changes(entry: AuditEntry) -> Iterator[tuple[str, str | None, str]]:
    """(field, before, after) of each field; before is None where nothing is known of it."""
    before = entry.before or {}
    after = entry.after or {}
    for name in sorted(after | before):
        yield (
            name,
            _text(before[name]) if name in before else None,
            _text(after.get(name)),
        )


def _text(value: Any) -> str:
    if value in (None, "", []):
        return "–"
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
