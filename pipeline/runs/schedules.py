"""Schedules: as words (`every 6 hours`, or five fields of crontab), as the fields of a form, as the
moments to come.
"""

import math
import re
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from pipeline.broker.beat import crontab_of
from pipeline.core.crontab import next_after

EVERY = re.compile(r"every\s+(\d{1,5})\s+(minute|hour|day)s?")
CRONTAB_FIELDS = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
DAYS = (
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
)  # as crontab counts them
WEEKDAYS = {str(number % 7): DAYS[number % 7] for number in range(1, 8)}
HOURLY = re.compile(r"(\d{1,2}) \* \* \* \*")
DAILY = re.compile(r"(\d{1,2}) (\d{1,2}) \* \* ([0-6](?:,[0-6])*|\*)")

Schedule = Any  # IntervalSchedule or CrontabSchedule; they come without types


def parse(words: str, time_zone: str = "UTC") -> Schedule:
    """Return the schedule, not saved. Raises ValidationError, which says what is wrong with the
    words."""
    if match := EVERY.fullmatch(words.strip()):
        if not int(match[1]):
            raise ValidationError("every 0 is no schedule")
        return IntervalSchedule(every=int(match[1]), period=f"{match[2]}s")
    fields = words.split()
    if len(fields) != len(CRONTAB_FIELDS):
        raise ValidationError(
            f"{words!r} is neither `every N minutes|hours|days` nor five fields of crontab"
        )
    try:
        zone = ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError) as error:
        raise ValidationError(f"there is no time zone {time_zone}") from error
    crontab = CrontabSchedule(
        **dict(zip(CRONTAB_FIELDS, fields, strict=True)), timezone=zone
    )
    try:
        crontab.full_clean(exclude=["timezone"])
        moments(crontab, 1)
    except (ValueError, TypeError) as error:
        raise ValidationError(f"{words!r} is no crontab: {error}") from error
    return crontab


def shared_row(schedule: Schedule) -> Schedule:
    """Return the stored row of this schedule, making one where there is none: equal schedules
    share a row."""
    names: tuple[str, ...]
    if isinstance(schedule, IntervalSchedule):
        names = ("every", "period")
    else:
        names = (*CRONTAB_FIELDS, "timezone")
    values = {name: getattr(schedule, name) for name in names}
    same = type(schedule).objects.filter(**values).first()
    if same is not None:
        return same
    schedule.save()
    return schedule


def schedule_of(task: PeriodicTask) -> Schedule:
    """Return the schedule of beat's task."""
    found: Schedule = task.interval or task.crontab
    return found


def moments(
    schedule: Schedule,
    count: int = 3,
    now: datetime | None = None,
    base: datetime | None = None,
) -> list[datetime]:
    """Return the next times after `now`; `base` is when an interval began."""
    now = now or timezone.now()
    if isinstance(schedule, IntervalSchedule):
        every = timedelta(**{schedule.period: schedule.every})
        base = base or now
        first = math.floor((now - base) / every) + 1
        return [base + every * number for number in range(first, first + count)]
    crontab = crontab_of(schedule.schedule)
    found = [next_after(crontab, now)]
    while len(found) < count:
        found.append(next_after(crontab, found[-1]))
    return found


def next_times(
    task: PeriodicTask, count: int = 3, now: datetime | None = None
) -> list[datetime]:
    """When beat will send the task; nothing where it is paused."""
    if not task.enabled:
        return []
    return moments(schedule_of(task), count, now, task.last_run_at or task.date_changed)


def describe(schedule: Schedule) -> str:
    """Return the schedule for a person, in the language of the reader."""
    if isinstance(schedule, IntervalSchedule):
        return _every(schedule.every, schedule.period)
    values = fields_of(schedule)
    zone = str(schedule.timezone)
    if zone == "UTC":
        where = ""
    else:
        where = f" ({zone})"
    if values["repeat"] == "hour":
        return _("every hour, %(minute)s minutes past") % {"minute": values["minute"]}
    if values["repeat"] == "cron":
        return _("crontab %(cron)s") % {"cron": values["cron"] + where}
    time_of_day = f"{values['at']:%H:%M}{where}"
    if values["repeat"] == "day":
        return _("every day at %(time)s") % {"time": time_of_day}
    *days, last = (_(WEEKDAYS[day]) for day in values["days"])
    names = last
    if days:
        names = _("%(days)s and %(last)s") % {"days": ", ".join(days), "last": last}
    return _("every %(days)s at %(time)s") % {"days": names, "time": time_of_day}


def _every(number: int, unit: str) -> str:
    texts = {
        "days": ngettext("every day", "every %(number)d days", number),
        "hours": ngettext("every hour", "every %(number)d hours", number),
        "minutes": ngettext("every minute", "every %(number)d minutes", number),
        "seconds": ngettext("every second", "every %(number)d seconds", number),
    }
    return texts.get(unit, f"every %(number)d {unit}") % {"number": number}


def fields_of(schedule: Schedule | None) -> dict[str, Any]:
    """Return the schedule as the fields of the form."""
    if schedule is None:
        return {"repeat": ""}
    if isinstance(schedule, IntervalSchedule):
        return {"repeat": "interval", "number": schedule.every, "unit": schedule.period}
    words = " ".join(getattr(schedule, name) for name in CRONTAB_FIELDS)
    rest = {"cron": words, "time_zone": str(schedule.timezone)}
    if (match := HOURLY.fullmatch(words)) and int(match[1]) < 60:
        return {**rest, "repeat": "hour", "minute": int(match[1])}
    if match := DAILY.fullmatch(words):
        at = time(int(match[2]), int(match[1]))
        days = [day for day in WEEKDAYS if day in match[3].split(",")]
        return {**rest, "repeat": "week" if days else "day", "at": at, "days": days}
    return {**rest, "repeat": "cron"}


def words_of(values: dict[str, Any]) -> str:
    """Return the fields of the form as words; "" for none.

    The fields that its `repeat` needs are filled.
    """
    repeat = values.get("repeat")
    at = values.get("at") or time(6)
    if repeat == "hour":
        return f"{values.get('minute') or 0} * * * *"
    if repeat == "day":
        return f"{at.minute} {at.hour} * * *"
    if repeat == "week":
        return f"{at.minute} {at.hour} * * {','.join(values['days'])}"
    if repeat == "interval":
        return f"every {values['number']} {values['unit']}"
    if repeat == "cron":
        return str(values["cron"])
    return ""
