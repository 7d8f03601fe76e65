"""What a source said the last time."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
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


class KnownFeedQuerySet(models.QuerySet["KnownFeed"]):
    """Feeds by source and by what became of them."""

    def of_source(self, host: str) -> KnownFeedQuerySet:
        """Return the feeds of a source's host, those that changed last first."""
        newest_first = models.F("changed_at").desc(nulls_last=True)
        return self.filter(host=host.partition("/")[0]).order_by(
            newest_first, "address"
        )

    def changed_since(self, moment: datetime) -> KnownFeedQuerySet:
        """Return those that changed since then and are not as they were."""
        return self.filter(changed_at__gt=moment).exclude(state=KnownFeed.State.OK)


class KnownFeed(models.Model):
    """A feed that a run read, and what it was like at the last look."""

    class State(models.TextChoices):
        OK = "ok", "Read"
        MOVED = "moved", "Redirects"
        GONE = "gone", "Gone"
        EMPTY = "empty", "Empty"
        NO_FEED = "no-feed", "Not a feed any more"
        REPLACED = "replaced", "Replaced"

    address = models.TextField(primary_key=True)
    host = models.CharField(max_length=255, db_index=True, help_text="as a source's")
    starts = ArrayField(
        models.TextField(), help_text="the start URLs of the run that looked last"
    )
    state = models.CharField(max_length=10, choices=State)
    moved_to = models.TextField(
        blank=True, help_text="where it redirects, or the feed in its place"
    )
    entries = models.PositiveIntegerField(default=0, help_text="when it last had some")
    run = models.BigIntegerField(help_text="that looked last")
    read_at = models.DateTimeField(help_text="when that was")
    changed_at = models.DateTimeField(
        null=True, db_index=True, help_text="when it changed for the worse"
    )

    objects = KnownFeedQuerySet.as_manager()

    class Meta:
        app_label = "pipeline"

    def __str__(self) -> str:
        return self.address

    @property
    def trouble(self) -> str:
        """What became of it, in a sentence; "" where it is read as it was."""
        return {
            self.State.MOVED: f"The feed {self.address} redirects to {self.moved_to}.",
            self.State.GONE: f"The feed {self.address} is gone.",
            self.State.EMPTY: f"The feed {self.address} became empty.",
            self.State.NO_FEED: f"{self.address} is not a feed any more.",
            self.State.REPLACED: f"The feed {self.address} is not announced any more; {self.moved_to} is.",
        }.get(self.State(self.state), "")
