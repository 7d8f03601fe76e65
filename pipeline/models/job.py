"""Saved crawl options."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django_celery_beat.models import PeriodicTask

from catalog.paths import path_to
from pipeline.core.url import hosts_of


class Job(models.Model):
    """Saved crawl options, run by hand or on a schedule. Never two of its runs at once."""

    name = models.CharField(max_length=200, unique=True)
    parameters = models.JSONField(default=dict, help_text="as a run's")
    hosts = ArrayField(
        models.TextField(),
        default=list,
        db_default=[],
        editable=False,
        help_text="of its start URLs, as a source's",
    )
    schedule = models.OneToOneField(
        PeriodicTask, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        indexes = [GinIndex(fields=["hosts"], name="job_hosts")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it with the hosts of its start URLs, by which it is found."""
        self.hosts = sorted(hosts_of(self.parameters.get("addresses", [])))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return path_to("job", self.pk)
