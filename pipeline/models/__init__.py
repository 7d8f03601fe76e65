"""The rows that the pipeline works on. A run's journeys are the truth; Celery's events and results are hints."""

from __future__ import annotations

from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KeyTransform
from django.urls import reverse
from django_celery_beat.models import PeriodicTask

from catalog.models import Article
from pipeline.broker.queues import STAGES
from pipeline.models.host import Host

__all__ = [
    "Addition",
    "Body",
    "Chord",
    "ChordPart",
    "ComparedRuns",
    "Host",
    "Image",
    "Job",
    "Journey",
    "Run",
    "RunEvent",
    "Snapshot",
    "SourceMemory",
    "Wave",
]


class Job(models.Model):
    """Saved crawl options, run by hand or on a schedule. Never two of its runs at once."""

    name = models.CharField(max_length=200, unique=True)
    parameters = models.JSONField(default=dict, help_text="as a run's")
    schedule = models.OneToOneField(
        PeriodicTask, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.pk])


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

    # Which state may follow which. The database refuses every other step, and writes a RunEvent for each
    # (migrations/0002), so that no way around this table exists.
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
    reason = models.TextField(blank=True, help_text="why it is in this state, for a person")
    launched_by = models.CharField(max_length=150, blank=True)
    changed_by = models.CharField(
        max_length=150, blank=True, help_text="who brought it into this state"
    )
    idempotency_key = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 (many runs have none)
    created = models.DateTimeField(auto_now_add=True)
    sent = models.DateTimeField(
        null=True, blank=True, help_text="when its discover task was last published"
    )
    started = models.DateTimeField(null=True, blank=True)
    alive = models.DateTimeField(
        null=True, blank=True, help_text="when discovery last made progress"
    )
    discoveries = models.PositiveSmallIntegerField(
        default=0, help_text="how often its discovery was begun"
    )
    finished = models.DateTimeField(null=True, blank=True)
    notes = models.JSONField(default=list, help_text="what discovery wants a person to know")
    asked = models.JSONField(default=list, help_text="the requests that discovery made")
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
                condition=~Q(state__in=["finished", "ended incomplete", "cancelled", "failed"]),
            ),
        ]
        # The runs of the same addresses; a list of them may be too long for another kind of index.
        indexes = [HashIndex(KeyTransform("addresses", "parameters"), name="run_addresses")]

    def __str__(self) -> str:
        return self.name or f"Run {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("run", args=[self.pk])

    @property
    def states(self) -> dict[str, int]:
        """How many URLs ended in each state, as it was counted when the run ended."""
        names = ("stored", "unchanged", "duplicate", "skipped", "failed", "pending")
        return {name: getattr(self, name) for name in names}

    @property
    def ended(self) -> bool:
        return self.state in self.ENDED

    @property
    def addresses(self) -> list[str]:
        return list(self.parameters.get("addresses", []))


class RunEvent(models.Model):
    """A run went from one state to another: when, by whom and why. Written by the database itself."""

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
    """Addresses that somebody added to a run that was on; see adding.py. Until it is done, the run does not end."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="additions")
    addresses = models.JSONField()
    by = models.CharField(max_length=150, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    sent = models.DateTimeField(
        null=True, blank=True, help_text="when its message was last published"
    )
    taken = models.DateTimeField(
        null=True, blank=True, help_text="when a worker last set about looking at it"
    )
    claimant = models.IntegerField(
        null=True, blank=True, help_text="PostgreSQL's process id for that worker"
    )
    tries = models.PositiveSmallIntegerField(default=0, help_text="how often a worker set about it")
    done = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True, help_text="what came of it, for a person")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return ", ".join(self.addresses)


class Wave(models.Model):
    """A part of a run that goes to the broker as one chord."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="waves")
    number = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    claimed = models.DateTimeField(
        null=True, blank=True, help_text="a worker set about publishing it"
    )
    claimant = models.IntegerField(
        null=True, blank=True, help_text="PostgreSQL's process id for that worker"
    )
    published = models.DateTimeField(null=True, blank=True)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["run", "number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="wave_once")]

    def __str__(self) -> str:
        return f"wave {self.number} of run {self.run_id}"


class Body(models.Model):
    """The bytes of a page, compressed, once per distinct content."""

    digest = models.CharField(max_length=64, primary_key=True)  # SHA-256, hex
    data = models.BinaryField()  # zstd
    size = models.PositiveIntegerField(help_text="bytes before compression")

    def __str__(self) -> str:
        return self.digest


class Snapshot(models.Model):
    """A page as it was fetched."""

    key = models.TextField(help_text="normal form of the address")
    url = models.TextField()
    final_url = models.TextField()
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    redirects = models.JSONField(default=list)
    fetched_at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="snapshots")

    class Meta:
        indexes = [
            models.Index(fields=["key", "-fetched_at"], name="snapshot_latest"),
            HashIndex(
                fields=["final_url"], name="snapshot_final"
            ),  # an address may be too long for the other kind
        ]

    def __str__(self) -> str:
        return f"{self.url} at {self.fetched_at:%Y-%m-%d %H:%M}"


