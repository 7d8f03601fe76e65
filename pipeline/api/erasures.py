"""Erasing for good, by source and by URL pattern, and the list of what was erased. For admins."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from catalog.paging import page_of
from pipeline.api.app import ERRORS, InvalidInput, Problem
from pipeline.api.pagination import KEYS, Limit, Listed, listed, username
from pipeline.api.schemas.base import Strict
from pipeline.models import ErasedURL, Erasure
from pipeline.privacy import listed as erased_list
from pipeline.privacy import requests
from pipeline.privacy.requests import NotErased

router = Router(tags=["privacy"])
MAX_LISTED = 1_000


class ErasureInput(Strict):
    """A source by its host, and a URL pattern as for a crawl, where not all of it is meant."""

    host: str
    pattern: str = ""


class ErasurePreview(Schema):
    """How many articles would be erased."""

    articles: int


class ErasureLine(Schema):
    """An erasure and how far it is. `host` and `pattern` are empty once it is done."""

    id: int
    host: str
    pattern: str
    state: str
    step: str
    found: int
    erased: int
    created_by: str
    created_at: datetime
    finished_at: datetime | None


class ErasedLine(Schema):
    """SHA-256 of the normal form of a URL whose article was erased."""

    digest: str
    erased_at: datetime


def _refused(error: NotErased) -> InvalidInput:
    return InvalidInput({"host": [str(error)]})


@router.get(
    "/erasures",
    response={200: Listed[ErasureLine], ERRORS: Problem},
    openapi_extra=KEYS,
)
def list_erasures(request: HttpRequest, limit: Limit = 100) -> Any:
    """List what was asked to be erased, the latest first."""
    page = page_of(Erasure.objects.all(), request.GET, limit)
    return listed(request, page.rows, page.older, page.newer)


@router.post("/erasures/preview", response={200: ErasurePreview, ERRORS: Problem})
def preview_erasure(request: HttpRequest, body: ErasureInput) -> Any:
    """Count what would be erased. Nothing is changed."""
    try:
        return {"articles": requests.preview(body.host, body.pattern)}
    except NotErased as error:
        raise _refused(error) from error


@router.post("/erasures", response={202: ErasureLine, ERRORS: Problem})
def start_erasure(request: HttpRequest, body: ErasureInput) -> Any:
    """Erase all articles of a source, or those whose URL fits the pattern, for good. Workers begin
    within seconds."""
    try:
        erasure = requests.start(body.host, body.pattern, username(request))
    except NotErased as error:
        raise _refused(error) from error
    return Status(202, erasure)


@router.get("/erased", response={200: list[ErasedLine], ERRORS: Problem})
def list_erased(request: HttpRequest) -> Any:
    """List the latest URLs that were erased, as digests."""
    return list(ErasedURL.objects.order_by("-erased_at", "digest")[:MAX_LISTED])


@router.delete("/erased/{digest}", response={204: None, ERRORS: Problem})
def lift_erased(request: HttpRequest, digest: str) -> Any:
    """Take a URL off the list, by its digest: a crawl may bring it back."""
    try:
        erased_list.lift(digest)
    except NotErased as error:
        raise InvalidInput({"digest": [str(error)]}) from error
    return Status(204, None)
