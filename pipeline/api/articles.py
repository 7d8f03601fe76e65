"""The catalogue and its sources."""

from typing import Any

import structlog
from django.db import transaction
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Status

from catalog import exports, links, trash
from catalog.facets import facets
from catalog.filters import ArticleFilter, filtered_page
from catalog.marks import marks_of
from catalog.models import Article, LinkCheck, Source
from catalog.near_duplicates import similar
from catalog.paging import page_of
from catalog.related import related
from catalog.versions import MAX_VERSIONS
from pipeline.access.audit import record
from pipeline.api import schemas
from pipeline.api.app import ERRORS, InvalidInput, Problem
from pipeline.api.pagination import (
    KEYS,
    Limit,
    Listed,
    filtered,
    listed,
    parameters,
    username,
)
from pipeline.models import Journey
from pipeline.runs.launch import launch_extraction

log = structlog.get_logger(__name__)
router = Router(tags=["articles"])
MAX_SELECTED = 10_000


def live() -> Any:
    """Return what is in the catalogue."""
    return Article.objects.live()


def _filters(request: HttpRequest) -> ArticleFilter:
    """Return the request's filter. Raises InvalidInput."""
    rows = live().for_reader(request.user.pk)
    filtered(ArticleFilter, request, rows)
    return ArticleFilter(request.GET, rows)


def _article(pk: int) -> Article:
    found: Article = get_object_or_404(
        live().select_related("source").defer("search"), pk=pk
    )
    return found


@router.get(
    "/articles",
    response={200: Listed[schemas.ArticleLine], ERRORS: Problem},
    openapi_extra=parameters(ArticleFilter, "sort", "before", "after"),
)
def list_articles(request: HttpRequest) -> Any:
    """Articles that match the filter, in the order and the pages of the catalogue's list."""
    page = filtered_page(_filters(request), request.GET)
    if page.timed_out:
        text = "The search took too long. Add a filter, or choose another order."
        raise InvalidInput({"q": [text]})
    marks = marks_of(request.user.pk, page.rows)
    for article in page.rows:
        article.mark = marks.get(article.pk)
    return listed(request, page.rows, page.older, page.newer)


@router.get(
    "/articles/facets",
    response={200: list[schemas.Facet], ERRORS: Problem},
    openapi_extra=parameters(ArticleFilter),
)
def show_facets(request: HttpRequest) -> Any:
    """List what the filter can be narrowed to, with counts."""
    _filters(request)
    return facets(request.GET, live().for_reader(request.user.pk))


@router.get("/articles.{form}", openapi_extra=parameters(ArticleFilter), response=None)
def export(request: HttpRequest, form: str) -> Any:
    """Exactly the articles that match the filter, streamed: jsonl, csv, atom, md or warc."""
    if form not in exports.FORMATS:
        raise Http404(f"No such format. Formats: {', '.join(exports.FORMATS)}.")
    return exports.export(form, _filters(request), request.GET)


@router.get("/articles/{int:pk}", response={200: dict[str, Any], ERRORS: Problem})
def show_article(request: HttpRequest, pk: int) -> Any:
    """Return an article with its text, html and where all of it comes from, as in the export of
    JSON lines."""
    article = _article(pk)
    return exports.record(article) | {
        "versions": article.versions.count(),
        "original": article.original_id,
    }


@router.get(
    "/articles/{int:pk}/original-page",
    response={200: schemas.OriginalPage, ERRORS: Problem},
)
def show_original_page(request: HttpRequest, pk: int) -> Any:
    """Tell whether the original page is still there, by the last look at its URL."""
    article = _article(pk)
    return LinkCheck.objects.filter(pk=article.pk).first() or LinkCheck()


@router.get(
    "/articles/{int:pk}/versions",
    response={200: list[schemas.Version], ERRORS: Problem},
)
def list_versions(request: HttpRequest, pk: int) -> Any:
    """List what the article was before it changed, the newest first."""
    return list(_article(pk).versions.all()[:MAX_VERSIONS])


@router.get(
    "/articles/{int:pk}/similar", response={200: list[schemas.Near], ERRORS: Problem}
)
def list_similar(request: HttpRequest, pk: int) -> Any:
    """Articles whose text is nearly the same, the nearest first."""
    found, _ = similar(_article(pk))
    return found


@router.get(
    "/articles/{int:pk}/related",
    response={200: list[schemas.ArticleLine], ERRORS: Problem},
)
def list_related(request: HttpRequest, pk: int) -> Any:
    """Articles that are about the same, the nearest first."""
    return related(_article(pk).pk)


