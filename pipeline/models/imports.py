"""Lists that somebody brought: each line with what came of it."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from catalog.paths import path_to
from pipeline.models.run import Run


class Import(models.Model):
    """A list of blogs and articles that was brought; nothing is crawled until it is started."""

    name = models.CharField(max_length=200, help_text="of the file, or its URL")
    kind = models.CharField(max_length=40, help_text="what kind of file it was")
    owner = models.ForeignKey(
        User,
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="who brought it, and gets its marks",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "pipeline"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path_to("import", self.pk)


class ImportRow(models.Model):
    """A line of a list: a blog or a single article, or the problem that it has."""

    parent = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    line = models.PositiveIntegerField()
    address = models.TextField(blank=True)
    key = models.TextField(blank=True, help_text="the normal form of the address")
    title = models.TextField(blank=True)
    labels = ArrayField(models.TextField(), default=list)
    feed = models.TextField(blank=True)
    is_page = models.BooleanField(default=False, help_text="a single article")
    is_read = models.BooleanField(default=False)
    is_starred = models.BooleanField(default=False)
    problem = models.TextField(blank=True)
    run = models.ForeignKey(
        Run, null=True, on_delete=models.SET_NULL, related_name="import_rows"
    )
    is_settled = models.BooleanField(
        default=True, help_text="no label or mark waits for its article"
    )

    class Meta:
        app_label = "pipeline"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["parent", "id"], name="importrow_parent"),
            models.Index(
                fields=["id"], name="importrow_unsettled", condition=Q(is_settled=False)
            ),
        ]

    def __str__(self) -> str:
        return self.address or self.problem
