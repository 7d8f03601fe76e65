"""The log."""

from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import resolve, reverse
from ninja import Router

from pipeline.api import shapes
from pipeline.api.listing import Listed, filtered, listed, parameters
from pipeline.api.root import ERRORS, Problem
from pipeline.api.runs import Limit
from pipeline.monitor.filters import LogFilter
from pipeline.monitor.models import LogEvent
from pipeline.paging import page_of

router = Router(tags=["operations"])
PATIENCE = 3000  # milliseconds for a question to the log


@router.get(
    "/logs",
    response={200: Listed[shapes.LogLine], ERRORS: Problem},
    openapi_extra=parameters(LogFilter, "before", "after"),
)
def list_logs(request: HttpRequest, limit: Limit = 100) -> Any:
    """Log lines, the newest first, filtered and searched as on their page."""
    found = filtered(LogFilter, request, LogEvent.objects.all())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE}")
        page = page_of(found, request.GET, limit)
    return listed(request, page.rows, page.older, page.newer)


@router.get("/logs.ndjson", openapi_extra=parameters(LogFilter), response=None)
def export_logs(request: HttpRequest) -> Any:
    """The filtered log lines as JSON lines, streamed."""
    filtered(LogFilter, request, LogEvent.objects.all())
    response: HttpResponse = resolve(reverse("logs-export")).func(request)
    return response
