"""The stored pages, and articles as they are read."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import resolve, reverse
from ninja import Router, Schema

from pipeline.api.app import ERRORS, Problem
from pipeline.models import Snapshot

router = Router(tags=["articles"])


class Stored(Schema):
    """A page as it was fetched; `size` is bytes, `redirects` are the statuses and addresses on the way."""

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


def _of_the_page(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    answer: HttpResponse = resolve(reverse(name, args=[pk])).func(request, pk)
    return answer


@router.get("/snapshots/{int:pk}", response={200: Stored, ERRORS: Problem})
def show_snapshot(request: HttpRequest, pk: int) -> Any:
    """How a page was fetched: its status, its headers, where it ended. `snapshot` of a journey is its id."""
    return get_object_or_404(Snapshot.objects.select_related("body").defer("body__data"), pk=pk)


@router.get("/snapshots/{int:pk}/body", response=None)
def show_body(request: HttpRequest, pk: int) -> Any:
    """The page as it was fetched: a stranger's bytes."""
    return _of_the_page(request, "stored-page", pk)


@router.get("/articles/{int:pk}.md", response=None)
def show_markdown(request: HttpRequest, pk: int) -> Any:
    """The article as a Markdown file."""
    return _of_the_page(request, "article-markdown", pk)
