"""Pages and images as they were fetched."""

from __future__ import annotations

from django.contrib.postgres.indexes import HashIndex
from django.db import models


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
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="snapshots", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["key", "-fetched_at"], name="snapshot_latest"),
            HashIndex(
                fields=["final_url"], name="snapshot_final"
            ),  # an address may be too long for the other kind
            # Not the key's own, which adds one for what a digest begins with.
            models.Index(fields=["body"], name="snapshot_body"),
        ]

    def __str__(self) -> str:
        return f"{self.url} at {self.fetched_at:%Y-%m-%d %H:%M}"


class Image(models.Model):
    """An image of an article, kept for a while; see pipeline/fetching/images.py.

    Its table is not logged: it is a cache.
    """

    key = models.CharField(
        max_length=64, primary_key=True
    )  # SHA-256 of its address, hex
    kind = models.CharField(max_length=20, blank=True)
    data = models.BinaryField(default=b"")
    size = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=60, blank=True, help_text="why there is none")
    fetched_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
