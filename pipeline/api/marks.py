"""What the token's user has read, starred and archived: theirs alone."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from catalog.marks import mark
from pipeline.api import schemas
from pipeline.api.app import ERRORS, Problem
from pipeline.api.articles import valid_ids

router = Router(tags=["articles"])


@router.post("/articles/mark", response={200: schemas.ChangedCount, ERRORS: Problem})
def mark_articles(request: HttpRequest, body: schemas.MarkInput) -> Any:
    """Mark articles as read or unread, stars or archives them, for you alone."""
    ids = valid_ids(body.ids)
    return {"changed": mark(request.user.pk or 0, ids, body.mark, timezone.now())}
