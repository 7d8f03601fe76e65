"""How a log event is shown: on one line, and opened."""

import json
import logging
from datetime import datetime
from functools import cache
from html import escape
from itertools import repeat
from urllib.parse import quote_plus

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from catalog.numbers import intcomma
from pipeline.monitor.logs import fingerprints, search_syntax
from pipeline.monitor.logs.histogram import Bar, Overview, Part
from pipeline.monitor.logs.search_syntax import write
from pipeline.monitor.models import LogEvent

register = template.Library()
FIRST = (
    "state",
    "reason",
    "status",
    "seconds",
    "detail",
    "error",
    "code",
    "request",
    "path",
    "number",
)
SHOWN = 4
MAX_VALUE_LENGTH = 100
BAR = '<a href="{}"><title>{}</title><rect class="room" x="{}" y="0" width="{}" height="110"/>{}</a>'
SEARCHED = 200  # characters of a value that can be searched for


@register.filter
@cache
def level(number: int) -> SafeString:
    """Render the level as a badge."""
    name = logging.getLevelName(number).lower()
    return format_html(
        '<span class="state state-{}">{}</span>', name.replace(" ", "-"), name
    )


@register.filter
def clock(moment: datetime) -> str:
    """Return the time of day to the millisecond, with the day where it is not today."""
    local = timezone.localtime(moment)
    if local.date() == timezone.localdate(timezone=local.tzinfo):
        day = ""
    else:
        day = f"{local:%m-%d} "
    return f"{day}{local:%H:%M:%S}.{local.microsecond // 1000:03}"


@register.filter
def clock_time(moment: datetime) -> str:
    """Return the time of day to the second."""
    return f"{timezone.localtime(moment):%H:%M:%S}"


@register.filter
def shortly(moment: str) -> str:
    """Return an ISO 8601 moment as day and time of day."""
    return f"{timezone.localtime(datetime.fromisoformat(moment)):%m-%d %H:%M:%S}"


@register.simple_tag(takes_context=True)
def line(context: Context, event: LogEvent) -> SafeString:
    """Render an event as a row that opens; what is in it is asked for then. Not made by a template:
    a page has a hundred."""
    place = event.place
    url = event.get_absolute_url()
    return SafeString(
        f'<details id="e{place}" data-line="{place}" hx-get="{url}fields{escape(_rest(context))}" '
        f'hx-trigger="toggle once" hx-target="find .opened"><summary>{summary(event)}</summary><div class="opened">'
        f'<a href="{url}">{_("All fields and surrounding entries")}</a></div></details>\n'
    )


@register.simple_tag
def summary(event: LogEvent) -> SafeString:
    """Render an event on one line. What a stranger may have written is escaped here, once."""
    stage = f'<span class="stage">{escape(event.stage)}</span> '
    told = " ".join(
        f'<span class="quiet">{escape(name)}={escape(value)}</span>'
        for name, value in telling(event)
    )
    return SafeString(
        f'<span class="quiet">{clock(event.at)}</span> {level(event.level)} {stage}'
        f'<span class="event">{escape(_cut(event.event, 160))}</span> {told}'
    )


@register.simple_tag(takes_context=True)
def bars(context: Context, overview: Overview) -> SafeString:
    """Render the bars of a histogram, each a link to its time. Not made by a template: it took
    longer than the lines."""
    query = context["request"].GET.copy()
    for name in ("since", "until", "last", "before", "after", "tail"):
        query.pop(name, None)
    if query:
        rest = f"{query.urlencode()}&"
    else:
        rest = ""
    # A bar begins where the one before it ends: each moment is told and quoted once.
    told = cache(shortly)
    quoted = cache(quote_plus)
    label = _("%(number)s from %(since)s to %(until)s")
    drawn = []
    for bar in overview.bars:
        link = f"?{rest}since={quoted(bar.since)}&until={quoted(bar.until)}"
        title = label % {
            "number": intcomma(bar.count),
            "since": told(bar.since),
            "until": told(bar.until),
        }
        parts = "".join(map(_part, repeat(bar), bar.parts))
        drawn.append(BAR.format(escape(link), escape(title), bar.x, bar.width, parts))
    return SafeString("".join(drawn))


@register.simple_tag(takes_context=True)
def zoomed_out(context: Context, overview: Overview) -> str:
    """Return the query of the log over twice the time of the histogram, around the same moment."""
    if overview.since is None or overview.until is None:
        return ""
    query = context["request"].GET.copy()
    for name in ("last", "before", "after", "tail"):
        query.pop(name, None)
    margin = (overview.until - overview.since) / 2
    query["since"] = (overview.since - margin).isoformat(timespec="seconds")
    query["until"] = (overview.until + margin).isoformat(timespec="seconds")
    return f"?{query.urlencode()}"


