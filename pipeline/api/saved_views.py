"""Saved views of the catalogue: one's own, and those that others share."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Router, Status

from catalog import saved_views
from catalog.filters import ArticleFilter
from catalog.models import Article, SavedView
from catalog.paging import page_of
from pipeline.access.audit import record
from pipeline.api import schemas
from pipeline.api.app import ERRORS, Problem
from pipeline.api.pagination import KEYS, Limit, Listed, listed, parse_filter

router = Router(tags=["views"])
OF_THE_PAGE = "view"  # cards or table
NOT_FILTERS = (OF_THE_PAGE, "sort")


def to_json(request: HttpRequest, view: SavedView) -> dict[str, Any]:
    """Return a view and where its articles are."""
    query = QueryDict(view.query, mutable=True)
    query.pop(OF_THE_PAGE, None)
    return {
        "id": view.pk,
        "name": view.name,
        "query": view.query,
        "shared": view.shared,
        "owner": view.owner.get_username(),
        "mine": view.owner_id == request.user.pk,
        "articles": f"{reverse('api:list_articles')}?{query.urlencode()}",
    }


def _mine(request: HttpRequest, pk: int) -> SavedView:
    found: SavedView = get_object_or_404(
        SavedView.objects.select_related("owner"), pk=pk, owner=request.user.pk
    )
    return found


@router.get(
    "/views", response={200: Listed[schemas.View], ERRORS: Problem}, openapi_extra=KEYS
)
def list_views(request: HttpRequest, limit: Limit = 100) -> Any:
    """One's own views, and those that others share, the newest first."""
    page = page_of(saved_views.visible_to(request.user.pk), request.GET, limit)
    return listed(
        request, page.rows, page.older, page.newer, lambda view: to_json(request, view)
    )


@router.post("/views", response={201: schemas.View, 200: schemas.View, ERRORS: Problem})
def save_view(request: HttpRequest, body: schemas.ViewInput) -> Any:
    """Keep what the list of articles shows under a name; one's own view of that name is replaced.

    `query` is what follows the question mark of the list's address.
    """
    query = QueryDict(saved_views.normalized(QueryDict(body.query.removeprefix("?"))))
    parse_filter(ArticleFilter, query, Article.objects.none(), *NOT_FILTERS)
    view, made = saved_views.save(request.user.pk, body.dict(), query.urlencode())
    record(
        "create" if made else "update",
        "view",
        f"{view.pk} {view}",
        after={"query": view.query, "shared": view.shared},
    )
    return Status(201 if made else 200, to_json(request, view))


@router.get("/views/{int:pk}", response={200: schemas.View, ERRORS: Problem})
def show_view(request: HttpRequest, pk: int) -> Any:
    """One view; `articles` is the address of the articles in it."""
    return to_json(
        request, get_object_or_404(saved_views.visible_to(request.user.pk), pk=pk)
    )


@router.patch("/views/{int:pk}", response={200: schemas.View, ERRORS: Problem})
def change_view(request: HttpRequest, pk: int, body: schemas.ViewChange) -> Any:
    """Rename a view of one's own, shares it, or shares it no more."""
    view = _mine(request, pk)
    before = {"name": view.name, "shared": view.shared}
    saved_views.change(view, {**before, **body.dict(exclude_none=True)})
    after = {"name": view.name, "shared": view.shared}
    record("update", "view", f"{view.pk} {view}", before=before, after=after)
    return to_json(request, view)


@router.delete("/views/{int:pk}", response={204: None, ERRORS: Problem})
def delete_view(request: HttpRequest, pk: int) -> Any:
    """Delete a view of one's own."""
    view = _mine(request, pk)
    record(
        "delete",
        "view",
        f"{view.pk} {view}",
        before={"query": view.query, "shared": view.shared},
    )
    view.delete()
    return Status(204, None)
