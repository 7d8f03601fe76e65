"""Imports of blogs and articles, and the sources as OPML."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Form, Router, Schema, Status, UploadedFile

from catalog.paging import page_of
from pipeline.api.app import ERRORS, InvalidInput, Problem
from pipeline.api.pagination import KEYS, Limit, Listed, listed
from pipeline.exports.opml import opml
from pipeline.models import Import
from pipeline.runs import imports
from pipeline.runs.import_form import ImportForm
from pipeline.runs.import_results import AS_IN_THE_FILE, Result, results, totals_of

router = Router(tags=["imports"])


class ImportOut(Schema):
    """A list that was brought. Nothing of it is crawled before it is started."""

    id: int
    name: str
    kind: str
    created_at: datetime
    started_at: datetime | None
    blogs: int
    articles: int
    problems: int


class ImportLine(Schema):
    """A line of a list, and what came of it."""

    id: int
    line: int
    address: str
    title: str
    labels: list[str]
    feed: str
    is_article: bool
    is_read: bool
    is_starred: bool
    run: int | None
    state: str
    result: str


class Started(Schema):
    """The runs that an import started."""

    runs: list[int]


def to_json(whole: Import) -> dict[str, Any]:
    """Return an import with the numbers of its lines."""
    totals = totals_of(whole)
    return {
        "id": whole.pk,
        "name": whole.name,
        "kind": whole.kind,
        "created_at": whole.created_at,
        "started_at": whole.started_at,
        "blogs": totals.blogs,
        "articles": totals.pages,
        "problems": totals.problems,
    }


def _line(result: Result) -> dict[str, Any]:
    row = result.row
    names = ("line", "address", "title", "labels", "feed", "is_read", "is_starred")
    return {name: getattr(row, name) for name in names} | {
        "id": row.pk,
        "is_article": row.is_page,
        "run": row.run_id,
        "state": result.state,
        "result": result.text,
    }


@router.get(
    "/imports", response={200: Listed[ImportOut], ERRORS: Problem}, openapi_extra=KEYS
)
def list_imports(request: HttpRequest, limit: Limit = 100) -> Any:
    """List the imports, the newest first."""
    page = page_of(Import.objects.all(), request.GET, limit)
    return listed(request, page.rows, page.older, page.newer, to_json)


@router.post("/imports", response={201: ImportOut, ERRORS: Problem})
def make_import(
    request: HttpRequest,
    file: UploadedFile | None = File(None),  # noqa: B008
    url: str = Form(""),
    text: str = Form(""),
) -> Any:
    """Bring a list as a file, by its URL or as text, and start nothing: OPML, bookmarks, exports of
    Pocket, Instapaper, Karakeep or wallabag, CSV or text, up to 5 MB."""
    form = ImportForm({"url": url, "text": text}, request.FILES)
    if not form.is_valid():
        raise InvalidInput.of(form)
    return Status(201, to_json(form.save(request.user)))


@router.get("/imports/{int:pk}", response={200: ImportOut, ERRORS: Problem})
def show_import(request: HttpRequest, pk: int) -> Any:
    """One import."""
    return to_json(get_object_or_404(Import, pk=pk))


@router.delete("/imports/{int:pk}", response={204: None, ERRORS: Problem})
def delete_import(request: HttpRequest, pk: int) -> Any:
    """Delete an import. Its runs and articles stay."""
    imports.remove(get_object_or_404(Import, pk=pk))
    return Status(204, None)


@router.get(
    "/imports/{int:pk}/lines",
    response={200: Listed[ImportLine], ERRORS: Problem},
    openapi_extra=KEYS,
)
def list_import_lines(request: HttpRequest, pk: int, limit: Limit = 100) -> Any:
    """List the lines of an import in their order, each with what came of it."""
    whole = get_object_or_404(Import, pk=pk)
    rows = whole.rows.select_related("parent")
    page = page_of(rows, request.GET, limit, AS_IN_THE_FILE)
    return listed(request, results(page.rows), page.older, page.newer, _line)


@router.post("/imports/{int:pk}/start", response={200: Started, ERRORS: Problem})
def start_import(request: HttpRequest, pk: int) -> Any:
    """Start the runs of an import: blogs are crawled, single articles fetched. Once started it
    returns the same runs."""
    whole = get_object_or_404(Import, pk=pk)
    runs = imports.start(whole, by=request.user.get_username())
    return {"runs": [run.pk for run in runs]}


@router.get("/sources.opml", response={200: str, ERRORS: Problem})
def export_sources(request: HttpRequest) -> Any:
    """Return all sources as OPML, with their feeds, in folders by label."""
    return StreamingHttpResponse(opml(), content_type="text/x-opml; charset=utf-8")
