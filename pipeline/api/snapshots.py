"""The stored pages, and articles as they are read."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from catalog.models import Article
from pipeline.api.app import ERRORS, Problem
from pipeline.exports import markdown
from pipeline.fetching import snapshots
from pipeline.http.stored_page import stored_page_response

router = Router(tags=["articles"])


class Stored(Schema):
    """A page as it was fetched; `size` is bytes, `redirects` are the statuses and addresses on
    the way."""

    id: int
    url: str
    final_url: str
    status: int
    fetched_at: datetime
    seconds: float
    headers: dict[str, Any]
    redirects: list[Any]
    size: int
    digest: str

    @staticmethod
    def resolve_size(snapshot: Any) -> int:
        return int(snapshot.body.size)

    @staticmethod
    def resolve_digest(snapshot: Any) -> str:
        return str(snapshot.body_id)


@router.get("/snapshots/{int:pk}", response={200: Stored, ERRORS: Problem})
def show_snapshot(request: HttpRequest, pk: int) -> Any:
    """How a page was fetched: its status, its headers, where it ended. `snapshot` of a journey is
    its id."""
    return get_object_or_404(
        snapshots.readable().select_related("body").defer("body__data"), pk=pk
    )


@router.get("/snapshots/{int:pk}/body", response=None)
def show_body(request: HttpRequest, pk: int) -> Any:
    """Return the raw response body (untrusted)."""
    return stored_page_response(
        get_object_or_404(snapshots.readable().select_related("body"), pk=pk)
    )


@router.get("/articles/{int:pk}.md", response=None)
def show_markdown(request: HttpRequest, pk: int) -> Any:
    """Return the article as a Markdown file."""
    articles = Article.objects.live().select_related("source")
    return markdown.response(get_object_or_404(articles, pk=pk))
