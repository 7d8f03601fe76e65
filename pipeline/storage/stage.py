"""The store stage: draft -> article in the catalogue, once, whatever is delivered twice."""

import hashlib
from datetime import datetime
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections, transaction

from catalog.code_imports import imported
from catalog.links import link_arrays, replace_links
from catalog.models import Article, ArticleVersion, Source
from catalog.near_duplicates import MAX_DIFFERENT_BITS, quarters
from pipeline.core import serialize
from pipeline.core.failures import Rejected, Unavailable
from pipeline.core.records import Draft, aware
from pipeline.core.url import BadURL, host_at, normal_form, same_site
from pipeline.journeys import transitions
from pipeline.journeys.erased import forget_urls
from pipeline.journeys.outcome import Ended, Outcome
from pipeline.journeys.transitions import PendingWrite, StageContext
from pipeline.models import ErasedURL, Journey
from pipeline.models.erasure import digest_of
from pipeline.storage.duplicates import group
from pipeline.storage.links import links_of
from pipeline.storage.shrunk import since_before

TRIES = 3  # each finds what the one before ran into
REFRESHED = (
    "html",
    "image",
    "has_code",
    "code_languages",
    "imports",
    "quality",
    "quality_reasons",
    "left_out",
    "rights",
    "license",
    "methods",
)
RUNS_KEPT = 100  # of those that stored an article, the latest

# A new article of a known blog that looks like no other, in the statement that ends its journey.
# Why it looks for near ones as it does, catalog/near_duplicates.py says.
INSERT = f"""
WITH held AS (
    SELECT id FROM pipeline_journey WHERE id = %(id)s
        AND (state = 'pending' AND stage = %(stage)s) IS TRUE FOR UPDATE
), close AS MATERIALIZED (
    SELECT simhash, deleted_at FROM catalog_article
    WHERE simhash <> 0 AND catalog_quarters(simhash) && (SELECT %(quarters)s::int[])
), kept AS (
    INSERT INTO catalog_article ({{columns}})
    SELECT {{values}} FROM held, catalog_source AS source WHERE source.host = %(host)s
        AND NOT EXISTS (SELECT FROM pipeline_erasedurl WHERE digest = %(erased)s)
        AND NOT EXISTS (
        SELECT FROM close WHERE deleted_at IS NULL
            AND bit_count((simhash # %(new_simhash)s)::bit(64)) <= {MAX_DIFFERENT_BITS}
    )
    ON CONFLICT DO NOTHING RETURNING id
), linked AS (
    INSERT INTO catalog_link (article_id, place, target, host, text)
    SELECT kept.id, each.* FROM kept, unnest(
        %(places)s::int[], %(targets)s::text[], %(hosts)s::text[], %(texts)s::text[]
    ) AS each
)
"""  # noqa: S608


def store(context: StageContext) -> Outcome:
    """Put the journey's draft into the catalogue: new, updated, unchanged, or a duplicate of
    another article.
    """
    if context.draft:
        draft = serialize.unpack(Draft, context.draft)
    else:
        draft = Draft(context.url, title="", text="", html="")
    key, url = address_of(draft, context)
    if not context.preview and (
        new := transitions.finish_stored(
            context, "new", insertion(context.run, draft, key, url)
        )
    ):
        return Ended("stored", "new", new.article, written=True, counted=new.counted)
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return record(context, draft, key, url)
        except (
            IntegrityError
        ):  # somebody was quicker: with the same content, or with this very article
            if duplicate := duplicate_of(content_hash(draft), key):
                return duplicate
    return Unavailable("contended", "others kept storing or removing the same article")


def address_of(draft: Draft, context: StageContext) -> tuple[str, str]:
    """(key, address) of the article: the canonical one where it is of the same site, else the one
    asked for.
    """
    try:
        if draft.url and same_site(draft.url, context.url):
            return normal_form(draft.url), draft.url
    except BadURL:
        pass
    return context.key, context.url


def insertion(run: int, draft: Draft, key: str, url: str) -> PendingWrite:
    """Return the draft as a new article; nothing where its blog is not known yet, or the article,
    its content or one that looks like it are."""
    article = Article(key=key, runs=[run], **columns(draft, url))
    sql, fields = _insert()
    database = connections[DEFAULT_DB_ALIAS]  # `connection` would look it up each time
    values = {
        name: field.get_db_prep_save(field.pre_save(article, True), database)
        for name, field in fields
    }
    if draft.simhash:
        near = quarters(draft.simhash)
    else:
        near = []
    links = link_arrays(links_of(draft.html, url))
    beside = {"host": host_at(url), "quarters": near, "erased": digest_of(key)}
    return PendingWrite(sql, {**values, **links, **beside})


@cache
def _insert() -> tuple[str, list[tuple[str, Any]]]:
    """Return the statement, and its values' names with the article's fields that they are of."""
    fields = {
        str(f.column): f
        for f in Article._meta.local_concrete_fields
        if not (f.primary_key or f.generated)
    }
    of_source = {"source_id": "source.id", "labels": "source.labels"}
    selected = [of_source.get(name, f"%(new_{name})s") for name in fields]
    sql = INSERT.format(columns=", ".join(fields), values=", ".join(selected))
    return sql, [(f"new_{name}", field) for name, field in fields.items()]


