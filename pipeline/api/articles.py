"""The catalogue and its sources."""

from typing import Any

import structlog
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import resolve, reverse
from ninja import Router, Status

from catalog import exports
from catalog.facets import facets
from catalog.filters import ArticleFilter
from catalog.models import Article, Source
from catalog.near_duplicates import similar
from catalog.search.paging import page_of
from catalog.selection import delete
from catalog.versions import SHOWN
from pipeline.access.audit import record
from pipeline.api import schemas
from pipeline.api.app import ERRORS, InvalidInput, Problem
from pipeline.api.pagination import Listed, filtered, listed, parameters
from pipeline.api.runs import KEYS, Limit, by
from pipeline.core.paging import page_of as page_by_id
from pipeline.models import Journey
from pipeline.runs.launch import launch_extraction

log = structlog.get_logger(__name__)
router = Router(tags=["articles"])
MOST_CHOSEN = 10_000


def live() -> Any:
    """What is in the catalogue."""
    return Article.objects.live()


def _filtered(request: HttpRequest) -> Any:
    return filtered(ArticleFilter, request, live())


def _article(pk: int) -> Article:
    found: Article = get_object_or_404(live().select_related("source").defer("search"), pk=pk)
    return found


@router.get(
    "/articles",
    response={200: Listed[schemas.ArticleLine], ERRORS: Problem},
    openapi_extra=parameters(ArticleFilter, "sort", "before", "after"),
)
def list_articles(request: HttpRequest) -> Any:
    """Articles that fit the filter, in the order and the parts of the catalogue's page."""
    _filtered(request)
    filters = ArticleFilter(request.GET, live())
    page = page_of(
        filters.qs.for_lists(), request.GET, filters.search, filters.by_keys(), filters.days
    )
    if not page.in_time:
        raise InvalidInput(
            {"q": ["to find what fits took too long: add a filter, or choose another order"]}
        )
    return listed(request, page.rows, page.older, page.newer)


@router.get(
    "/articles/facets",
    response={200: list[schemas.Facet], ERRORS: Problem},
    openapi_extra=parameters(ArticleFilter),
)
def show_facets(request: HttpRequest) -> Any:
    """What the filter can be narrowed to, with counts."""
    _filtered(request)
    return facets(request.GET, live())


@router.get("/articles.{form}", openapi_extra=parameters(ArticleFilter), response=None)
def export(request: HttpRequest, form: str) -> Any:
    """Exactly the articles that the filter leaves, streamed: jsonl, csv, atom, and what else the catalogue exports."""
    _filtered(request)
    response: HttpResponse = resolve(reverse("articles-export", args=[form])).func(request, form)
    return response


@router.get("/articles/{int:pk}", response={200: dict[str, Any], ERRORS: Problem})
def show_article(request: HttpRequest, pk: int) -> Any:
    """An article with its text, html, and where all of it comes from; as in the export of JSON lines."""
    article = _article(pk)
    return exports.record(article) | {
        "versions": article.versions.count(),
        "original": article.original_id,
    }


@router.get("/articles/{int:pk}/versions", response={200: list[schemas.Version], ERRORS: Problem})
def list_versions(request: HttpRequest, pk: int) -> Any:
    """What the article was before it changed, the newest first."""
    return list(_article(pk).versions.all()[:SHOWN])


@router.get("/articles/{int:pk}/similar", response={200: list[schemas.Near], ERRORS: Problem})
def list_similar(request: HttpRequest, pk: int) -> Any:
    """Articles whose text is nearly the same, the nearest first."""
    return similar(_article(pk))[0]


@router.get(
    "/articles/{int:pk}/journeys", response={200: list[schemas.JourneyLine], ERRORS: Problem}
)
def list_article_journeys(request: HttpRequest, pk: int) -> Any:
    """In which runs the article was met, the latest first."""
    return list(Journey.objects.filter(article=_article(pk)).order_by("-pk")[:100])


@router.delete("/articles/{int:pk}", response={204: None, ERRORS: Problem})
def delete_article(request: HttpRequest, pk: int) -> Any:
    """Takes the article out of the catalogue; a tombstone keeps crawls from bringing it back."""
    _delete([_article(pk).pk], by(request))
    return Status(204, None)


@router.post("/articles/delete", response={200: schemas.Done, ERRORS: Problem})
def delete_articles(request: HttpRequest, chosen: schemas.Chosen) -> Any:
    """Takes these articles out of the catalogue."""
    return {"changed": _delete(bounded(chosen.ids), by(request))}


def _delete(ids: list[int], who: str) -> int:
    with transaction.atomic():
        gone = delete(ids)
        record("delete", "article", ", ".join(map(str, ids)), after={"deleted": gone})
    log.info("articles_deleted", number=gone, articles=ids[:100], by=who)
    return gone


def bounded(ids: list[int]) -> list[int]:
    """The ids, where they are some that could be. Raises InvalidInput."""
    if len(ids) > MOST_CHOSEN or any(not 0 < each < 2**63 for each in ids):
        raise InvalidInput({"ids": [f"up to {MOST_CHOSEN:,} ids of articles at once"]})
    return ids


@router.post("/articles/extract-again", response={201: schemas.RunLine, ERRORS: Problem})
def extract_again(request: HttpRequest, chosen: schemas.ExtractAgain) -> Any:
    """A run that extracts these articles anew from their stored pages, without fetching."""
    return Status(
        201, launch_extraction(bounded(chosen.ids), by=by(request), preview=chosen.preview)
    )


@router.get(
    "/sources",
    response={200: Listed[schemas.Source], ERRORS: Problem},
    openapi_extra=KEYS,
    tags=["sources"],
)
def list_sources(request: HttpRequest, limit: Limit = 100) -> Any:
    """The blogs, the latest first. Counts of their articles are in the facet `source`."""
    page = page_by_id(Source.objects.all(), request.GET, limit)
    return listed(request, page.rows, page.older, page.newer)
