"""The queues and the log."""

import json
from typing import Any

import structlog
from django.contrib import messages
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError as BrokerError

from pipeline.monitor.dead_letters import put_back
from pipeline.monitor.filters import LogFilter
from pipeline.monitor.histogram import histogram
from pipeline.monitor.models import LogEvent
from pipeline.monitor.queue_state import STALE, rows
from pipeline.monitor.series import RANGES, series
from pipeline.monitor.workers import workers
from pipeline.paging import page_of
from pipeline.queues import DEAD_LETTERS, STAGES

log = structlog.get_logger(__name__)
EVENTS = 100  # a page
EXPORTED = 100_000  # events of one download
COLUMNS = ("id", "level", "event", "process", "stage", "run", "journey", "task", "url")
PATIENCE = 3000  # milliseconds for a question to the log


@require_safe
def queues(request: HttpRequest) -> HttpResponse:
    """Every stage's queue."""
    return render(request, "monitor/queues.html", {**_queues(), "ranges": RANGES, "stages": STAGES})


@require_safe
def queues_live(request: HttpRequest) -> HttpResponse:
    """The moving part of it."""
    return render(request, "monitor/_queues_live.html", _queues())


def _queues() -> dict[str, Any]:
    now = timezone.now()
    found = rows(now)
    taken = max((row.taken for row in found), default=None)
    known = workers(now)
    return {
        "rows": [row for row in found if row.queue != DEAD_LETTERS],
        "dead": next((row for row in found if row.queue == DEAD_LETTERS), None),
        "workers": known,
        "lost": any(worker.state != "live" for worker in known),
        "taken": taken,
        "age": (now - taken).total_seconds() if taken else None,
        "stale": taken is None or now - taken > STALE,
    }


@require_safe
def queues_series(request: HttpRequest) -> JsonResponse:
    """The numbers of the chart."""
    name = request.GET.get("range", "1h")
    return JsonResponse(series(name if name in RANGES else "1h", timezone.now()))


@require_POST
def dead_letters(request: HttpRequest) -> HttpResponse:
    """Puts the dead letters back into the queues that they came from."""
    try:
        moved = put_back()
    except BrokerError as error:
        messages.error(request, f"The message broker does not answer, so nothing was moved or only a part: {error}")
    else:
        log.info("dead_letters_put_back", number=moved, by=request.user.get_username())
        messages.success(request, f"Put back: {moved}. Workers try them again now.")
    return redirect("queues")


@require_safe
def logs(request: HttpRequest) -> HttpResponse:
    """Log events, newest first."""
    chosen = LogFilter(request.GET, LogEvent.objects.all())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE}")
        page = page_of(chosen.qs, request.GET, EVENTS)
        cursor.execute("SET LOCAL statement_timeout = 0")
    limits = [chosen.form.cleaned_data.get(name) if chosen.is_valid() else None for name in ("since", "until")]
    context = {
        "filter": chosen,
        "page": page,
        "events": page.rows,
        "chips": _chips(request),
        "tail": "tail" in request.GET,
    }
    return render(request, "monitor/logs.html", context | {"bars": histogram(chosen.qs, *limits)})


def _chips(request: HttpRequest) -> tuple[str, str]:
    """The rest of the query, and what was searched, for the links that narrow the search by a value."""
    query = request.GET.copy()
    for position in ("before", "after"):
        query.pop(position, None)
    typed = str(query.pop("q", [""])[-1])
    return (f"{query.urlencode()}&" if query else ""), typed


@require_safe
def logs_export(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered events as JSON lines, newest first, up to EXPORTED of them."""
    rows = LogFilter(request.GET, LogEvent.objects.all()).qs.order_by("-pk")[:EXPORTED]
    response = StreamingHttpResponse(map(_line, rows.iterator(chunk_size=500)), content_type="application/x-ndjson")
    response["Content-Disposition"] = 'attachment; filename="log.ndjson"'
    return response


def _line(event: LogEvent) -> str:
    columns = {name: value for name in COLUMNS if (value := getattr(event, name)) not in (None, "")}
    return json.dumps({"at": event.at.isoformat(), **columns, **event.data}, default=str) + "\n"
