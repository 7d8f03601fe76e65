"""The rows of the audit log, with what each entry changed. Not made by a template: there are a
hundred."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.http import QueryDict
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop

from catalog.templatetags.gleaner import short, when, words
from catalog.templatetags.quick import changed_query
from catalog.templatetags.texts import translated
from pipeline.access.models import AuditEntry

register = template.Library()
EMPTY = "–"
CHANGED = gettext_noop("changed")  # what it was and is, is not kept
NOT_SHOWN = gettext_noop("not shown")
ROW = """
<tr data-row>
  <td><a class="text-reset fw-semibold" href="{{verb_link}}">{{verb}}</a>{{kind}} <bdi>{{object}}</bdi>{{changed}}</td>
  <td class="half" data-label="{user_label}"><a href="{{who_link}}"><bdi>{{who}}</bdi></a></td>
  <td class="nowrap half" data-label="{via_label}">{{way}}{{token}}</td>
  <td class="nowrap">{{at}}</td>
</tr>"""
CHANGE = '<div class="small"><bdi class="quiet">{}</bdi>: {}<bdi>{}</bdi></div>'
NOTHING = SafeString("")


@register.simple_tag(takes_context=True)
def audit_rows(context: Context, entries: Iterable[AuditEntry]) -> SafeString:
    """Render entries; what they did and who did it are links to more of the same."""
    row = format_html(ROW, user_label=gettext("User"), via_label=gettext("Via"))
    asked = context["request"].GET
    return format_html_join("", row, (_cells(entry, asked) for entry in entries))


def _cells(entry: AuditEntry, asked: QueryDict) -> dict[str, Any]:
    first_page = {"before": None, "after": None}
    kind = NOTHING
    if entry.kind != "route":
        kind = format_html(' <span class="quiet">{}</span>', translated(entry.kind))
    return {
        "verb": translated(entry.verb),
        "verb_link": changed_query(asked, {"verb": entry.verb, **first_page}),
        "kind": kind,
        "object": short(entry.object, 120),
        "changed": format_html_join("\n", CHANGE, map(_change, changes(entry))),
        "who": short(entry.who, 40),
        "who_link": changed_query(asked, {"who": entry.who, **first_page}),
        "way": translated(entry.way),
        "token": _token(entry.token),
        "at": when(entry.at),
    }


def _change(change: tuple[str, str | None, str]) -> tuple[str, SafeString, str]:
    name, before, after = change
    was = NOTHING
    if before is not None:
        was = format_html("<del><bdi>{}</bdi></del> → ", short(before, 120))
    return short(name, 60), was, short(after, 160)


def _token(name: str) -> SafeString:
    if not name:
        return NOTHING
    told = format_html(
        gettext("token <bdi>%(token)s</bdi>") % {"token": "{}"}, short(name, 30)
    )
    return format_html('<div class="quiet small">{}</div>', told)


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
