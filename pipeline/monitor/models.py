"""Samples of the queues, signs of life of workers, and log events."""

from django.db import models


class QueueSample(models.Model):
    """What RabbitMQ said of one queue at one moment."""

    taken = models.DateTimeField()
    queue = models.CharField(max_length=40)
    waiting = models.PositiveIntegerField(help_text="messages ready")
    in_hand = models.PositiveIntegerField(help_text="messages delivered and not yet acknowledged")
    consumers = models.PositiveIntegerField()
    published = models.BigIntegerField(
        null=True, help_text="messages that ever came, as the broker counts since it began"
    )
    acked = models.BigIntegerField(null=True, help_text="messages that were ever dealt with, counted likewise")

    class Meta:
        indexes = [
            models.Index(fields=["queue", "-taken"], name="sample_latest"),
            models.Index(fields=["taken"], name="sample_taken"),
        ]

    def __str__(self) -> str:
        return f"{self.queue} at {self.taken:%H:%M:%S}: {self.waiting} waiting"


class QueueMinute(models.Model):
    """What is left of a minute's samples once they are a day old: averages, the most that waited, the last counts."""

    taken = models.DateTimeField(help_text="the minute's begin")
    queue = models.CharField(max_length=40)
    waiting = models.FloatField()
    waiting_most = models.PositiveIntegerField()
    in_hand = models.FloatField()
    consumers = models.FloatField()
    published = models.BigIntegerField(null=True)
    acked = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["taken", "queue"], name="minute_once")]

    def __str__(self) -> str:
        return f"{self.queue} at {self.taken:%H:%M}: {self.waiting:.1f} waiting"


class WorkerBeat(models.Model):
    """A worker's last sign of life. One that ends in order takes its row away; one that is killed leaves it."""

    name = models.CharField(max_length=200, help_text="stage@host")
    pid = models.PositiveIntegerField()
    stage = models.CharField(max_length=20)
    pool = models.CharField(max_length=20)
    slots = models.PositiveIntegerField(help_text="tasks that it can do at once")
    memory = models.BigIntegerField(null=True, help_text="bytes, with its children; null where the system does not say")
    done = models.BigIntegerField(default=0, help_text="tasks that it took since it began")
    in_hand = models.JSONField(default=list, help_text="a list of {task, id, journey, since}, the oldest first")
    busy = models.PositiveIntegerField(default=0, help_text="how many it has in hand")
    started = models.DateTimeField()
    beat = models.DateTimeField(help_text="by the database's clock")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "pid"], name="beat_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.pid})"


class LogEvent(models.Model):
    """One structured log line. What is filtered by is a column, the rest is in `data`."""

    at = models.DateTimeField()
    level = models.PositiveSmallIntegerField(help_text="as in the logging module: 20 info, 30 warning, 40 error")
    event = models.CharField(max_length=200)
    process = models.CharField(max_length=40, blank=True)
    stage = models.CharField(max_length=20, blank=True)
    run = models.BigIntegerField(null=True)
    journey = models.BigIntegerField(null=True)
    task = models.CharField(max_length=64, blank=True)
    url = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["run", "id"], name="log_run"),
            models.Index(fields=["journey", "id"], name="log_journey"),
            models.Index(fields=["level", "id"], name="log_trouble", condition=models.Q(level__gte=30)),
            models.Index(fields=["at"], name="log_at"),
        ]

    def __str__(self) -> str:
        return self.event
