"""Tokens of programs, audit entries, webhooks and their deliveries."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from pipeline.access.roles import Role

PREFIX = "gleaner_"  # so that a token that leaked is known for one
NOTED_EVERY = timedelta(minutes=1)  # how exactly a token's last use is known


class TokenQuerySet(models.QuerySet["Token"]):
    def live(self) -> TokenQuerySet:
        """Those that still open something."""
        return self.filter(revoked_at=None, user__is_active=True)

    def issue(self, user: User, name: str, role: Role) -> tuple[Token, str]:
        """Return a new token and its secret, which is not kept: only its digest is."""
        secret = PREFIX + secrets.token_urlsafe(32)
        return self.create(
            user=user, name=name, role=role, digest=digest_of(secret)
        ), secret

    def authenticate(self, secret: str) -> Token | None:
        """Return the live token of this secret; notes that it was used."""
        token = (
            self.live().select_related("user").filter(digest=digest_of(secret)).first()
        )
        now = timezone.now()
        if token and (
            token.last_used_at is None or token.last_used_at < now - NOTED_EVERY
        ):
            self.filter(pk=token.pk).update(last_used_at=now)
        return token


def digest_of(secret: str) -> str:
    """SHA-256, plainly: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Token(models.Model):
    """Lets a program use the API as a user, with that user's role or a lower one."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens"
    )
    name = models.CharField(max_length=60)
    role = models.PositiveSmallIntegerField(choices=Role.choices)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """Somebody changed something. The database refuses to change an entry, and to remove one of
    the last 30 days."""

    at = models.DateTimeField(default=timezone.now)
    who = models.CharField(max_length=150)
    way = models.CharField(max_length=10, help_text="page, API, command or schedule")
    token = models.CharField(
        max_length=60, blank=True, help_text="the name of the token that was brought"
    )
    verb = models.CharField(max_length=60)
    kind = models.CharField(
        max_length=20,
        help_text="what was changed: run, job, user, ...; route for all else",
    )
    object = models.CharField(max_length=500)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["who", "id"], name="entry_who"),
            models.Index(fields=["verb", "id"], name="entry_verb"),
            models.Index(fields=["kind", "object", "id"], name="entry_object"),
        ]

    def __str__(self) -> str:
        return f"{self.who}: {self.verb} {self.kind} {self.object}"


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def make(self, url: str, events: list[str]) -> Webhook:
        """Return a new webhook with a secret of its own, in the form of Standard Webhooks."""
        secret = base64.b64encode(secrets.token_bytes(32)).decode()
        return self.create(url=url, events=events, secret=f"whsec_{secret}")


class Webhook(models.Model):
    """A receiver of events: a URL, or an e-mail address as `mailto:`."""

    class Event(models.TextChoices):
        ENDED = "run.ended", "Run ended"
        STALLED = "run.stalled", "Run stalled (10 min)"
        DEAD_LETTERS = "dead_letters", "Dead letters found"

    url = models.CharField(max_length=2000)
    secret = models.CharField(max_length=64, help_text="signs what is sent")
    events = ArrayField(models.CharField(max_length=20, choices=Event.choices))
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.url

    def get_absolute_url(self) -> str:
        return reverse("webhook", args=[self.pk])

    def switch(self, active: bool) -> Webhook:
        """While it is off nothing is sent to it."""
        self.active = active
        self.save(update_fields=["active"])
        return self


class Delivery(models.Model):
    """One event on its way to one webhook: written with the event itself, sent until it arrives
    or is given up."""

    TEST = "test"

    number = models.BigAutoField(primary_key=True)
    id = models.UUIDField(
        default=uuid4,
        unique=True,
        help_text="the same with each try, so that receivers can tell",
    )
    webhook = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="deliveries"
    )
    event = models.CharField(max_length=20)
    run = models.BigIntegerField(null=True)
    happened_at = models.DateTimeField(
        default=timezone.now, help_text="of the event: one delivery for each"
    )
    facts = models.JSONField(default=dict)
    next_at = models.DateTimeField(
        null=True,
        default=timezone.now,
        help_text="of the next try; none: no more tries",
    )
    tried_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(
        null=True, help_text="that the receiver answered last"
    )
    error = models.TextField(blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "event", "run", "happened_at"],
                name="delivery_once_an_event",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                name="delivery_due",
                condition=Q(next_at__isnull=False),
            ),
            models.Index(fields=["happened_at"], name="delivery_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.event} of run {self.run}"

    @property
    def state(self) -> str:
        """One word for people."""
        if self.delivered_at:
            return "delivered"
        if self.next_at and not self.attempts:
            return "waiting"
        if self.next_at:
            return "retrying"
        return "failed"

    @property
    def look(self) -> str:
        """The state of a run that looks like it."""
        return {
            "delivered": "finished",
            "waiting": "queued",
            "retrying": "warning",
        }.get(self.state, "failed")

    @property
    def body(self) -> dict[str, Any]:
        """What is sent."""
        return {
            "id": str(self.id),
            "event": self.event,
            "at": self.happened_at.isoformat(),
            "run": self.facts,
        }
