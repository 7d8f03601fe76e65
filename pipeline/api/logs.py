"""The log."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import resolve, reverse
from ninja import Router

from pipeline.api import shapes
from pipeline.api.listing import Listed, filtered, listed, parameters
from pipeline.api.root import ERRORS, Problem
from pipeline.api.runs import Limit
from pipeline.monitor import lookback
from pipeline.monitor.filters import LogFilter
from pipeline.monitor.models import LogEvent

router = Router(tags=["operations"])


@router.get(
    "/logs",
    response={200: Listed[shapes.LogLine], ERRORS: Problem},
    openapi_extra=parameters(LogFilter, "before", "after"),
)
def list_logs(request: HttpRequest, limit: Limit = 100) -> Any:
    """Log lines, the newest first, filtered and searched as on their page."""
    filtered(LogFilter, request, LogEvent.objects.all())
    page = lookback.page_of(LogFilter(request.GET, LogEvent.objects.all()), request.GET, limit)
    return listed(request, page.rows, page.older, page.newer)


@router.get("/logs.ndjson", openapi_extra=parameters(LogFilter), response=None)
def export_logs(request: HttpRequest) -> Any:
    """The filtered log lines as JSON lines, streamed."""
    filtered(LogFilter, request, LogEvent.objects.all())
    response: HttpResponse = resolve(reverse("logs-export")).func(request)
    return response
