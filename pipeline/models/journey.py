"""A URL of a run, and the batch that it goes out with."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from catalog.models import Article
from catalog.paths import path_to
from pipeline.core.stages import STAGES
from pipeline.models.run import Run
from pipeline.models.snapshot import Snapshot


class Batch(models.Model):
    """A part of a run that goes to the broker as one chord."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="batches")
    number = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    claimed_at = models.DateTimeField(
        null=True, blank=True, help_text="a worker set about publishing it"
    )
    claimant = models.IntegerField(
        null=True, blank=True, help_text="PostgreSQL's process id for that worker"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["run", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="batch_once")
        ]

    def __str__(self) -> str:
        return f"batch {self.number} of run {self.run_id}"


class JourneyQuerySet(models.QuerySet["Journey"]):
    """Changes of many journeys at once. Filter by key, not by state: the state is what changes."""

    def reset(self, now: datetime) -> int:
        """Make journeys pending again; one that never got beyond discovery is fetched.

        Attempts stay on record.

        Returns how many they are.
        """
        self.filter(stage="discover").update(stage="fetch")
        return self.update(
            state=Journey.State.PENDING,
            reason="",
            detail="",
            ended_at=None,
            in_progress=False,
            crash_count=0,
            resend_count=0,
            queued_at=now,
        )

    def skip(self, reason: str, detail: str, now: datetime) -> int:
        """End the pending ones among them as skipped; returns how many they are."""
        return self._end(Journey.State.SKIPPED, reason, detail, now)

    def fail(self, reason: str, detail: str, now: datetime) -> int:
        """End the pending ones among them as failed; returns how many they are."""
        return self._end(Journey.State.FAILED, reason, detail, now)

    def _end(self, state: str, reason: str, detail: str, now: datetime) -> int:
        return self.filter(state=Journey.State.PENDING).update(
            state=state,
            reason=reason,
            detail=detail,
            in_progress=False,
            ended_at=now,
        )


class Journey(models.Model):
    """One URL in one run: where it is, or where and why it ended."""

    class State(models.TextChoices):
        PENDING = "pending"
        STORED = "stored"
        UNCHANGED = "unchanged"
        DUPLICATE = "duplicate"
        SKIPPED = "skipped"
        FAILED = "failed"

    class Override(models.TextChoices):
        """What a person wanted of a URL whatever the rules say."""

        NONE = ""
        FETCH = "fetch", "fetched, changed or not"
        RULES = "rules", "saved, whatever the rules say"

    run = models.ForeignKey(
        Run, on_delete=models.CASCADE, related_name="journeys", db_index=False
    )
    batch = models.ForeignKey(
        Batch, null=True, blank=True, on_delete=models.CASCADE, related_name="journeys"
    )
    url = models.TextField()
    key = models.TextField()
    score = models.FloatField(default=0)
    reasons = models.JSONField(
        default=list, help_text="why discovery took it, or did not"
    )
    found_in = models.JSONField(default=list)
    source_metadata = models.JSONField(
        default=dict, help_text="what the source says of the article"
    )
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.PENDING
    )
    stage = models.CharField(
        max_length=10, choices=[(s, s) for s in STAGES], default="fetch"
    )
    in_progress = models.BooleanField(
        default=False, help_text="a worker has it in hand"
    )
    reason = models.CharField(max_length=60, blank=True)
    detail = models.TextField(blank=True)
    attempts = models.JSONField(
        default=list, help_text="[stage, reason, when] of each try that came to nothing"
    )
    crash_count = models.PositiveSmallIntegerField(
        default=0, help_text="entries in a row into this stage that never left it"
    )
    timings = models.JSONField(default=dict, help_text="seconds of work by stage")
    bytes = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField(
        null=True, blank=True, help_text="since when it waits for its stage"
    )
    claimed_at = models.DateTimeField(
        null=True, blank=True, help_text="when a worker last took it in hand"
    )
    resend_count = models.PositiveSmallIntegerField(
        default=0, help_text="times that the reconciler sent it again"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    override = models.CharField(
        max_length=5, blank=True, choices=Override.choices, default=Override.NONE
    )
    snapshot = models.ForeignKey(
        Snapshot, null=True, blank=True, on_delete=models.SET_NULL, db_index=False
    )
    article = models.ForeignKey(
        Article,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )

    objects = JourneyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "key"], name="journey_once_a_run")
        ]
        # As few as will do: each stage writes a row of most of them anew.
        indexes = [
            models.Index(
                fields=["run", "state", "stage", "reason"], name="journey_counts"
            ),
            # What a list of a run's journeys is filtered by goes along: a walk then reads the index
            # alone.
            models.Index(
                fields=["run", "id"],
                include=["state", "stage", "reason"],
                name="journey_run_order",
            ),
            models.Index(fields=["key"], name="journey_key"),
            models.Index(fields=["article"], name="journey_article"),
            models.Index(
                fields=["snapshot"],
                name="journey_snapshot",
                condition=Q(snapshot__isnull=False),
            ),
            models.Index(
                fields=["ended_at"],
                name="journey_ended",
                condition=models.Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.url

    def get_absolute_url(self) -> str:
        return path_to("journey", self.pk)


class JourneyDraft(models.Model):
    """What extraction found on a journey's page, until it is stored.

    Its table is not logged: where a crash of PostgreSQL empties it, the page is extracted again.
    """

    journey = models.OneToOneField(
        Journey,
        primary_key=True,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="draft",
    )
    data = models.BinaryField(help_text="packed (core/serialize.py)")

    def __str__(self) -> str:
        return f"draft of journey {self.journey_id}"
