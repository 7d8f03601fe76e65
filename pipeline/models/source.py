"""What a source said the last time."""

from __future__ import annotations

from django.db import models


class SourceCacheEntry(models.Model):
    """What a feed, sitemap or list said the last time, so that an unchanged one need not be read
    again.
    """

    address = models.TextField(primary_key=True)
    host = models.CharField(max_length=255, db_index=True)
    memory = models.JSONField()
    read_at = models.DateTimeField(help_text="when it was last read in full")

    def __str__(self) -> str:
        return self.address
