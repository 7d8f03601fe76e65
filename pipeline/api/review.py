"""The review list: articles of low quality."""

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Router, Status

from catalog.review import review_page, set_reviewed
from pipeline.access.audit import record
from pipeline.api import schemas
from pipeline.api.app import ERRORS, Problem
from pipeline.api.pagination import KEYS, Limit, Listed, listed

router = Router(tags=["articles"])


@router.get(
    "/articles/review",
    response={200: Listed[schemas.ToReview], ERRORS: Problem},
    openapi_extra=KEYS,
)
def list_to_review(
    request: HttpRequest, limit: Limit = 100, source: str = "", reason: str = ""
) -> Any:
    """Articles of low quality that nobody found to be right, the lowest first, with the reasons;
    of one source by host, or those of which a reason holds words. Looking for a reason ends after
    a while: a part may then have few items or none, and `next` goes on."""
    page = review_page(request.GET, source, reason, limit)
    return listed(request, page.rows, page.older, page.newer)


@router.post("/articles/{int:pk}/review", response={204: None, ERRORS: Problem})
def review_article(request: HttpRequest, pk: int, undo: bool = False) -> Any:
    """Take an article off the review list since it is as it should be, or with `undo` puts it back.
    When its page changes it may come back by itself."""
    if not set_reviewed(pk, None if undo else timezone.now()):
        raise Http404("No article of low quality has this id.")
    record("review again" if undo else "review", "article", pk)
    return Status(204, None)
