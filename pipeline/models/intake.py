"""Whether the workers of a stage take messages.

People pause and resume a stage's intake; its workers read the row every few seconds, and when they
start.
"""

from django.db import models


class StageIntakeQuerySet(models.QuerySet["StageIntake"]):
    """Intakes of several stages."""

    def paused(self) -> "StageIntakeQuerySet":
        """Return those that are paused now."""
        return self.filter(paused_at__isnull=False)


class StageIntake(models.Model):
    """A stage that was paused at least once. One without a row takes messages."""

    stage = models.CharField(max_length=20, primary_key=True)
    paused_at = models.DateTimeField(
        null=True, help_text="empty while messages are taken"
    )
    paused_by = models.CharField(max_length=150, default="", blank=True)
    resumed_at = models.DateTimeField(null=True, help_text="when it was resumed last")

    objects = StageIntakeQuerySet.as_manager()

    class Meta:
        app_label = "pipeline"

    def __str__(self) -> str:
        return self.stage
