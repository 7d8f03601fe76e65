"""How long what is kept of a source stays, where that is not as for all."""

from __future__ import annotations

from django.db import models

from catalog.models import Source


class SourceRetention(models.Model):
    """Days of a source; where one is empty, the setting for all sources counts."""

    MAX_DAYS = 36_500

    source = models.OneToOneField(
        Source, on_delete=models.CASCADE, primary_key=True, related_name="retention"
    )
    article_days = models.PositiveIntegerField(
        null=True, blank=True, help_text="since an article was first stored; 0 forever"
    )
    version_days = models.PositiveIntegerField(
        null=True, blank=True, help_text="since a newer version took its place"
    )
    snapshot_days = models.PositiveIntegerField(
        null=True, blank=True, help_text="since a page was fetched, the newest too"
    )

    class Meta:
        app_label = "pipeline"

    def __str__(self) -> str:
        return f"retention of source {self.source_id}"
