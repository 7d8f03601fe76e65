"""Fields in the search box: `source:blog.example is:unread` are filters that were typed.

They become the filters of the address, so that every page knows only those. `title:` and `author:`
stay: they are searched by their words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import QueryDict
from django.utils.translation import gettext_noop as _

from catalog.filters import others
from catalog.marks import STATES
from catalog.rights import RIGHTS

# A field at the beginning of a word; not an address, and not within a phrase.
TOKEN = re.compile(
    r'(?<!\S)(?P<field>[A-Za-z_]{1,20}):(?!//)(?:"(?P<quoted>[^"]*)"|(?P<plain>\S*))'
)
PHRASE = re.compile(r'"[^"]*"')
SEARCHED = ("title", "author")  # by words, not as filters
# Field -> the filter that it sets.
FILTERS = {
    "source": "source",
    "lang": "language",
    "language": "language",
    "tag": "tag",
    "label": "label",
    "code": "code",
    "imports": "imports",
    "run": "run",
    "is": "state",
    "gone": "gone",
    "license": "license",
    "rights": "rights",
    "date": "month",
    "since": "since",
    "until": "until",
}
HELP = {
    "title": _("words of the title"),
    "author": _("a name"),
    "source": _("a host"),
    "lang": _("a language, such as en"),
    "tag": _("a tag of the page"),
    "label": _("a label of yours"),
    "code": _("a language of the code"),
    "imports": _("a Python package"),
    "run": _("the number of a run"),
    "is": ", ".join(STATES),
    "gone": _("yes or no: whether the original page is gone"),
    "license": _("the URL of a license"),
    "rights": ", ".join(RIGHTS),
    "date": _("2026, 2026-03 or 2026-03-14"),
    "since": _("the first day"),
    "until": _("the last day"),
}
YEAR = re.compile(r"\d{4}")
MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: the words, the filters among them, and fields that there are not."""

    words: str
    filters: dict[str, str]
    unknown: tuple[str, ...] = ()


def parse(text: str) -> Typed:
    """Split what was typed into words and filters."""
    phrases = [match.span() for match in PHRASE.finditer(text)]
    filters: dict[str, str] = {}
    unknown = []
    kept = []
    end = 0
    for match in TOKEN.finditer(text):
        name = match["field"].lower()
        in_phrase = any(begin < match.start() < stop for begin, stop in phrases)
        if in_phrase or name in SEARCHED:
            continue
        value = match["quoted"] if match["quoted"] is not None else match["plain"]
        if name not in FILTERS:
            if value:
                unknown.append(name)
            continue
        filters |= dict(_filters(name, value.strip()))
        kept.append(text[end : match.start()])
        end = match.end()
    kept.append(text[end:])
    words = " ".join(" ".join(kept).split())
    return Typed(words, filters, tuple(dict.fromkeys(unknown)))


def _filters(name: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield the filters that a field sets."""
    if name == "date":
        yield from _days(value)
    elif name == "is" and value:
        yield "state", value.lower()
    elif value:
        yield FILTERS[name], value


def _days(value: str) -> Iterator[tuple[str, str]]:
    """Yield the filters for a year, a month, a day, or `first..last`."""
    first, dots, last = value.partition("..")
    if dots:
        if first:
            yield "since", first
        if last:
            yield "until", last
    elif YEAR.fullmatch(value):
        yield "since", f"{value}-01-01"
        yield "until", f"{value}-12-31"
    elif MONTH.fullmatch(value):
        yield "month", value
    elif value:
        yield "since", value
        yield "until", value


def applied(query: QueryDict) -> QueryDict | None:
    """Return the query with typed fields as filters; None where none were typed. A field whose
    value is still to come is left out."""
    text = query.get("q", "")
    typed = parse(text)
    if typed.words == " ".join(text.split()):
        return None
    new = others(query, *typed.filters)
    new["q"] = typed.words
    if not typed.words:
        del new["q"]
    for name, value in typed.filters.items():
        new[name] = value
    return new


def recent_dates(today: date) -> list[str]:
    """Return dates that are often meant: this month, the last one, this year, the last one."""
    last_month = today.replace(day=1) - timedelta(days=1)
    return [
        f"{today:%Y-%m}",
        f"{last_month:%Y-%m}",
        str(today.year),
        str(today.year - 1),
    ]
