"""What was erased for good, and what is being erased."""

from __future__ import annotations

import hashlib

from django.db import models


class Erasure(models.Model):
    """Somebody wants all articles of a source erased, or those whose URL fits a pattern.

    Host and pattern are emptied once it is done, so that nothing of a URL is left.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"

    class Step(models.TextChoices):
        """In this order; `after` is the last row that a step has dealt with."""

        ARTICLES = "articles", "Articles"
        URLS = "urls", "URLs of runs"
        PAGES = "pages", "Stored pages"
        TRACES = "traces", "Log, imports, counts"

    host = models.CharField(max_length=255, blank=True, help_text="as a source's")
    pattern = models.CharField(max_length=500, blank=True)
    scope = models.CharField(
        max_length=64, help_text="SHA-256 of host and pattern, for the audit log"
    )
    from_list = models.BooleanField(
        default=False, help_text="erases again what the list of erased URLs names"
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    step = models.CharField(max_length=10, choices=Step, default=Step.ARTICLES)
    after = models.BigIntegerField(default=0)
    found = models.PositiveIntegerField(default=0, help_text="articles, at the start")
    erased = models.PositiveIntegerField(default=0, help_text="articles until now")
    created_by = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    worked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "pipeline"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"erasure {self.pk}"

    @property
    def is_over(self) -> bool:
        return self.state == self.State.DONE


class ErasedURLQuerySet(models.QuerySet["ErasedURL"]):
    """The list of what was erased."""

    def among(self, keys: list[str]) -> set[str]:
        """Return those of the keys that are on the list."""
        digests = {digest_of(key): key for key in keys}
        found = self.filter(pk__in=list(digests)).values_list("pk", flat=True)
        return {digests[digest] for digest in found}


class ErasedURL(models.Model):
    """A URL whose article was erased: its digest alone. No crawl brings it back."""

    digest = models.CharField(
        max_length=64,
        primary_key=True,
        help_text="SHA-256 of the URL's normal form, hex",
    )
    erased_at = models.DateTimeField()

    objects = ErasedURLQuerySet.as_manager()

    class Meta:
        app_label = "pipeline"
        indexes = [models.Index(fields=["-erased_at", "digest"], name="erasedurl_at")]

    def __str__(self) -> str:
        return self.digest


class LiftedURL(models.Model):
    """A URL that was taken off the list of what was erased: an older list does not put it back."""

    digest = models.CharField(
        max_length=64, primary_key=True, help_text="as of an erased URL"
    )
    lifted_at = models.DateTimeField()

    class Meta:
        app_label = "pipeline"

    def __str__(self) -> str:
        return self.digest


def digest_of(key: str) -> str:
    """Return the digest of a URL's normal form."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


ERASED = "erased:"  # begins what a row has in place of a URL that was erased


def stand_in(key: str) -> str:
    """Return what stands in a row in place of a URL that was erased."""
    if key.startswith(ERASED):
        return key
    return f"{ERASED}{digest_of(key)}"
