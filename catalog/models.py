"""Sources and articles."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, Q

from catalog.markup import MarkupField
from catalog.paths import path_to
from catalog.personal import Mark, Passage, SavedView
from catalog.side_tables import (
    ArticleVersion,
    CitedCount,
    Feed,
    KeptOverview,
    Keywords,
    Link,
    LinkCheck,
    WordChange,
    WordCount,
)

__all__ = [
    "Article",
    "ArticleVersion",
    "CitedCount",
    "Feed",
    "KeptOverview",
    "Keywords",
    "Link",
    "LinkCheck",
    "Mark",
    "Passage",
    "SavedView",
    "Source",
    "WordChange",
    "WordCount",
]
LIVE = Q(deleted_at__isnull=True)
LABELLED = ~Q(labels=[])
RESERVED = ~Q(rights=[])
REVIEW_BELOW = 0.7  # quality; articles below it are to be looked at by a person
TO_REVIEW = Q(quality__lt=REVIEW_BELOW, reviewed_at__isnull=True)
# All that an article is filtered by, for one index (see keys.py). An index's expression has no type: KEYS has it.
IN_KEYS = ("source", "language", "authors", "tags", "code_languages", "imports", "labels", "runs", "has_code",
           "original", "published")  # fmt: skip
KEYS = Func(
    *IN_KEYS, function="catalog_keys", output_field=ArrayField(models.TextField())
)


class Source(models.Model):
    """A blog: one host, or one path of a host, with what its pages and feeds taught about it."""

    MAX_RECENT_RUNS = 20

    host = models.CharField(max_length=255, unique=True)  # without "www."
    name = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=8, blank=True)
    authors = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    last_crawled_at = models.DateTimeField(null=True, blank=True)
    recent_runs = ArrayField(
        models.BigIntegerField(),
        default=list,
        db_default=[],
        blank=True,
        help_text="ids of the newest runs that crawled it, newest first",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    address = models.TextField(
        default="", db_default="", blank=True, help_text="its front page, where given"
    )
    feeds = ArrayField(
        models.TextField(),
        default=list,
        db_default=[],
        blank=True,
        help_text="its feeds, as a list of subscriptions named them",
    )
    labels = ArrayField(
        models.TextField(),
        default=list,
        db_default=[],
        blank=True,
        help_text="that its new articles get",
    )
    quiet_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="when it was found to have posted nothing for much longer than usual",
    )
    quality_runs = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        help_text="of its newest runs, newest first: run, articles, mean quality, most frequent reason",
    )

    class Meta:
        ordering = ["host"]

    def __str__(self) -> str:
        return self.name or self.host

    def add_run(self, run_id: int) -> None:
        """Put a run in front of the newest ones. Doing so twice changes nothing; does not save."""
        earlier = [pk for pk in self.recent_runs if pk != run_id]
        self.recent_runs = [run_id, *earlier][: self.MAX_RECENT_RUNS]


class KeptBlock(models.Model):
    """Blocks of a source's pages that stay in its articles, though a rule of extraction names them:
    those that begin with `words`, or all of the rule where there are none."""

    MAX_PER_SOURCE = 50
    MAX_WORDS_LENGTH = 120  # characters

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="kept_blocks"
    )
    rule = models.CharField(max_length=40)
    words = models.CharField(max_length=MAX_WORDS_LENGTH, blank=True)
    created_by = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "rule", "words"], name="keptblock_once"
            )
        ]

    def __str__(self) -> str:
        if self.words:
            return f"{self.rule}: {self.words}"
        return self.rule


class ArticleQuerySet(models.QuerySet["Article"]):
    reader_id: int | None = None

    def live(self) -> ArticleQuerySet:
        """Without the ones that their owner deleted; those keep a tombstone so that no crawl
        brings them back."""
        return self.filter(LIVE)

    def for_reader(self, user_id: int | None) -> ArticleQuerySet:
        """Return the same rows for a person: filters by what is read or starred go by their
        marks. To be asked for last."""
        rows = self.all()
        rows.reader_id = user_id
        return rows

    def for_lists(self) -> ArticleQuerySet:
        """Without the long columns, which a list never shows."""
        return self.select_related("source").defer(
            "text", "html", "search", "heading", "left_out", "anchors"
        )


class Article(models.Model):
    """One article, known by the normal form of its URL."""

    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="articles"
    )
    url = models.TextField()
    key = models.TextField(
        help_text="the URL's normal form: the same article has the same key"
    )
    title = models.TextField()
    authors = ArrayField(models.TextField(), default=list, blank=True)
    published = models.DateTimeField(null=True, blank=True)
    published_precision = models.CharField(max_length=8, blank=True)
    published_offset = models.SmallIntegerField(
        default=0, help_text="minutes east of UTC, where it was published"
    )
    updated = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=8, blank=True)
    tags = ArrayField(models.TextField(), default=list, blank=True)
    text = models.TextField()
    html = MarkupField()
    excerpt = models.TextField(blank=True)
    image = models.TextField(blank=True)
    word_count = models.PositiveIntegerField(default=0)
    has_code = models.BooleanField(default=False, db_default=False)
    code_languages = ArrayField(models.TextField(), default=list, blank=True)
    quality = models.FloatField(default=0)
    quality_reasons = ArrayField(models.TextField(), default=list, blank=True)
    reviewed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="when somebody found this version to be as it should, whatever its quality",
    )
    methods = models.JSONField(default=dict, blank=True)
    left_out = models.JSONField(
        default=list,
        blank=True,
        help_text="the blocks of the page that are not in the article: kind, words, word_count, rule, reason",
    )
    content_hash = models.CharField(
        max_length=64, help_text="SHA-256 of title and text"
    )
    simhash = models.BigIntegerField(default=0)
    original = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies",
        help_text="the oldest of the articles that are nearly the same, where this is not it",
    )  # fmt: skip
    imports = ArrayField(
        models.TextField(), default=list, db_default=[], blank=True
    )  # Python packages, by its code
    labels = ArrayField(
        models.TextField(), default=list, db_default=[], blank=True
    )  # tags that people gave it
    rights = ArrayField(
        models.TextField(), default=list, db_default=[], blank=True
    )  # that its page reserves; `methods` says where each was read
    license = models.TextField(default="", db_default="", blank=True)
    runs = ArrayField(
        models.BigIntegerField(), default=list, db_default=[], blank=True
    )  # that stored it
    anchors = models.TextField(
        default="",
        db_default="",
        blank=True,
        help_text="what other articles call it where they link to it",
    )
    # How words become search terms, and how much of a text is looked at, is in
    # migrations/0001_initial.py.
    heading = models.GeneratedField(
        expression=Func(
            "language", "title", "authors", "published", function="catalog_heading"
        ),
        output_field=SearchVectorField(),
        db_persist=True,
        help_text="title (weight A), authors (B) and marks: short, so that reading it is quick",
    )
    search = models.GeneratedField(
        expression=Func(
            "language",
            "title",
            "authors",
            "text",
            "published",
            "anchors",
            function="catalog_search",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
        help_text="heading, anchors (C) and text (D)",
    )
    first_seen_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.CharField(max_length=150, default="", db_default="", blank=True)
    gone_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="since when its URL answers 404 or 410, where that is sure",
    )
    erased_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="when only the URL was left, so that no crawl brings it back",
    )

    DOUBTFUL_BELOW = 0.7  # quality: what is worse has lost or may lack something

    objects = ArticleQuerySet.as_manager()
    mark: Mark | None = None  # what the reader of a list keeps of it
    likeness: int = 100  # percent, beside the article that it was found near

    class Meta:
        ordering = ["-published", "-id"]
        # Not unique=True, which would add an index for patterns that nobody asks.
        constraints = [
            models.UniqueConstraint(fields=["key"], name="article_key"),
            models.UniqueConstraint(
                fields=["content_hash"], name="article_content_hash"
            ),
        ]
        indexes = [
            # Without a list of what is pending: each article that is stored asks it once, and
            # would read that list.
            GinIndex(
                Func("simhash", function="catalog_quarters"),
                name="article_quarters",
                condition=~models.Q(simhash=0),
                fastupdate=False,
            ),
            GinIndex(fields=["search"], name="article_search"),
            GinIndex(fields=["heading"], name="article_heading"),
            GinIndex(fields=["tags"], name="article_tags"),
            GinIndex(fields=["authors"], name="article_authors"),
            GinIndex(fields=["code_languages"], name="article_code_languages"),
            GinIndex(fields=["imports"], name="article_imports"),
            GinIndex(fields=["runs"], name="article_runs"),
            GinIndex(fields=["labels"], name="article_labels", condition=LABELLED),
            GinIndex(
                Func(*IN_KEYS, function="catalog_keys"),
                name="article_keys",
                condition=LIVE,
            ),
            models.Index(
                fields=["original"],
                name="article_copies",
                condition=LIVE & Q(original__isnull=False),
            ),
            models.Index(
                fields=["-deleted_at", "-id"],
                name="article_in_trash",
                condition=Q(deleted_at__isnull=False, erased_at__isnull=True),
            ),
            models.Index(
                fields=["-published", "-id"], name="article_by_date", condition=LIVE
            ),
            models.Index(
                fields=["-word_count", "-id"], name="article_by_words", condition=LIVE
            ),
            models.Index(
                fields=["-quality", "-id"], name="article_by_quality", condition=LIVE
            ),
            models.Index(
                fields=["-published", "-id"],
                name="article_gone",
                condition=LIVE & Q(gone_at__isnull=False),
            ),
            GinIndex(fields=["rights"], name="article_rights", condition=RESERVED),
            models.Index(
                fields=["license", "-published", "-id"],
                name="article_license",
                condition=LIVE & ~Q(license=""),
            ),
            models.Index(
                fields=["quality", "id"],
                name="article_to_review",
                condition=LIVE & TO_REVIEW,
            ),
            models.Index(
                fields=["source", "-published", "-id"],
                name="article_source_by_date",
                condition=LIVE,
            ),
            models.Index(
                fields=["language", "-published", "-id"],
                name="article_language_by_date",
                condition=LIVE,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return path_to("article", self.pk)

    @property
    def author(self) -> str:
        return ", ".join(self.authors)

    @property
    def left_out_count(self) -> int:
        """How many blocks of the page are not in the article; the last record may stand for
        several."""
        return sum(block.get("blocks", 1) for block in self.left_out)

    @property
    def is_doubtful(self) -> bool:
        """Whether the article may not be what its page says."""
        return self.quality < self.DOUBTFUL_BELOW

    @property
    def published_there(self) -> datetime | None:
        """When it was published, by the clock of the place: its day there may not be the day in
        UTC."""
        there = timezone(timedelta(minutes=self.published_offset))
        if self.published:
            return self.published.astimezone(there)
        return None

    @property
    def reading_minutes(self) -> int:
        """At 230 words a minute, at least one."""
        return max(1, round(self.word_count / 230))
