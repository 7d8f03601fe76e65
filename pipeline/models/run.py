"""A run, what happened to it, and what was added to it."""

from __future__ import annotations

from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KeyTransform

from catalog.paths import path_to
from pipeline.models.job import Job


class Run(models.Model):
    """One launch: what was asked for, how it goes, and in the end what came of it."""

    class State(models.TextChoices):
        QUEUED = "queued"
        DISCOVERING = "discovering"
        RUNNING = "running"
        PAUSED = "paused"
        CANCELLING = "cancelling"
        FINISHED = "finished"
        INCOMPLETE = "ended incomplete"
        CANCELLED = "cancelled"
        FAILED = "failed"

    ENDED = (State.FINISHED, State.INCOMPLETE, State.CANCELLED, State.FAILED)

    # Which state may follow which. The database refuses every other step, and writes a RunEvent for
    # each (migrations/0002), so that no way around this table exists.
    TRANSITIONS = {
        State.QUEUED: (State.DISCOVERING, State.RUNNING, State.CANCELLED, State.FAILED),
        State.DISCOVERING: (State.RUNNING, State.CANCELLING, State.FAILED),
        State.RUNNING: (State.PAUSED, State.CANCELLING, *ENDED),
        State.PAUSED: (State.RUNNING, State.CANCELLING, State.FAILED),
        State.CANCELLING: (State.CANCELLED, State.FAILED),
        State.FINISHED: (State.RUNNING,),
        State.INCOMPLETE: (State.RUNNING,),
        State.CANCELLED: (State.RUNNING,),
        State.FAILED: (State.RUNNING,),
    }

    name = models.CharField(max_length=200, blank=True)
    job = models.ForeignKey(
        Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="runs"
    )
    parameters = models.JSONField(
        default=dict, help_text="the options: addresses, limits, dates, patterns"
    )
    state = models.CharField(max_length=20, choices=State.choices, default=State.QUEUED)
    reason = models.TextField(
        blank=True, help_text="why it is in this state, for a person"
    )
    launched_by = models.CharField(max_length=150, blank=True)
    changed_by = models.CharField(
        max_length=150, blank=True, help_text="who brought it into this state"
    )
    idempotency_key = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 (many runs have none)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(
        null=True, blank=True, help_text="when its discover task was last published"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(
        null=True, blank=True, help_text="when discovery last made progress"
    )
    discovery_attempts = models.PositiveSmallIntegerField(
        default=0, help_text="how often its discovery was begun"
    )
    discovery = models.JSONField(
        default=dict,
        db_default=models.Value({}, output_field=models.JSONField()),
        help_text="what discovery does now: requests, found, waiting, recent; see discovery/live.py",
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    urls_removed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="when the records of its URLs expired and were removed",
    )
    notes = models.JSONField(
        default=list, help_text="what launch and discovery want a person to know"
    )
    source_requests = models.JSONField(
        default=list, help_text="the requests that discovery made"
    )
    address_reports = models.JSONField(
        default=list,
        db_default=models.Value([], output_field=models.JSONField()),
        help_text="what came of each start URL; see discovery/frontier/report.py",
    )
    summary = models.JSONField(null=True, blank=True)
    # The summary's counts as columns, so that the database itself holds them to their sum.
    found = models.PositiveIntegerField(default=0)
    stored = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    duplicate = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    pending = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="run_adds_up",
                condition=Q(
                    found=F("stored")
                    + F("unchanged")
                    + F("duplicate")
                    + F("skipped")
                    + F("failed")
                    + F("pending")
                ),
            ),
            models.UniqueConstraint(
                name="job_runs_once_at_a_time",
                fields=["job"],
                condition=~Q(
                    state__in=["finished", "ended incomplete", "cancelled", "failed"]
                ),
            ),
        ]
        # The runs of the same addresses; a list of them may be too long for another kind of index.
        indexes = [
            HashIndex(KeyTransform("addresses", "parameters"), name="run_addresses")
        ]

    def __str__(self) -> str:
        return self.name or f"Run {self.pk}"

    def get_absolute_url(self) -> str:
        return path_to("run", self.pk)

    @property
    def states(self) -> dict[str, int]:
        """How many URLs ended in each state, as it was counted when the run ended."""
        names = ("stored", "unchanged", "duplicate", "skipped", "failed", "pending")
        return {name: getattr(self, name) for name in names}

    @property
    def ended(self) -> bool:
        return self.state in self.ENDED

    @property
    def in_flight(self) -> int:
        """URLs that a worker has in progress: a paused run is quiet when there are none."""
        return self.journeys.filter(state="pending", in_progress=True).count()

    @property
    def addresses(self) -> list[str]:
        return list(self.parameters.get("addresses", []))


class RunEvent(models.Model):
    """A run went from one state to another: when, by whom and why.

    Written by the database itself.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    by = models.CharField(max_length=150, blank=True)
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.before} -> {self.after}"


class Addition(models.Model):
    """Addresses that somebody added to a run that was on; see adding.py.

    Until it is done, the run does not end.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="additions")
    addresses = models.JSONField()
    by = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(
        null=True, blank=True, help_text="when its message was last published"
    )
    claimed_at = models.DateTimeField(
        null=True, blank=True, help_text="when a worker last set about looking at it"
    )
    claimant = models.IntegerField(
        null=True, blank=True, help_text="PostgreSQL's process id for that worker"
    )
    tries = models.PositiveSmallIntegerField(
        default=0, help_text="how often a worker set about it"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True, help_text="what came of it, for a person")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return ", ".join(self.addresses)
