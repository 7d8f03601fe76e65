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


class LearnedSource(models.Model):
    """What discovery learned at one start URL when it last found articles there."""

    address = models.TextField(primary_key=True)
    host = models.CharField(max_length=255, db_index=True, help_text="as a source's")
    learned = models.JSONField(help_text="the fields of a LearnedSite")
    learned_at = models.DateTimeField()

    class Meta:
        app_label = "pipeline"

    def __str__(self) -> str:
        return self.address


class SourceRule(models.Model):
    """What discovery is to take from a site, or to leave, whatever it learns."""

    class Verdict(models.TextChoices):
        PIN = "pin", "Pin"
        FORBID = "forbid", "Forbid"

    class Kind(models.TextChoices):
        SOURCE = "source", "Feed or sitemap"
        LIST = "list", "List page"
        PATTERN = "pattern", "URL pattern"

    host = models.CharField(max_length=255, help_text="as a source's")
    verdict = models.CharField(max_length=10, choices=Verdict)
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.TextField(help_text="a URL or a pattern")
    note = models.CharField(max_length=300, blank=True, help_text="why")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "pipeline"
        ordering = ["host", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["host", "kind", "value"], name="source_rule_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} {self.get_kind_display()} {self.value} of {self.host}"
