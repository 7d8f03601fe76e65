"""Highlights of the token's user: theirs alone."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Status

from catalog import highlights
from catalog.models import Article, Passage
from catalog.paging import page_of
from pipeline.api import schemas
from pipeline.api.app import ERRORS, InvalidInput, Problem
from pipeline.api.pagination import KEYS, Limit, Listed, listed

router = Router(tags=["articles"])


@router.get(
    "/highlights",
    response={200: Listed[schemas.Highlight], ERRORS: Problem},
    openapi_extra=KEYS,
)
def list_highlights(request: HttpRequest, limit: Limit = 100) -> Any:
    """Your highlights, the newest first."""
    page = page_of(highlights.listed(request.user.pk), request.GET, limit)
    return listed(request, page.rows, page.older, page.newer)


@router.post(
    "/articles/{int:pk}/highlights", response={201: schemas.Highlight, ERRORS: Problem}
)
def add_highlight(request: HttpRequest, pk: int, body: schemas.HighlightInput) -> Any:
    """Highlight a passage of an article, for you alone. `start` says which one, where its words
    occur more than once."""
    article = get_object_or_404(Article.objects.live().for_lists(), pk=pk)
    owner = request.user.pk or 0
    try:
        passage = highlights.add(owner, article, body.quote, body.note, body.start)
    except highlights.NotKept as error:
        raise InvalidInput({"quote": [str(error)]}) from error
    return Status(201, passage)


@router.delete("/highlights/{int:pk}", response={204: None, ERRORS: Problem})
def delete_highlight(request: HttpRequest, pk: int) -> Any:
    """Delete a highlight of yours."""
    get_object_or_404(Passage, pk=pk, owner=request.user.pk).delete()
    return Status(204, None)
