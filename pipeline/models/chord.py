"""The accounting of chords."""

from __future__ import annotations

from django.db import models


class Chord(models.Model):
    """How far a chord has come. See pipeline/broker/chords.py."""

    group_id = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    fired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.group_id}: {self.done} of {self.size}"


class ChordPart(models.Model):
    """A header task that has been counted.

    Its existence is what makes counting it twice impossible.
    """

    pk = models.CompositePrimaryKey("group_id", "task_id")
    group_id = models.CharField(max_length=64)
    task_id = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.task_id
