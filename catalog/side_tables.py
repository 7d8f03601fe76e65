"""Tables beside the articles: earlier versions, links, looks at originals, counts, keywords, and feeds.
Imported by models.py."""

from __future__ import annotations

from urllib.parse import unquote_plus

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext

from catalog.markup import MarkupField


class ArticleVersion(models.Model):
    """What an article was before it changed."""

    article = models.ForeignKey(
        "catalog.Article", on_delete=models.CASCADE, related_name="versions"
    )
    replaced_at = models.DateTimeField(
        auto_now_add=True, help_text="when the next version took its place"
    )
    title = models.TextField()
    text = models.TextField()
    html = MarkupField()
    authors = ArrayField(models.TextField(), default=list)
    published = models.DateTimeField(null=True)
    word_count = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=list, blank=True)
    content_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.title}, until {self.replaced_at:%Y-%m-%d}"


class Link(models.Model):
    """A link that an article holds: what a writer calls a page that they send readers to."""

    MAX_TEXT = 200  # characters
    MAX_TARGET = 1_000

    article = models.ForeignKey(
        "catalog.Article",
        on_delete=models.CASCADE,
        related_name="links",
        db_index=False,
    )
    place = models.PositiveSmallIntegerField(help_text="among the article's links")
    target = models.TextField(help_text="the normal form of its address")
    host = models.TextField(help_text="of the target, without www.")
    text = models.CharField(max_length=MAX_TEXT, blank=True)

    class Meta:
        ordering = ["article_id", "place"]
        constraints = [
            models.UniqueConstraint(fields=["article", "place"], name="link_place")
        ]
        indexes = [
            models.Index(fields=["target"], name="link_target"),
            models.Index(fields=["host"], name="link_host"),
        ]

    def __str__(self) -> str:
        return f"{self.text} -> {self.target}"


class LinkCheck(models.Model):
    """Whether the original of an article is still there, by the last look at its URL."""

    class Answer(models.TextChoices):
        THERE = "there", "There"
        MISSING = "missing", "Missing"
        MOVED = "moved", "Redirects elsewhere"
        UNREACHABLE = "unreachable", "Not available"

    article = models.OneToOneField(
        "catalog.Article",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="link_check",
    )
    source = models.ForeignKey(
        "catalog.Source", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    next_at = models.DateTimeField(help_text="when it is looked at again")
    checked_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=12, choices=Answer, blank=True)
    status = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(
        max_length=60, blank=True, help_text="why there was no page"
    )
    address = models.TextField(blank=True, help_text="where a redirect led")
    missing_at = models.DateTimeField(
        null=True, help_text="the first 404 or 410 since it was seen last"
    )
    missing_status = models.PositiveSmallIntegerField(null=True)
    confirmed_at = models.DateTimeField(
        null=True, help_text="the 404 or 410, a week later or more, that proved it"
    )
    confirmed_status = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["source", "next_at"], name="linkcheck_due"),
            models.Index(fields=["checked_at"], name="linkcheck_lately"),
            models.Index(
                fields=["missing_at"],
                name="linkcheck_missing",
                condition=models.Q(missing_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"article {self.article_id}: {self.answer}"


class CitedCount(models.Model):
    """A page or host that many sources link to, as it was counted last: for a catalogue with too
    many links to count them for each reader."""

    class Kind(models.TextChoices):
        HOST = "host", "Host"
        PAGE = "page", "Page"

    kind = models.CharField(max_length=4, choices=Kind)
    place = models.PositiveSmallIntegerField(help_text="from 0, the most cited first")
    name = models.TextField(help_text="of the host, or the page's address")
    sources = models.IntegerField()
    articles = models.IntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "place"], name="cited_place")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.sources}"


class KeptOverview(models.Model):
    """The catalogue in a few numbers, as they were counted last: one row, for a catalogue that is
    too large to be counted for each reader."""

    ONLY = 1  # its id

    articles = models.IntegerField()
    sources = models.IntegerField()
    added_lately = models.IntegerField()
    weeks = models.JSONField(help_text="of each its Monday and its articles")
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.articles} articles"


class WordCount(models.Model):
    """In how many articles a word is, of those whose text search configuration this is.

    The word "@" and the configuration counts these articles. Its table is not logged: where a crash
    of PostgreSQL empties it, all articles are counted again.
    """

    # A search asks for a word in all configurations: so they lie beside each other.
    pk = models.CompositePrimaryKey("word", "config")
    config = models.TextField()
    word = models.TextField(
        db_collation="C", help_text="the stem, as the search column has it"
    )
    articles = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.word}: {self.articles}"


class WordChange(models.Model):
    """Words that an article gained or lost, not yet counted. A trigger writes these."""

    article_id = models.BigIntegerField()
    config = models.TextField()
    words = ArrayField(
        models.TextField(),
        null=True,
        help_text="of a new article none: all that it has",
    )
    sign = models.SmallIntegerField(help_text="1 where it gained them, else -1")

    class Meta:
        indexes = [
            models.Index(
                fields=["article_id"],
                name="wordchange_of_new",
                condition=models.Q(words__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"article {self.article_id}: {len(self.words or [])} words"


class Keywords(models.Model):
    """The words that say most about an article, by tf-idf: what related articles share."""

    article = models.OneToOneField(
        "catalog.Article",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="keywords",
    )
    words = ArrayField(models.TextField())
    weights = ArrayField(
        models.SmallIntegerField(),
        help_text="of each word, in ten thousandths; their squares add up to 1",
    )
    config = models.TextField(help_text="text search configuration of its language")
    among = models.IntegerField(help_text="articles of that at the time")

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="keywords_words"),
            models.Index(fields=["config", "among"], name="keywords_among"),
        ]

    def __str__(self) -> str:
        return " ".join(self.words)


class Feed(models.Model):
    """What a list or a saved view shows, at an address for a person's feed reader."""

    MAX_QUERY_LENGTH = 2_000

    class Images(models.TextChoices):
        ORIGINAL = "original", "Images from their own sites"
        PROXIED = "proxied", "Images through this server"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    view = models.ForeignKey(
        "catalog.SavedView",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="feeds",
        help_text="whose articles it has; else those of the query",
    )
    query = models.CharField(max_length=MAX_QUERY_LENGTH, blank=True)
    nonce = models.CharField(max_length=32, help_text="makes the secret of the address")
    images = models.CharField(
        max_length=10, choices=Images.choices, default=Images.ORIGINAL
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        if self.view:
            return self.view.name
        return unquote_plus(self.query).replace("&", ", ") or gettext("All articles")

    @property
    def shown_query(self) -> str:
        """The query of the list that shows what the feed has."""
        if self.view:
            return self.view.query
        return self.query
