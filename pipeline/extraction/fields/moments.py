"""Moments in time, read from what machines and URLs write. A day that is not stated is not made up."""

import re
import warnings
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from dateutil import parser as dateparser

from pipeline.extraction.fields import datelines

EARLIEST = 1990
PERMALINK = re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?=/|$)")
IN_NAME = re.compile(
    r"[/_-]((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})(?=[/_.-]|$)|/((?:19|20)\d\d)(\d\d)(\d\d)(?=[/_.-])"
)


class Moment(NamedTuple):
    """A point in time, aware where its zone is known; `precision` is "day" or "second"."""

    when: datetime
    precision: str


def read(value: str) -> Moment | None:
    """A date as machines write it; None where it is none, lacks its day, or is beyond reason."""
    value = value.strip()[:60]
    when = _parse(value)
    if when is None or when.year < EARLIEST or when.date() > _tomorrow():
        return None
    has_time = bool(re.search(r"\d:\d\d|T\d{4}", value)) and not re.search(
        r"T00:00(?::00(?:\.0+)?)?(?:Z|\+00:?00)?$", value
    )
    if has_time:
        return Moment(when, "second")
    return Moment(when.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None), "day")


def in_url(url: str, pattern: re.Pattern[str]) -> Moment | None:
    """The day that a URL's path spells out; nothing where it names only a month."""
    match = pattern.search(urlsplit(url).path)
    try:
        if match:
            numbers = [int(g) for g in match.groups() if g]
        else:
            numbers = [0, 0, 0]
        return reasonable(datetime(*numbers))  # type: ignore[arg-type]
    except ValueError:
        return None


def given(when: datetime | None) -> Moment | None:
    """A moment from a source that knows its format; midnight sharp means that it knew only the day."""
    if when is None:
        return None
    return Moment(when, "second" if (when.hour, when.minute, when.second) != (0, 0, 0) else "day")


def reasonable(when: datetime) -> Moment | None:
    if when.year >= EARLIEST and when.date() <= _tomorrow():
        return Moment(when, "day")
    return None


def _parse(value: str) -> datetime | None:
    try:
        if re.match(r"\d{4}-\d\d-\d\d", value):
            return datetime.fromisoformat(value)
        return _parse_loosely(value)
    except ValueError:
        return _parse_loosely(value)


def _parse_loosely(value: str) -> datetime | None:
    if len(value) < 8 or not any(c.isdigit() for c in value):
        return None
    if re.match(r"\d{1,2}[.-]\d{1,2}[.-]\d{4}", value):
        return next(iter(datelines.find(value[:10])), None)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # an unknown time zone name leaves the time naive, which is what we want
            first, second = (dateparser.parse(value, default=datetime(2000, n, n)) for n in (1, 2))
    except (ValueError, OverflowError, TypeError, AttributeError, IndexError):
        return None
    return first if first == second else None  # what differs was not in the value


def _tomorrow() -> date:
    return (datetime.now(UTC) + timedelta(days=1)).date()
