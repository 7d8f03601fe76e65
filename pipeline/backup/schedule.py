"""When the next backup is due, and since when one is overdue."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Source
from pipeline.backup.models import Backup
from pipeline.models import Run
from pipeline.runs.schedules import Schedule, describe, moments, parse

RETRY_AFTER = timedelta(hours=1)  # one that failed
GRACE = timedelta(hours=2)  # after its time a backup is overdue


@lru_cache(maxsize=4)
def _parsed(words: str, time_zone: str) -> Schedule:
    return parse(words, time_zone)


def schedule() -> Schedule | None:
    """Return what BACKUP_SCHEDULE says; None where backups are not scheduled."""
    if not settings.BACKUP_SCHEDULE:
        return None
    return _parsed(settings.BACKUP_SCHEDULE, settings.TIME_ZONE)


def next_at(now: datetime) -> datetime | None:
    """Return when a backup is due: not after now where it is; None without a schedule.

    The first is due as soon as there is something to keep, and one that failed is tried again after
    an hour.
    """
    by = schedule()
    if by is None:
        return None
    last = Backup.objects.first()
    if last is None:
        return now if has_content() else None
    regular = _next_after(by, last.started_at)
    if last.state == "made":
        return regular
    return min(regular, last.started_at + RETRY_AFTER)


def has_content() -> bool:
    """Whether somebody has used this database. A backup of one that is new, and about to be
    restored, would be the latest, and take the place of another of its day."""
    return Source.objects.exists() or Run.objects.exists()


def _next_after(by: Schedule, moment: datetime) -> datetime:
    return moments(by, 1, now=moment, base=moment)[0]


@dataclass(frozen=True, slots=True)
class Status:
    """How the backups are, for a page."""

    schedule: str
    last: Backup | None  # that was made
    next_at: datetime | None
    overdue_since: datetime | None
    trouble: str  # in a few words
    reason: str  # in a sentence


def status(now: datetime | None = None) -> Status:
    """Return how the backups are: `trouble` is empty where all is well, or none are scheduled."""
    now = now or timezone.now()
    by = schedule()
    made = Backup.objects.made().first()
    if by is None:
        return Status("", made, None, None, "", "")
    since = _overdue_since(by, made, now)
    trouble, reason = _trouble(made, since)
    return Status(describe(by), made, next_at(now), since, trouble, reason)


def _overdue_since(by: Schedule, made: Backup | None, now: datetime) -> datetime | None:
    if made is None:
        return None
    expected = _next_after(by, made.started_at) + GRACE
    if expected <= now:
        return expected
    return None


def _trouble(made: Backup | None, since: datetime | None) -> tuple[str, str]:
    newest = Backup.objects.exclude(finished_at=None).first()
    if newest and newest.error:
        return _("Backup failed"), newest.error
    if since:
        return _("Backup overdue"), _("Check that the process `backup` is running.")
    if made is None and has_content():
        first = _("The first is made as soon as `backup` is running.")
        return _("No backup yet"), first
    return "", ""
