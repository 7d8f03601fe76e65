"""When a crontab comes next, by the clock on the wall of its time zone, also when that is set back
or forward.

As cron does it: what comes every hour comes as often as hours pass; what comes at an hour of its
own comes once a day, and where that hour is skipped, as much later as the clock was set forward.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

EVERY_HOUR = frozenset(range(24))
MAX_DAYS = 366 * 9  # between two times: the 29th of February may be eight years away
DAYS_KEPT = 64


class NeverComes(ValueError):
    """No day of the calendar fits."""


@dataclass(frozen=True, slots=True)
class Crontab:
    """The five fields as sets of numbers (Sunday is 0), and the time zone."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days_of_month: frozenset[int]
    months: frozenset[int]
    days_of_week: frozenset[int]
    zone: tzinfo

    def fits(self, day: date) -> bool:
        """Whether it comes on this day."""
        return (
            day.month in self.months
            and day.day in self.days_of_month
            and day.isoweekday() % 7 in self.days_of_week
        )


def next_after(crontab: Crontab, moment: datetime) -> datetime:
    """Return the next time after an aware `moment`, in the crontab's zone. Raises NeverComes."""
    day = moment.astimezone(crontab.zone).date() - timedelta(days=1)
    for _ in range(MAX_DAYS):
        if crontab.fits(day):
            for at in _times_of(crontab, day):
                if at > moment:
                    return at.astimezone(crontab.zone)
        day += timedelta(days=1)
    raise NeverComes("it never comes")


@lru_cache(maxsize=DAYS_KEPT)
def _times_of(crontab: Crontab, day: date) -> list[datetime]:
    """Return the times of a day, in UTC and in their order."""
    walls = (
        datetime.combine(day, time(hour, minute))
        for hour in crontab.hours
        for minute in crontab.minutes
    )
    return sorted({at for wall in walls for at in _moments_of(crontab, wall)})


def _moments_of(crontab: Crontab, wall: datetime) -> Iterator[datetime]:
    """When the clock shows `wall`: once; twice where it is set back, for what comes every hour.

    Where the clock is set forward past it: as much later.
    """
    first = wall.replace(tzinfo=crontab.zone).astimezone(UTC)
    second = wall.replace(tzinfo=crontab.zone, fold=1).astimezone(UTC)
    yield first
    if second > first and crontab.hours == EVERY_HOUR:
        yield second
