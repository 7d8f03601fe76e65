"""The log."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from pipeline.api import schemas
from pipeline.api.app import ERRORS, InvalidInput, Problem
from pipeline.api.pagination import Limit, Listed, filtered, listed, parameters
from pipeline.monitor.logs import pages, traces
from pipeline.monitor.logs.dropped import drops
from pipeline.monitor.logs.errors import kinds
from pipeline.monitor.logs.export import download
from pipeline.monitor.logs.filters import SPANS, LogFilter
from pipeline.monitor.logs.histogram import overview
from pipeline.monitor.models import LogEvent

router = Router(tags=["operations"])
Asked = Annotated[str, Query(max_length=2000)]


class TraceStep(Schema):
    """A line, the seconds since the first one, and the silence before it where that was long."""

    event: schemas.LogLine
    since: float
    gap: float | None


class Trace(Schema):
    """Lines in the order of time; `cut` where there are more, of which these are the newest."""

    steps: list[TraceStep]
    journeys: list[int]
    cut: bool


class ErrorKind(Schema):
    """Errors with one signature: how many, the worst level, when the first and the last was."""

    signature: str
    level: int
    n: int
    first: datetime
    last: datetime


class LogBar(Schema):
    """The lines of a part of the time, by how bad they are."""

    since: datetime
    until: datetime
    count: int


class LogName(Schema):
    """An event, how often it was, and how many of these were errors."""

    name: str
    number: int
    errors: int


class DroppedLines(Schema):
    """Lines of one process that the table never got; stdout has them."""

    process: str
    number: int
    since: datetime | None
    until: datetime | None


class LogOverview(Schema):
    """The lines of a time. Where not `whole`, they are counted without the words and fields of
    the search."""

    since: datetime | None
    until: datetime | None
    number: int
    whole: bool
    bars: list[LogBar]
    names: list[LogName]
    drops: list[DroppedLines]


@router.get(
    "/logs",
    response={200: Listed[schemas.LogLine], ERRORS: Problem},
    openapi_extra=parameters(LogFilter, "before", "after"),
)
def list_logs(request: HttpRequest, limit: Limit = 100) -> Any:
    """Log lines, the newest first, filtered and searched as on their page."""
    filtered(LogFilter, request, LogEvent.objects.all())
    page = pages.page_of(
        LogFilter(request.GET, LogEvent.objects.all()), request.GET, limit
    )
    return listed(request, page.rows, page.older, page.newer)


@router.get("/logs.ndjson", openapi_extra=parameters(LogFilter), response=None)
def export_logs(request: HttpRequest) -> Any:
    """Stream the filtered log lines as JSON lines."""
    filtered(LogFilter, request, LogEvent.objects.all())
    return download(LogFilter(request.GET, LogEvent.objects.all()))


@router.get(
    "/logs/overview",
    response={200: LogOverview, ERRORS: Problem},
    openapi_extra=parameters(LogFilter),
)
def show_overview(request: HttpRequest) -> Any:
    """How many lines there were when, the most frequent events, and what could not be kept: of the
    time that is asked for, else of the hour before the newest line."""
    filtered(LogFilter, request, LogEvent.objects.all())
    chosen = LogFilter(request.GET, LogEvent.objects.all())
    found = overview(chosen, pages.page_of(chosen, request.GET).rows)
    columns = {
        name: getattr(found, name)
        for name in ("since", "until", "number", "whole", "bars", "names")
    }
    return columns | {"drops": drops(found.since, found.until)}


@router.get("/logs/trace", response={200: Trace, ERRORS: Problem})
def show_trace(
    request: HttpRequest, url: Asked = "", journey: Asked = "", task: Asked = ""
) -> Any:
    """All lines of one address through all its runs, of one journey, or of one task, the oldest
    first."""
    if not (url or journey or task):
        raise InvalidInput({"url": ["Give a url, a journey or a task."]})
    found = traces.trace(url, journey, task)
    if "error" in found:
        raise InvalidInput({"url": [str(found["error"])]})
    met = [each.pk for each in found["journeys"]]
    return {"steps": found["steps"], "journeys": met, "cut": found.get("cut", False)}


@router.get("/logs/errors", response={200: list[ErrorKind], ERRORS: Problem})
def list_errors(request: HttpRequest, last: str = "24h") -> Any:
    """List the errors by kind, the latest first."""
    if last not in SPANS:
        raise InvalidInput({"last": [f"One of: {', '.join(SPANS)}"]})
    return kinds(timezone.now(), last)
