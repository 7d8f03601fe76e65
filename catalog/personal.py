"""What each person keeps: what they have read, starred and archived, passages that they
highlighted, and views that they saved."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse


class Mark(models.Model):
    """What a person keeps of one article. Without a row it is unread, and nothing else."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    article = models.ForeignKey(
        "catalog.Article", on_delete=models.CASCADE, related_name="marks"
    )
    read_at = models.DateTimeField(null=True, blank=True)
    starred_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "article"], name="mark_once")
        ]
        indexes = [
            models.Index(
                fields=["owner", "article"],
                condition=models.Q(starred_at__isnull=False),
                name="mark_starred",
            ),
            models.Index(
                fields=["owner", "article"],
                condition=models.Q(archived_at__isnull=False),
                name="mark_archived",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner}, {self.article}"


class Passage(models.Model):
    """A passage of an article that somebody highlighted.

    Found again by its words, nearest to where it stood; an article that changed may have lost it.
    """

    MAX_QUOTE_LENGTH = 5_000  # characters
    MAX_NOTE_LENGTH = 5_000

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    article = models.ForeignKey(
        "catalog.Article", on_delete=models.CASCADE, related_name="passages"
    )
    start = models.PositiveIntegerField(
        default=0, help_text="its first character, counted in the text that is shown"
    )
    quote = models.TextField()
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["start", "id"]
        indexes = [
            models.Index(
                fields=["owner", "article", "start"], name="passage_of_reader"
            ),
        ]

    def __str__(self) -> str:
        return self.quote[:80]


class SavedView(models.Model):
    """A name for what the list of articles shows."""

    MAX_QUERY_LENGTH = 2_000  # characters of a query

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=MAX_QUERY_LENGTH, blank=True)
    shared = models.BooleanField(default=False, help_text="shown to everybody")
    created_at = models.DateTimeField(auto_now_add=True)
    here: bool = False  # whether it is what the page shows

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="savedview_name")
        ]
        indexes = [
            models.Index(
                fields=["name"],
                condition=models.Q(shared=True),
                name="savedview_shared",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('articles')}?{self.query}"
