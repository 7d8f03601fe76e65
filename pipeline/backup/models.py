"""One row for each time that a backup was made, or tried."""

from datetime import timedelta

from django.db import models
from django.utils import timezone


class BackupQuerySet(models.QuerySet["Backup"]):
    def made(self) -> "BackupQuerySet":
        """Return those that are there in full."""
        return self.filter(size_bytes__isnull=False)

    def unfinished(self) -> "BackupQuerySet":
        """Return the one that is being made, and those whose process died."""
        return self.filter(finished_at=None)


class Backup(models.Model):
    """A backup: made where it has a size, failed where it has an error.

    One that could be made and not copied has both.
    """

    name = models.CharField(max_length=60, help_text="of the file")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    size_bytes = models.BigIntegerField(null=True)
    rows = models.BigIntegerField(null=True, help_text="counted in the file")
    copied_to = models.CharField(max_length=63, blank=True, help_text="the bucket")
    error = models.TextField(blank=True)

    objects = BackupQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["started_at"], name="backup_started")]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """One word for people."""
        if self.finished_at is None:
            return "in progress"
        if self.error:
            return "failed"
        return "made"

    @property
    def look(self) -> str:
        """The state of a run that looks like it."""
        looks = {"in progress": "running", "made": "finished"}
        return looks.get(self.state, "failed")

    @property
    def duration(self) -> timedelta | None:
        """How long it took."""
        if self.finished_at is None:
            return None
        return self.finished_at - self.started_at