def _part(bar: Bar, part: Part) -> str:
    return f'<rect class="{part.kind}" x="{bar.x}" y="{part.y}" width="{bar.width}" height="{part.height}"/>'


def telling(event: LogEvent) -> list[tuple[str, str]]:
    """Return the fields that tell most, cut to a line."""
    if isinstance(event.data, dict):
        data = event.data
    else:
        data = {}
    if event.url:
        named = [("url", event.url)]
    else:
        named = []
    named += [(name, data[name]) for name in FIRST if data.get(name) not in (None, "")]
    if isinstance(trace := data.get("exception"), str):
        named.insert(0, ("raised", trace.rstrip().rpartition("\n")[2]))
    return [(name, _cut(str(value))) for name, value in named[:SHOWN]]


def _rest(context: Context) -> str:
    """Return the search of the page, for the links of an opened row; worked out once a page."""
    known = context.render_context.get("log-rest")
    if known is None:
        base, typed = context.get("chips") or ("", "")
        if base or typed:
            known = f"?{base}q={quote_plus(typed)}"
        else:
            known = ""
        context.render_context["log-rest"] = known
    return str(known)


@register.filter
def fields(event: LogEvent) -> list[tuple[str, object]]:
    """Return what is in `data`, by name, the traceback left to `trace`."""
    if isinstance(event.data, dict):
        data = event.data
    else:
        data = {}
    return [
        (name, value)
        for name, value in sorted(data.items())
        if name != "exception" or not isinstance(value, str)
    ]


@register.filter
def plain(value: object) -> str:
    """Return a value as text: objects, lists, true and false as JSON."""
    if isinstance(value, dict | list | bool):
        return json.dumps(value, indent=1, ensure_ascii=False)
    return str(value)


@register.filter
def trace(event: LogEvent) -> dict[str, object] | None:
    """Return the traceback: as a whole, folded to our own frames, and how many frames that
    hides."""
    if isinstance(event.data, dict):
        whole = event.data.get("exception")
    else:
        whole = None
    if not isinstance(whole, str) or not whole:
        return None
    short, hidden = fingerprints.folded(whole)
    return {"whole": whole, "short": short, "hidden": hidden}


def _cut(text: str, most: int = MAX_VALUE_LENGTH) -> str:
    line = " ".join(text[: most * 4].split())
    if len(line) <= most and len(text) <= most * 4:
        return line
    return line[: most - 1] + "…"


@register.simple_tag(takes_context=True)
def chips(context: Context, field: str, value: object) -> SafeString:
    """Links that narrow the search to this value, or leave it out, and a button that copies it."""
    if value in (None, ""):
        return SafeString("")
    copy = format_html(
        ' <button type="button" class="pick" data-copy-value hidden>{}</button>',
        _("Copy"),
    )
    if (
        isinstance(value, dict | list)
        or len(str(value)) > SEARCHED
        or "\n" in str(value)
    ):
        return copy
    base, typed = context["chips"]
    links = (
        (
            f"{base}q={quote_plus(f'{typed} {write(field, plain(value), negated)}'.strip())}",
            label,
        )
        for negated, label in ((False, _("Include")), (True, _("Exclude")))
    )
    return (
        format_html_join(
            "",
            ' <a class="pick" href="{}?{}">{}</a>',
            ((_logs(), *link) for link in links),
        )
        + copy
    )


def _logs() -> str:
    return reverse("logs")


@register.simple_tag(takes_context=True)
def only(context: Context, field: str, value: object) -> str:
    """Return the address of the log with this value as a further condition."""
    base, typed = context["chips"]
    return f"{_logs()}?{base}q={quote_plus(f'{typed} {write(field, value)}'.strip())}"


def _typed(term: search_syntax.Term) -> str:
    if term.field:
        return write(term.field, term.value, term.negated)
    sign = "-" if term.negated else ""
    if " " in term.value:
        return f'{sign}"{term.value}"'
    return f"{sign}{term.value}"


@register.simple_tag(takes_context=True)
def terms_left(context: Context) -> list[tuple[str, str]]:
    """Each piece of the search, and the address of the page without it."""
    base, typed = context["chips"]
    texts = [_typed(term) for term in search_syntax.read(typed)]
    return [
        (
            text,
            f"{_logs()}?{base}q={quote_plus(' '.join(texts[:number] + texts[number + 1 :]))}",
        )
        for number, text in enumerate(texts)
    ]
