"""How a log event is shown on one line."""

import logging
from datetime import datetime
from urllib.parse import quote_plus

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from pipeline.monitor.models import LogEvent
from pipeline.monitor.tokens import write

register = template.Library()
FIRST = ("state", "reason", "status", "seconds", "detail", "error", "code", "request", "path")
SHOWN, LONGEST = 4, 100


@register.filter
def level(number: int) -> SafeString:
    """The level as a badge."""
    name = logging.getLevelName(number).lower()
    return format_html('<span class="state state-{}">{}</span>', name, name)


@register.filter
def clock(moment: datetime) -> str:
    """The time of day to the millisecond, with the day where it is not today."""
    local = timezone.localtime(moment)
    day = "" if local.date() == timezone.localdate() else f"{local:%m-%d} "
    return f"{day}{local:%H:%M:%S}.{local.microsecond // 1000:03}"


@register.filter
def telling(event: LogEvent) -> list[tuple[str, str]]:
    """The fields that tell most, cut to a line."""
    data = event.data if isinstance(event.data, dict) else {}
    named = [("url", event.url)] if event.url else []
    named += [(name, data[name]) for name in FIRST if data.get(name) not in (None, "")]
    return [(name, _cut(str(value))) for name, value in named[:SHOWN]]


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


@register.simple_tag(takes_context=True)
def chips(context: Context, field: str, value: object) -> SafeString:
    """Links that narrow the search to this value, or leave it out."""
    if isinstance(value, dict | list) or value in (None, "") or len(str(value)) > LONGEST:
        return SafeString("")
    base, typed = context["chips"]
    links = (
        (f"{base}q={quote_plus(f'{typed} {write(field, value, negated)}'.strip())}", label)
        for negated, label in ((False, "only this"), (True, "not this"))
    )
    return format_html_join("", ' <a class="pick" href="?{}">{}</a>', links)
