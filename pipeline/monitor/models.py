"""Samples of the queues and of waits, signs of life of workers, deploys, and log events."""

from datetime import UTC, datetime, timedelta

from django.db import models

from catalog.paths import path_to

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class QueueSample(models.Model):
    """What RabbitMQ said of one queue at one moment."""

    taken_at = models.DateTimeField()
    queue = models.CharField(max_length=40)
    waiting = models.PositiveIntegerField(help_text="messages ready")
    in_progress = models.PositiveIntegerField(
        help_text="messages delivered and not yet acknowledged"
    )
    consumers = models.PositiveIntegerField()
    published = models.BigIntegerField(
        null=True,
        help_text="messages that ever came, as the broker counts since it began",
    )
    acked = models.BigIntegerField(
        null=True, help_text="messages that were ever dealt with, counted likewise"
    )

    class Meta:
        indexes = [
            models.Index(fields=["queue", "-taken_at"], name="sample_latest"),
            models.Index(fields=["taken_at"], name="sample_taken"),
        ]

    def __str__(self) -> str:
        return f"{self.queue} at {self.taken_at:%H:%M:%S}: {self.waiting} waiting"


class QueueMinute(models.Model):
    """What is left of a minute's samples once they are a day old: averages, the most that waited,
    the last counts."""

    taken_at = models.DateTimeField(help_text="the minute's begin")
    queue = models.CharField(max_length=40)
    waiting = models.FloatField()
    waiting_most = models.PositiveIntegerField()
    in_progress = models.FloatField()
    consumers = models.FloatField()
    published = models.BigIntegerField(null=True)
    acked = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["taken_at", "queue"], name="minute_once")
        ]

    def __str__(self) -> str:
        return f"{self.queue} at {self.taken_at:%H:%M}: {self.waiting:.1f} waiting"


class WorkerHeartbeat(models.Model):
    """A worker's last sign of life. One that ends in order takes its row away; one that is killed
    leaves it."""

    name = models.CharField(max_length=200, help_text="stage@host")
    pid = models.PositiveIntegerField()
    stage = models.CharField(max_length=20)
    pool = models.CharField(max_length=20)
    slots = models.PositiveIntegerField(help_text="tasks that it can do at once")
    memory = models.BigIntegerField(
        null=True,
        help_text="bytes, with its children; null where the system does not say",
    )
    done = models.BigIntegerField(
        default=0, help_text="tasks that it took since it began"
    )
    in_progress = models.JSONField(
        default=list, help_text="a list of {task, id, journey, since}, the oldest first"
    )
    busy = models.PositiveIntegerField(default=0, help_text="how many it has in hand")
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField(help_text="by the database's clock")
    version = models.CharField(
        max_length=40,
        default="",
        db_default="",
        help_text="of its code; see deploys.py",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "pid"], name="beat_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pid})"


class QueueWait(models.Model):
    """A worker took something that had waited; see waits.py."""

    taken_at = models.DateTimeField()
    stage = models.CharField(max_length=20)
    about = models.BigIntegerField(
        help_text="journey; of discover a run, of summarise a batch"
    )
    seconds = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["taken_at", "stage", "about"], name="wait_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.about}: {self.seconds:.1f} s"


class Deploy(models.Model):
    """Another version of the code began to work; see deploys.py."""

    version = models.CharField(max_length=40)
    at = models.DateTimeField(help_text="by the database's clock")

    def __str__(self) -> str:
        return self.version


class LogEvent(models.Model):
    """One structured log line. What is filtered by is a column, the rest is in `data`.

    The table is partitioned by day (see partitions.py), so its key is (at, id), which Django need
    not know: lines are never looked up by `id` alone. A trigger counts each into LogCount and
    ErrorGroup (migrations/0004).
    """

    at = models.DateTimeField()
    level = models.PositiveSmallIntegerField(
        help_text="as in the logging module: 20 info, 30 warning, 40 error"
    )
    event = models.CharField(max_length=200)
    process = models.CharField(max_length=40, blank=True)
    stage = models.CharField(max_length=20, blank=True)
    run = models.BigIntegerField(null=True)
    journey = models.BigIntegerField(null=True)
    task = models.CharField(max_length=64, blank=True)
    url = models.TextField(blank=True)
    signature = models.CharField(
        max_length=200,
        blank=True,
        default="",
        help_text="see signatures.py; of errors only",
    )
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(
                fields=["run", "at", "id"],
                name="log_run",
                condition=models.Q(run__isnull=False),
            ),
            models.Index(
                fields=["run", "at", "id"],
                name="log_run_trouble",
                condition=models.Q(run__isnull=False, level__gte=30),
            ),
            models.Index(
                fields=["journey", "at", "id"],
                name="log_journey",
                condition=models.Q(journey__isnull=False),
            ),
            models.Index(
                fields=["task", "at", "id"],
                name="log_task",
                condition=models.Q(task__gt=""),
            ),
            models.Index(fields=["event", "at", "id"], name="log_event"),
            models.Index(
                fields=["signature", "at", "id"],
                name="log_signature",
                condition=models.Q(signature__gt=""),
            ),
            models.Index(
                fields=["at", "id"], name="log_info", condition=models.Q(level__gte=20)
            ),
            models.Index(
                fields=["at", "id"],
                name="log_trouble",
                condition=models.Q(level__gte=30),
            ),
            models.Index(
                fields=["at", "id"], name="log_error", condition=models.Q(level__gte=40)
            ),
            models.Index(
                fields=["stage", "at", "id"],
                name="log_rare_stage",
                condition=models.Q(stage__in=["discover", "summarise"]),
            ),
        ]

    def __str__(self) -> str:
        return self.event

    def get_absolute_url(self) -> str:
        return path_to("log-event", self.place)

    @property
    def place(self) -> str:
        """Where it stands in the log: microseconds since 1970, and its number among those of one
        moment."""
        since = self.at - EPOCH
        return f"{since // timedelta(microseconds=1)}-{self.pk}"


class LogCount(models.Model):
    """How many log lines of one kind there were in one minute, or one hour. Counted by the
    database itself."""

    pk = models.CompositePrimaryKey("width", "since", "level", "stage", "event", "run")
    width = models.PositiveSmallIntegerField(help_text="minutes: 1 or 60")
    since = models.DateTimeField()
    level = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=20)
    event = models.CharField(
        max_length=200,
        help_text="empty where the line is a sentence, not an event's name",
    )
    run = models.BigIntegerField(help_text="0: of no run")
    n = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["run", "width", "since"], name="log_count_run")]

    def __str__(self) -> str:
        return f"{self.n} {self.event} at {self.since:%H:%M}"


class ErrorGroup(models.Model):
    """The errors of one kind on one day. Counted by the database itself."""

    pk = models.CompositePrimaryKey("day", "signature")
    day = models.DateField()
    signature = models.CharField(max_length=200)
    level = models.PositiveSmallIntegerField()
    n = models.BigIntegerField()
    first = models.DateTimeField()
    last = models.DateTimeField()

    def __str__(self) -> str:
        return self.signature