def record(context: StageContext, draft: Draft, key: str, url: str) -> Outcome:
    """Create or update the article of this key."""
    values = columns(draft, url)
    article = Article.objects.select_for_update().filter(key=key).first()
    if article is None and ErasedURL.objects.among([key]):
        forget_urls([context.key])
        return Rejected("erased", "its article was erased earlier", skipped=True)
    if article is None:
        source = source_of(url, draft)
        if context.preview:
            return Rejected("would-change", "it would be a new article", skipped=True)
        article = Article.objects.create(
            key=key,
            source=source,
            runs=[context.run],
            labels=source.labels,
            **values,
        )
        replace_links(article.pk, links_of(draft.html, url))
        group(article)
        return stored(context, article, "new")
    if article.deleted_at:
        return Rejected(
            "deleted", "its owner deleted it from the catalogue", skipped=True
        )
    if before := stored_before(context, article.pk):
        return before
    if stored_by_other(context, article.pk):
        return Ended("duplicate", f"another address of {article.url}", article.pk)
    values = since_before(article, values)
    if article.content_hash == values["content_hash"]:
        if not context.preview:
            refresh(article, values)
        return Ended("unchanged", "the same text as before", article.pk)
    if context.preview:
        return Rejected("would-change", changes(article, values), skipped=True)
    keep_version(article)
    for field, value in values.items():
        setattr(article, field, value)
    article.reviewed_at = None
    article.runs = [*article.runs, context.run][-RUNS_KEPT:]
    article.save()
    replace_links(article.pk, links_of(draft.html, url))
    group(article)
    return stored(context, article, "updated")


def refresh(article: Article, values: dict[str, Any]) -> None:
    """Update what extraction may find better in the same text; that makes no version of its own."""
    changed = {
        name: values[name]
        for name in REFRESHED
        if getattr(article, name) != values[name]
    }
    if "quality_reasons" in changed:
        changed["reviewed_at"] = None
    if changed:
        Article.objects.filter(pk=article.pk).update(**changed)
    if "html" in changed:
        replace_links(article.pk, links_of(changed["html"], article.url))


def stored(context: StageContext, article: Article, detail: str) -> Ended:
    """Say so on the journey's row in the article's own transaction: a worker that is killed before
    the journey has ended comes back, and must not find its own work and call it unchanged.
    """
    Journey.objects.filter(pk=context.id).update(article=article, detail=detail)
    return Ended("stored", detail, article.pk)


def stored_before(context: StageContext, article: int) -> Ended | None:
    """Return what this journey did before its worker was killed."""
    done = Journey.objects.filter(
        pk=context.id, article_id=article, detail__in=["new", "updated"]
    )
    detail = done.values_list("detail", flat=True).first()
    if detail:
        return Ended("stored", detail, article)
    return None


def keep_version(article: Article) -> None:
    """Keep what the article was, before it changes."""
    kept = (
        "title",
        "text",
        "html",
        "authors",
        "published",
        "word_count",
        "left_out",
        "content_hash",
    )
    ArticleVersion.objects.create(
        article=article, **{name: getattr(article, name) for name in kept}
    )


def changes(article: Article, values: dict[str, Any]) -> str:
    """Return what would become of the article, in one sentence."""
    shown = ("title", "authors", "published", "language", "tags", "text")
    fields = [name for name in shown if getattr(article, name) != values[name]]
    words = values["word_count"] - article.word_count
    return f"{', '.join(fields)} would change ({words:+} words)"


def stored_by_other(context: StageContext, article: int) -> bool:
    """Whether another URL of the same run ended as this article, or is about to."""
    others = Journey.objects.filter(run_id=context.run, article_id=article).exclude(
        pk=context.id
    )
    return others.filter(state__in=["pending", "stored", "unchanged"]).exists()


def duplicate_of(digest: str, key: str) -> Outcome | None:
    """Return the outcome where another article has this very content."""
    original = Article.objects.exclude(key=key).filter(content_hash=digest).first()
    if original:
        return Ended("duplicate", f"the same content as {original.url}", original.pk)
    return None


def source_of(url: str, draft: Draft) -> Source:
    """Return the blog that the article belongs to."""
    defaults = {"name": draft.site_name[:300], "language": draft.language}
    return Source.objects.get_or_create(host=host_at(url), defaults=defaults)[0]


def content_hash(draft: Draft) -> str:
    """SHA-256, hex, of title and text with white space folded."""
    return hashlib.sha256(
        " ".join(f"{draft.title}\n{draft.text}".split()).encode()
    ).hexdigest()


def columns(draft: Draft, url: str) -> dict[str, Any]:
    """Return the draft as the article's columns."""
    plain = (
        "title",
        "published_precision",
        "language",
        "text",
        "html",
        "excerpt",
        "image",
        "license",
    )
    values = {
        name: getattr(draft, name)
        for name in (*plain, "word_count", "quality", "simhash")
    }
    code = [serialize.dump(block) for block in draft.code]
    return values | {
        "url": url,
        "published": aware(draft.published),
        "published_offset": _offset(draft.published),
        "updated": aware(draft.updated),
        "authors": list(draft.authors),
        "tags": list(draft.tags),
        "rights": list(draft.rights),
        "has_code": bool(code),
        "imports": imported(code),
        "code_languages": sorted(
            {block.language for block in draft.code if block.language}
        ),
        "quality_reasons": list(draft.quality_reasons),
        "methods": dict(draft.methods),
        "left_out": [serialize.dump(block) for block in draft.left_out],
        "content_hash": content_hash(draft),
    }


def _offset(moment: datetime | None) -> int:
    """Minutes east of UTC; 0 where nobody says."""
    if moment:
        offset = moment.utcoffset()
    else:
        offset = None
    if offset:
        return round(offset.total_seconds() / 60)
    return 0
