"""Samples of the queues, and log events."""

from django.db import models


class QueueSample(models.Model):
    """What RabbitMQ said of one queue at one moment."""

    taken = models.DateTimeField()
    queue = models.CharField(max_length=40)
    waiting = models.PositiveIntegerField(help_text="messages ready")
    in_hand = models.PositiveIntegerField(help_text="messages delivered and not yet acknowledged")
    consumers = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["queue", "-taken"], name="sample_latest"),
            models.Index(fields=["taken"], name="sample_taken"),
        ]

    def __str__(self) -> str:
        return f"{self.queue} at {self.taken:%H:%M:%S}: {self.waiting} waiting"


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
