"""Tokens of programs, audit entries, watches, webhooks and their deliveries."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.models import Article, SavedView
from catalog.paths import path_to
from pipeline.access import watch_times as times
from pipeline.access.languages import LanguageChoice as LanguageChoice
from pipeline.access.roles import Role

PREFIX = "gleaner_"  # so that a token that leaked is known for one
NOTED_EVERY = timedelta(minutes=1)  # how exactly a token's last use is known
MAILTO = "mailto:"  # how the address of a receiver begins that gets mails


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


class Identity(models.Model):
    """An account of an identity provider that signs in as a user."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identities"
    )
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)  # no longer, says OpenID Connect
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"], name="identity_of_one_user"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} of {self.issuer}"


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


class NewArticle(models.Model):
    """An article that was stored, and that no watch was asked about yet. A trigger writes these."""

    number = models.BigAutoField(primary_key=True)
    article_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"article {self.article_id}"


class WatchQuerySet(models.QuerySet["Watch"]):
    def owned_by(self, owner_id: int | None) -> WatchQuerySet:
        """Return one's own, with view and receiver."""
        own = self.filter(owner=owner_id)
        return own.select_related("view", "receiver", "owner")


class Watch(models.Model):
    """Somebody is told what is new in a saved view, by its receiver (a Webhook)."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watches"
    )
    view = models.ForeignKey(
        SavedView, on_delete=models.CASCADE, related_name="watches"
    )
    rhythm = models.CharField(max_length=10, choices=list(times.RHYTHMS.items()))
    at = models.TimeField(
        default=time(8), help_text="of a daily or weekly digest, in the zone"
    )
    weekday = models.PositiveSmallIntegerField(
        default=1, choices=list(times.WEEKDAYS.items())
    )
    zone = models.CharField(max_length=60, default="UTC")
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, help_text="when the next digest is due")
    after = models.BigIntegerField(
        default=0, help_text="number of the last NewArticle that was there before it"
    )
    nonce = models.CharField(
        max_length=32, help_text="makes the secret of the link in mails"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WatchQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.view.name

    def get_absolute_url(self) -> str:
        return path_to("watch", self.pk)

    @property
    def may_see(self) -> bool:
        """Whether its owner may still see the view."""
        is_own = self.view.owner_id == self.owner_id
        return self.owner.is_active and (is_own or self.view.shared)

    def next_digest(self, now: datetime) -> datetime | None:
        """Return when the next digest after `now` is due."""
        zone = ZoneInfo(self.zone)
        return times.next_digest(self.rhythm, self.at, self.weekday, zone, now)

    def after_quiet(self, moment: datetime) -> datetime:
        """Return when something that is due at this moment may be sent."""
        if self.quiet_from is None or self.quiet_to is None:
            return moment
        quiet = times.QuietHours(self.quiet_from, self.quiet_to, ZoneInfo(self.zone))
        return quiet.end_of(moment)


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def make(self, url: str, events: list[str], watch: Watch | None = None) -> Webhook:
        """Return a new webhook with a secret of its own, in the form of Standard Webhooks."""
        secret = base64.b64encode(secrets.token_bytes(32)).decode()
        return self.create(
            url=url, events=events, secret=f"whsec_{secret}", watch=watch
        )

    def of_admins(self) -> WebhookQuerySet:
        """Those that are told of runs and the like, and not of what is new in a view."""
        return self.filter(watch=None)


class Webhook(models.Model):
    """A receiver of events: a URL, or an e-mail address as `mailto:`."""

    class Event(models.TextChoices):
        ENDED = "run.ended", "Run ended"
        STALLED = "run.stalled", "Run stalled (10 min)"
        DEAD_LETTERS = "dead_letters", "Dead letters found"
        QUIET = "source.quiet", "Source went quiet"
        FEED_CHANGED = "feed.changed", "Feed of a source changed"
        BACKUP = "backup.failed", "Backup failed or overdue"
        NEW_ARTICLES = "articles.new", "New articles in a saved view"

    ADMIN_EVENTS = tuple(each for each in Event if each != "articles.new")

    url = models.CharField(max_length=2000)
    secret = models.CharField(max_length=64, help_text="signs what is sent")
    events = ArrayField(models.CharField(max_length=20, choices=Event.choices))
    active = models.BooleanField(default=True)
    watch = models.OneToOneField(
        Watch,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="receiver",
        help_text="whose receiver it is",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.url

    def get_absolute_url(self) -> str:
        return path_to("webhook", self.pk)

    @property
    def event_labels(self) -> list[str]:
        """What it is told of, for people."""
        return [str(self.Event(event).label) for event in self.events]

    def switch(self, active: bool) -> Webhook:
        """While it is off nothing is sent to it."""
        self.active = active
        self.save(update_fields=["active"])
        return self

    @property
    def is_mail(self) -> bool:
        """Whether it gets mails."""
        return self.url.lower().startswith(MAILTO)


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


class WatchMatch(models.Model):
    """An article that is new in a watched view, and the delivery that tells so, once there is one.

    Without the database's own constraint on the article: those are also removed in bulk.
    """

    watch = models.ForeignKey(
        Watch, on_delete=models.CASCADE, related_name="matches", db_index=False
    )
    article = models.ForeignKey(
        Article,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    delivery = models.ForeignKey(
        Delivery, null=True, on_delete=models.CASCADE, related_name="matches"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["watch", "article"], name="watchmatch_once")
        ]
        indexes = [
            models.Index(
                fields=["watch"],
                name="watchmatch_untold",
                condition=Q(delivery__isnull=True),
            ),
            models.Index(fields=["article"], name="watchmatch_article"),
        ]

    def __str__(self) -> str:
        return f"article {self.article_id} in {self.watch}"