@router.get(
    "/articles/{int:pk}/backlinks",
    response={200: list[schemas.Backlink], ERRORS: Problem},
)
def list_backlinks(request: HttpRequest, pk: int) -> Any:
    """Articles that link to this one, the latest in the catalogue first."""
    return [link._asdict() for link in links.backlinks(_article(pk))]


@router.get("/links", response={200: schemas.Cited, ERRORS: Problem})
def list_cited(request: HttpRequest) -> Any:
    """Return the hosts and pages of other sites that most sources link to, and the hosts to add
    next."""
    hosts = links.cited_hosts(links.MAX_LOOKED_AT) or []
    return {
        "hosts": [host._asdict() for host in hosts[: links.MAX_CITED]],
        "pages": [page._asdict() for page in links.cited_pages() or []],
        "to_add": [host.name for host in links.hosts_to_add(hosts)],
    }


@router.get(
    "/articles/{int:pk}/journeys",
    response={200: list[schemas.JourneyLine], ERRORS: Problem},
)
def list_article_journeys(request: HttpRequest, pk: int) -> Any:
    """List the runs that found the article, the latest first."""
    return list(Journey.objects.filter(article=_article(pk)).order_by("-pk")[:100])


@router.delete("/articles/{int:pk}", response={204: None, ERRORS: Problem})
def delete_article(request: HttpRequest, pk: int) -> Any:
    """Delete the article and exclude it from future crawls."""
    _delete([_article(pk).pk], username(request))
    return Status(204, None)


@router.post("/articles/delete", response={200: schemas.ChangedCount, ERRORS: Problem})
def delete_articles(request: HttpRequest, selected: schemas.Selection) -> Any:
    """Delete these articles and exclude them from future crawls."""
    return {"changed": _delete(valid_ids(selected.ids), username(request))}


def _delete(ids: list[int], by: str) -> int:
    with transaction.atomic():
        deleted = trash.delete(ids, timezone.now(), by)
        record(
            "delete", "article", ", ".join(map(str, ids)), after={"deleted": deleted}
        )
    log.info("articles_deleted", number=deleted, articles=ids[:100], by=by)
    return deleted


@router.get(
    "/articles/trash",
    response={200: Listed[schemas.TrashedArticle], ERRORS: Problem},
    openapi_extra=KEYS,
)
def list_trash(request: HttpRequest, limit: Limit = 100) -> Any:
    """List deleted articles that can be restored, the latest in the catalogue first."""
    page = page_of(trash.in_trash().for_lists(), request.GET, limit)
    return listed(request, page.rows, page.older, page.newer)


@router.post("/articles/restore", response={200: schemas.ChangedCount, ERRORS: Problem})
def restore_articles(request: HttpRequest, selected: schemas.Selection) -> Any:
    """Put these articles back from the trash, with their labels and versions."""
    ids = valid_ids(selected.ids)
    with transaction.atomic():
        restored = trash.restore(Article.objects.filter(pk__in=ids))
        record(
            "restore", "article", ", ".join(map(str, ids)), after={"restored": restored}
        )
    return {"changed": restored}


@router.post("/articles/erase", response={200: schemas.ChangedCount, ERRORS: Problem})
def erase_articles(request: HttpRequest, selected: schemas.Selection) -> Any:
    """Erase these articles of the trash for good: text, versions, stored pages. For admins."""
    ids = valid_ids(selected.ids)
    with transaction.atomic():
        erased = trash.erase(Article.objects.filter(pk__in=ids), timezone.now())
        record("erase", "article", ", ".join(map(str, ids)), after={"erased": erased})
    return {"changed": erased}


def valid_ids(ids: list[int]) -> list[int]:
    """Return the ids, where they can be some. Raises InvalidInput."""
    if len(ids) > MAX_SELECTED or any(not 0 < each < 2**63 for each in ids):
        raise InvalidInput({"ids": [f"Give up to {MAX_SELECTED:,} ids of articles."]})
    return ids


@router.post(
    "/articles/extract-again", response={201: schemas.RunLine, ERRORS: Problem}
)
def extract_again(request: HttpRequest, selected: schemas.ExtractAgain) -> Any:
    """Start a run that extracts these articles again from their stored pages, without fetching."""
    ids = valid_ids(selected.ids)
    run = launch_extraction(ids, by=username(request), preview=selected.preview)
    return Status(201, run)


@router.get(
    "/sources",
    response={200: Listed[schemas.Source], ERRORS: Problem},
    openapi_extra=KEYS,
    tags=["sources"],
)
def list_sources(request: HttpRequest, limit: Limit = 100) -> Any:
    """List the blogs, the latest first. The facet `source` counts their articles."""
    page = page_of(Source.objects.all(), request.GET, limit)
    return listed(request, page.rows, page.older, page.newer)
