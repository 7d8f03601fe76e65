"""Dates as sources write them. Numbers alone in day-month order are left alone: nobody can tell which is which."""

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

from pipeline.core.url import path_and_query

_MONTHS = {
    name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_ISO = re.compile(r"\b((?:19|20)\d\d)[-/.](\d\d?)[-/.](\d\d?)(?!\d)")
_DAY_FIRST = re.compile(
    rf"\b(\d\d?)(?:st|nd|rd|th)?(?: of)?[ -]{_MONTH},?[ -]((?:19|20)\d\d)\b", re.I
)
_MONTH_FIRST = re.compile(rf"\b{_MONTH} (\d\d?)(?:st|nd|rd|th)?,? ((?:19|20)\d\d)\b", re.I)
_CJK = re.compile(r"((?:19|20)\d\d)[年년]\s*(\d\d?)[月월]\s*(\d\d?)[日일]")
_IN_PATH = re.compile(
    r"/((?:19|20)\d\d)(?:[/-](\d\d?|[a-z]{3,9})(?:[/-](\d\d?)(?=[/._-]|$))?)?(?=[/._-])", re.I
)


def read_date(text: str) -> datetime | None:
    """ISO 8601, RFC 822 or a date within a short text; aware only where the text names a zone. Else None."""
    text = text.strip()
    if not text or len(text) > 400:
        return None
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return parse(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    found = find_date(text)
    if found:
        return datetime(found.year, found.month, found.day)
    return None


def find_date(text: str) -> date | None:
    """The first full date within a text."""
    for pattern, order in (
        (_ISO, (0, 1, 2)),
        (_CJK, (0, 1, 2)),
        (_DAY_FIRST, (2, 1, 0)),
        (_MONTH_FIRST, (2, 0, 1)),
    ):
        if found := pattern.search(text):
            groups = found.groups()
            return _date(*(groups[i] for i in order))
    return None


def path_date(url: str) -> date | None:
    """The date that a URL's path holds, down to the day or else to the first of its month."""
    if (
        "/20" not in url and "/19" not in url and "%" not in url
    ):  # most, which need not be taken apart
        return None
    try:
        found = _IN_PATH.search(unquote(path_and_query(url)[0]))
    except ValueError:
        return None
    if found and found[2]:
        return _date(found[1], found[2], found[3] or "1")
    return None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(
            int(year), int(month) if month.isdigit() else _MONTHS[month[:3].lower()], int(day)
        )
    except (ValueError, KeyError):
        return None
