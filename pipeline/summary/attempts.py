"""How long a run worked: a run that ended and was taken up again was idle in between."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from pipeline.models import Run


@dataclass(frozen=True, slots=True)
class Work:
    """The attempts of a run, and how long they took together; `until` is its end, or now."""

    attempts: int
    took: timedelta
    until: datetime

    @property
    def began(self) -> datetime:
        """When it would have begun without the time in between."""
        return self.until - self.took


def work_of(run: Run, now: datetime | None = None) -> Work:
    """Add up the times from each begin to the end that followed."""
    until = run.finished_at or now or timezone.now()
    began: datetime | None = run.started_at or run.created_at
    took = timedelta()
    attempts = 1
    for event in run.events.order_by("pk"):
        if event.before in Run.ENDED:
            began = event.at
            attempts += 1
        elif event.after in Run.ENDED and began:
            took += max(event.at - began, timedelta())
            began = None
    if began:
        took += max(until - began, timedelta())
    return Work(attempts, took, until)
