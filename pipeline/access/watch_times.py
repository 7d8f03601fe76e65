"""When a digest is due, and when nothing is sent, by the clock of the person's time zone. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop as _

from pipeline.core.crontab import EVERY_HOUR, Crontab, next_after

EACH = "each"
HOURLY = "hourly"
DAILY = "daily"
WEEKLY = "weekly"
RHYTHMS = {
    EACH: _("Each article at once"),
    HOURLY: _("An hourly digest"),
    DAILY: _("A daily digest"),
    WEEKLY: _("A weekly digest"),
}
WEEKDAYS = {
    1: _("Monday"),
    2: _("Tuesday"),
    3: _("Wednesday"),
    4: _("Thursday"),
    5: _("Friday"),
    6: _("Saturday"),
    7: _("Sunday"),
}
ANY_DAY = frozenset(range(1, 32))
ANY_MONTH = frozenset(range(1, 13))
ANY_WEEKDAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Nothing is sent from `begin` until `end`, which may be on the next day."""

    begin: time
    end: time
    zone: ZoneInfo

    def end_of(self, moment: datetime) -> datetime:
        """Return when it is quiet no more: the moment itself where it is not quiet."""
        if self.begin == self.end:
            return moment
        local = moment.astimezone(self.zone)
        now = local.time()
        overnight = self.begin > self.end
        if overnight:
            is_quiet = now >= self.begin or now < self.end
        else:
            is_quiet = self.begin <= now < self.end
        if not is_quiet:
            return moment
        day = local.date()
        if overnight and now >= self.begin:
            day += timedelta(days=1)
        return datetime.combine(day, self.end, tzinfo=self.zone)


def next_digest(
    rhythm: str, at: time, weekday: int, zone: ZoneInfo, now: datetime
) -> datetime | None:
    """Return when the next digest after `now` is due; None where each article is told at once.

    `weekday`: 1 is Monday, as in WEEKDAYS; it counts for weekly digests.
    """
    if rhythm == EACH:
        return None
    hours = frozenset([at.hour])
    minutes = frozenset([at.minute])
    if rhythm == HOURLY:
        hours = EVERY_HOUR
        minutes = frozenset([0])
    weekdays = ANY_WEEKDAY
    if rhythm == WEEKLY:
        weekdays = frozenset([weekday % 7])
    crontab = Crontab(minutes, hours, ANY_DAY, ANY_MONTH, weekdays, zone)
    return next_after(crontab, now)
