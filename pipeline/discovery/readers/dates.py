"""Dates as sources write them. Numbers alone in day-month order are left alone: nobody can tell
which is which.
"""

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

from pipeline.core.url import path_and_query

FIRST_YEAR = 1980  # earlier ones are defaults of programs: 0001, 1900, 1970
_MAX_LENGTH = 400
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_ISO = re.compile(r"\b((?:19|20)\d\d)[-/.](\d\d?)[-/.](\d\d?)(?!\d)")
_DAY_FIRST = re.compile(
    rf"\b(\d\d?)(?:st|nd|rd|th)?(?: of)?[ -]{_MONTH},?[ -]((?:19|20)\d\d)\b", re.I
)
_MONTH_FIRST = re.compile(
    rf"\b{_MONTH} (\d\d?)(?:st|nd|rd|th)?,? ((?:19|20)\d\d)\b", re.I
)
_CJK = re.compile(r"((?:19|20)\d\d)[年년]\s{0,4}(\d\d?)[月월]\s{0,4}(\d\d?)[日일]")
# Each pattern with the places of year, month and day among its groups.
_PATTERNS = (
    (_ISO, (0, 1, 2)),
    (_CJK, (0, 1, 2)),
    (_DAY_FIRST, (2, 1, 0)),
    (_MONTH_FIRST, (2, 0, 1)),
)
_IN_PATH = re.compile(
    r"/((?:19|20)\d\d)(?:[/-](\d\d?|[a-z]{3,9})(?:[/-](\d\d?)(?=[/._-]|$))?)?(?=[/._-])",
    re.I,
)
# A year such as 0001, which parsers of e-mail dates read as 2001; not a time of day nor its zone.
_YEAR_ZERO = re.compile(r"(?<![\d:.+-])0\d{3}(?![\d:.]|\s*[AaPp][Mm])")


def read_date(text: str) -> datetime | None:
    """ISO 8601, RFC 822 or a date within a short text; aware only where the text names a zone.
    Else None.

    Dates before `FIRST_YEAR` are none: they are what programs write where they know no date.
    """
    text = text.strip()
    if not text or len(text) > _MAX_LENGTH:
        return None
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = parse(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if _is_credible(found, text):
            return found
        return None
    day = find_date(text)
    if day:
        return datetime(day.year, day.month, day.day)
    return None


def find_date(text: str) -> date | None:
    """Return the first full date within a text."""
    for pattern, order in _PATTERNS:
        found = pattern.search(text)
        if found:
            groups = found.groups()
            return _date(*(groups[place] for place in order))
    return None


def path_date(url: str) -> date | None:
    """Return the date that a URL's path holds, down to the day or else to the first of its
    month."""
    if (
        "/20" not in url and "/19" not in url and "%" not in url
    ):  # most need not be parsed
        return None
    try:
        found = _IN_PATH.search(unquote(path_and_query(url)[0]))
    except ValueError:
        return None
    if found and found[2]:
        return _date(found[1], found[2], found[3] or "1")
    return None


def _is_credible(found: datetime, text: str) -> bool:
    return found.year >= FIRST_YEAR and not has_year_zero(text)


def has_year_zero(text: str) -> bool:
    """Whether the text holds a year before 1000: what programs write where they know no date."""
    return _YEAR_ZERO.search(text[:_MAX_LENGTH]) is not None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        if month.isdigit():
            number = int(month)
        else:
            number = _MONTHS[month[:3].lower()]
        found = date(int(year), number, int(day))
    except (ValueError, KeyError):
        return None
    if found.year >= FIRST_YEAR:
        return found
    return None