class Image(models.Model):
    """An image of an article, kept for a while; see pipeline/fetching/images.py. Its table is not logged: it is a cache."""

    key = models.CharField(max_length=64, primary_key=True)  # SHA-256 of its address, hex
    kind = models.CharField(max_length=20, blank=True)
    data = models.BinaryField(default=b"")
    size = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=60, blank=True, help_text="why there is none")
    fetched = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class Journey(models.Model):
    """One URL in one run: where it is, or where and why it ended."""

    class State(models.TextChoices):
        PENDING = "pending"
        STORED = "stored"
        UNCHANGED = "unchanged"
        DUPLICATE = "duplicate"
        SKIPPED = "skipped"
        FAILED = "failed"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="journeys", db_index=False)
    wave = models.ForeignKey(
        Wave, null=True, blank=True, on_delete=models.CASCADE, related_name="journeys"
    )
    url = models.TextField()
    key = models.TextField()
    score = models.FloatField(default=0)
    reasons = models.JSONField(default=list, help_text="why discovery took it, or did not")
    found_in = models.JSONField(default=list)
    said = models.JSONField(default=dict, help_text="what the source says of the article")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    stage = models.CharField(max_length=10, choices=[(s, s) for s in STAGES], default="fetch")
    working = models.BooleanField(default=False, help_text="a worker has it in hand")
    reason = models.CharField(max_length=60, blank=True)
    detail = models.TextField(blank=True)
    attempts = models.JSONField(
        default=list, help_text="[stage, reason, when] of each try that came to nothing"
    )
    crashes = models.PositiveSmallIntegerField(
        default=0, help_text="entries in a row into this stage that never left it"
    )
    timings = models.JSONField(default=dict, help_text="seconds of work by stage")
    bytes = models.PositiveIntegerField(default=0)
    queued = models.DateTimeField(
        null=True, blank=True, help_text="since when it waits for its stage"
    )
    touched = models.DateTimeField(
        null=True, blank=True, help_text="when a worker last took it in hand"
    )
    resent = models.PositiveSmallIntegerField(
        default=0, help_text="times that the reconciler sent it again"
    )
    ended = models.DateTimeField(null=True, blank=True)
    draft = models.BinaryField(
        null=True, blank=True, help_text="what extraction found, until it is stored"
    )
    snapshot = models.ForeignKey(
        Snapshot, null=True, blank=True, on_delete=models.SET_NULL, db_index=False
    )
    article = models.ForeignKey(
        Article, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="journey_once_a_run")]
        # As few as will do: each stage writes a row of most of them anew.
        indexes = [
            models.Index(fields=["run", "state", "stage", "reason"], name="journey_counts"),
            # What a list of a run's journeys is filtered by goes along: a walk then reads the index alone.
            models.Index(
                fields=["run", "id"], include=["state", "stage", "reason"], name="journey_run_order"
            ),
            models.Index(fields=["key"], name="journey_key"),
            models.Index(fields=["article"], name="journey_article"),
            models.Index(
                fields=["snapshot"], name="journey_snapshot", condition=Q(snapshot__isnull=False)
            ),
            models.Index(
                fields=["ended"], name="journey_ended", condition=models.Q(ended__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.url

    def get_absolute_url(self) -> str:
        return reverse("journey", args=[self.pk])


class ComparedRuns(models.Model):
    """What the later of two large runs found otherwise, kept because to ask takes seconds; see comparison.py."""

    before = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+", db_index=False)
    after = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+")
    before_finished = models.DateTimeField(
        null=True, help_text="a run that went on since has ended at another time"
    )
    after_finished = models.DateTimeField(null=True)
    found = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["before", "after"], name="compared_once")]

    def __str__(self) -> str:
        return f"run {self.after_id} beside run {self.before_id}"


class SourceMemory(models.Model):
    """What a feed, sitemap or list said the last time, so that an unchanged one need not be read again."""

    address = models.TextField(primary_key=True)
    host = models.CharField(max_length=255, db_index=True)
    memory = models.JSONField()
    read = models.DateTimeField(help_text="when it was last read in full")

    def __str__(self) -> str:
        return self.address


class Chord(models.Model):
    """How far a chord has come. See pipeline/broker/chords.py."""

    group_id = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)
    fired = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.group_id}: {self.done} of {self.size}"


class ChordPart(models.Model):
    """A header task that has been counted. Its existence is what makes counting it twice impossible."""

    pk = models.CompositePrimaryKey("group_id", "task_id")
    group_id = models.CharField(max_length=64)
    task_id = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.task_id
