"""Moments in time, read from what machines and URLs write. A day that is not stated is not made
up."""

import re
import warnings
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from dateutil import parser as dateparser

from pipeline.extraction.fields import datelines

EARLIEST = 1990
MAX_LENGTH = 60  # characters of a date
EPOCH = re.compile(r"\d{10}(?:\d{3})?$")
ISO = re.compile(r"\d{4}-\d\d-\d\d")
NUMBERS = re.compile(r"\b\d{1,2}([./-])\d{1,2}[./-]\d{4}")
PERMALINK = re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?=/|$)")
IN_NAME = re.compile(
    r"[/_-]((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})(?=[/_.-]|$)|/((?:19|20)\d\d)(\d\d)(\d\d)(?=[/_.-])"
)


class Moment(NamedTuple):
    """A point in time, aware where its zone is known; `precision` is "day" or "second"."""

    when: datetime
    precision: str


def read(value: str, month_first: bool = True) -> Moment | None:
    """Return a date as machines write it; None where it is none, lacks its day, or is beyond
    reason.

    `month_first`: whether 03/04/2024 is 4 March.
    """
    value = value.strip()[:MAX_LENGTH]
    when = _parse(value, month_first)
    if when is None:
        return None
    if reasonable(when) and _states_a_time(value, when):
        return Moment(when, "second")
    return reasonable(when)


def _states_a_time(value: str, when: datetime) -> bool:
    is_stated = re.search(r"\d:\d\d|T\d{4}|^\d{10,13}$", value) is not None
    is_midnight = (when.hour, when.minute, when.second) == (0, 0, 0)
    return is_stated and not is_midnight


def in_url(url: str, pattern: re.Pattern[str]) -> Moment | None:
    """Return the day that a URL's path spells out; nothing where it names only a month."""
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
    """Return a moment from a source that knows its format; midnight sharp means that it knew only
    the day."""
    if when is None or reasonable(when) is None:
        return None
    if (when.hour, when.minute, when.second) == (0, 0, 0):
        return Moment(when, "day")
    return Moment(when, "second")


def reasonable(when: datetime) -> Moment | None:
    """Return the day of a moment, or None for what no page can have: before the web, or in the
    future."""
    if when.year < EARLIEST or when.date() > _tomorrow():
        return None
    return Moment(
        when.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None), "day"
    )


def _parse(value: str, month_first: bool) -> datetime | None:
    if EPOCH.match(value):
        return _from_epoch(value)
    if ISO.match(value):
        with suppress(ValueError):
            return datetime.fromisoformat(value)
    return _parse_loosely(value, month_first)


def _from_epoch(value: str) -> datetime | None:
    """Seconds, or milliseconds, since 1970."""
    seconds = int(value[:10])
    return datetime.fromtimestamp(seconds, UTC)


def _parse_loosely(value: str, month_first: bool) -> datetime | None:
    if len(value) < 8 or not any(c.isdigit() for c in value):
        return None
    numbers = NUMBERS.search(value)
    day_first = numbers is not None and (numbers[1] != "/" or not month_first)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # an unknown name of a zone leaves the time naive
            first = dateparser.parse(
                value, default=datetime(2000, 1, 1), dayfirst=day_first
            )
            second = dateparser.parse(
                value, default=datetime(2000, 2, 2), dayfirst=day_first
            )
    except (ValueError, OverflowError, TypeError, AttributeError, IndexError):
        return next(iter(datelines.find(value, month_first)), None)
    if first == second:
        return first
    return None  # what differs was not in the value


def _tomorrow() -> date:
    return (datetime.now(UTC) + timedelta(days=1)).date()
