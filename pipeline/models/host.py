"""The row of a host.

Workers write it with the statements of this package; people read it on the pages of a run.
"""

from collections.abc import Iterable

from django.db import models
from django.utils import timezone


class HostQuerySet(models.QuerySet["Host"]):
    """Changes of many hosts at once."""

    def reopen(self, names: Iterable[str] | None = None) -> int:
        """Give hosts that were given up another chance, as a new run does; all of them where no
        names are given.

        `names` are hosts as in URLs, with the port where it is not the usual one; "www." makes no
        difference. Returns how many were closed.
        """
        closed = self.filter(closed_at__isnull=False)
        if names is not None:
            bare = [name.removeprefix("www.") for name in names]
            closed = closed.filter(name__in=[*bare, *(f"www.{name}" for name in bare)])
        return closed.update(
            closed_at=None, failures=0, parked_until=None, parked_reason=""
        )


class Host(models.Model):
    """A host name, with its port where that is not the usual one. All times are the database's."""

    name = models.CharField(primary_key=True, max_length=300)
    next_at = models.DateTimeField(default=timezone.now, help_text="the next free slot")
    promised_at = models.DateTimeField(
        default=timezone.now,
        help_text="when the last caller without a slot was told to come back",
    )
    delay = models.FloatField(
        default=0.0, help_text="pace in force: seconds between two requests"
    )
    delay_reason = models.CharField(
        max_length=20,
        default="setting",
        help_text="who wants it: setting, robots, latency",
    )
    latency = models.FloatField(
        default=0.0, help_text="seconds to an answer, moving average"
    )
    answered = models.BigIntegerField(
        default=0, help_text="requests that were answered"
    )
    failures = models.IntegerField(default=0, help_text="in a row")
    last_failure = models.CharField(max_length=60, default="", blank=True)
    last_failure_at = models.DateTimeField(null=True, blank=True)
    parked_until = models.DateTimeField(null=True, blank=True)
    parked_reason = models.CharField(max_length=60, default="", blank=True)
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="when it was given up"
    )
    robots_url = models.TextField(default="", blank=True)
    robots_status = models.IntegerField(
        default=0, help_text="of the response; 0 where there was none"
    )
    robots_text = models.TextField(default="", blank=True)
    robots_reason = models.CharField(
        max_length=60, default="", blank=True, help_text="why nothing may be fetched"
    )
    robots_detail = models.TextField(default="", blank=True)
    robots_stale = models.BooleanField(
        default=False, help_text="old rules, kept while the host is unreachable"
    )
    robots_fetched_at = models.DateTimeField(null=True, blank=True)
    tdmrep = models.TextField(
        default="",
        db_default="",
        blank=True,
        help_text="its tdmrep.json, asked for with robots.txt",
    )
    robots_claimed_until = models.DateTimeField(
        null=True, blank=True, help_text="a worker is asking for robots.txt"
    )

    objects = HostQuerySet.as_manager()

    class Meta:
        app_label = "pipeline"

    def __str__(self) -> str:
        return self.name

    @property
    def robots_verdict(self) -> str:
        """In a word: "rules", "no rules", "unreachable", the reason of a refusal, or "" where
        nobody has asked yet.
        """
        if self.robots_reason:
            if self.robots_reason == "robots-unreachable":
                return "unreachable"
            return self.robots_reason
        if self.robots_fetched_at is None:
            return ""
        if self.robots_text.strip():
            return "rules"
        return "no rules"
