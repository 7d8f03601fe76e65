"""Comparisons of large runs, kept."""

from __future__ import annotations

from django.db import models

from pipeline.models.run import Run


class ComparedRuns(models.Model):
    """What the later of two large runs found otherwise, kept because to ask takes seconds; see
    comparison.py.
    """

    before = models.ForeignKey(
        Run, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    after = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    before_finished_at = models.DateTimeField(
        null=True, help_text="a run that went on since has ended at another time"
    )
    after_finished_at = models.DateTimeField(null=True)
    found = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["before", "after"], name="compared_once")
        ]

    def __str__(self) -> str:
        return f"run {self.after_id} beside run {self.before_id}"
