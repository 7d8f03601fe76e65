"""Saved crawl options."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django_celery_beat.models import PeriodicTask


class Job(models.Model):
    """Saved crawl options, run by hand or on a schedule. Never two of its runs at once."""

    name = models.CharField(max_length=200, unique=True)
    parameters = models.JSONField(default=dict, help_text="as a run's")
    schedule = models.OneToOneField(
        PeriodicTask, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.pk])
