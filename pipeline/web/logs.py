"""The log: its list, one line with those around it, the trace of one address or task, the errors
by kind."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pipeline.http.conditional import polled
from pipeline.monitor.logs import pages, traces
from pipeline.monitor.logs.completion import complete
from pipeline.monitor.logs.dropped import drops
from pipeline.monitor.logs.errors import TREND_DAYS, kinds
from pipeline.monitor.logs.export import download
from pipeline.monitor.logs.filters import SPANS, LogFilter
from pipeline.monitor.logs.histogram import overview
from pipeline.monitor.models import LogEvent

AROUND = 20  # lines on each side
FURTHER = 0.15  # seconds that a search that goes on may take
BY_ITSELF = 40  # times that it goes on without being asked to
TAILED = 200  # lines of one answer while the log is followed
OVERLAP = timedelta(seconds=5)  # that are read again: a batch may come late
LONGEST_URL = 2_000


@require_safe
def logs(request: HttpRequest) -> HttpResponse:
    """Log events, newest first."""
    chosen = LogFilter(request.GET, LogEvent.objects.all())
    context = {"filter": chosen, "chips": _chips(request)}
    if getattr(request, "htmx", False) and "on" in request.GET:
        page = pages.page_of(chosen, request.GET, seconds=FURTHER)
        return render(request, "web/_log_part.html", context | _listed(request, page))
    page = pages.page_of(chosen, request.GET)
    found = overview(chosen, page.rows)
    context |= {
        "overview": found,
        "spans": SPANS,
        "drops": drops(found.since, found.until),
    }
    return render(
        request,
        "web/logs.html",
        context | _listed(request, page) | {"tail": "tail" in request.GET},
    )


def _listed(request: HttpRequest, page: pages.Found) -> dict[str, Any]:
    on = request.GET.get("on", "")
    if on.isdecimal() and len(on) < 3:
        times = int(on)
    else:
        times = 0
    return {
        "page": page,
        "events": page.rows,
        "on": times + 1,
        "by_itself": times < BY_ITSELF,
    }


def _chips(request: HttpRequest) -> tuple[str, str]:
    """Return the rest of the query, and what was searched, for the links that narrow the search by
    a value."""
    query = request.GET.copy()
    for position in ("before", "after", "on", "seen"):
        query.pop(position, None)
    typed = str(query.pop("q", [""])[-1])
    return (f"{query.urlencode()}&" if query else ""), typed


@require_safe
def logs_tail(request: HttpRequest) -> HttpResponse:
    """Show what is new since `?seen=PLACE`, with some seconds before it: whoever asks leaves out
    what is there already."""
    chosen = LogFilter(request.GET, LogEvent.objects.all())
    seen = pages.place_of(request.GET.get("seen"))
    found = pages.newest_since(chosen, (seen[0] - OVERLAP, 0) if seen else None, TAILED)
    state = (request.get_full_path(), [event.place for event in found])
    context = {"events": found, "chips": _chips(request), "bare": True}
    return polled(request, "web/_events.html", state, lambda: context)


@require_safe
def logs_complete(request: HttpRequest) -> JsonResponse:
    """Return what the last word of `q` can become, and the field in it that there is not."""
    suggestions, unknown = complete(request.GET.get("q", ""))
    items = [asdict(each) for each in suggestions]
    return JsonResponse({"items": items, "unknown": unknown})


@require_safe
def log_fields(request: HttpRequest, place: str) -> HttpResponse:
    """All that is in a line, for a row that is opened."""
    return render(
        request,
        "web/_event_fields.html",
        {"event": _event(place), "chips": _chips(request)},
    )


@require_safe
def log_event(request: HttpRequest, place: str) -> HttpResponse:
    """One line, with the lines around it."""
    event = _event(place)
    same = request.GET.get("same", "")
    beside = LogEvent.objects.all()
    if same in ("run", "journey") and getattr(event, same) is not None:
        beside = beside.filter(**{same: getattr(event, same)})
    place_of_it = (event.at, event.pk)
    newer = list(
        pages.beyond(beside, place_of_it, newer=True).order_by("at", "pk")[:AROUND]
    )[::-1]
    older = list(
        pages.beyond(beside, place_of_it, newer=False).order_by("-at", "-pk")[:AROUND]
    )
    context = {
        "event": event,
        "events": [*newer, event, *older],
        "same": same,
        "chips": ("", ""),
    }
    return render(request, "web/log_event.html", context)


def _event(place: str) -> LogEvent:
    at = pages.place_of(place)
    if at:
        event = LogEvent.objects.filter(at=at[0], pk=at[1]).first()
    else:
        event = None
    if event is None:
        raise Http404("This log entry does not exist or has expired.")
    return event


@require_safe
def log_trace(request: HttpRequest) -> HttpResponse:
    """All lines of one address, journey or task, in the order of time."""
    asked = {
        name: request.GET.get(name, "").strip()[:LONGEST_URL]
        for name in ("url", "journey", "task")
    }
    return render(
        request,
        "web/log_trace.html",
        {"asked": asked, "chips": ("", ""), **traces.trace(**asked)},
    )


@require_safe
def log_errors(request: HttpRequest) -> HttpResponse:
    """Show the errors by kind: event, class of the exception, and where in our code."""
    name = request.GET.get("last", "24h")
    if name not in SPANS:
        name = "24h"
    now = timezone.now()
    return render(
        request,
        "web/log_errors.html",
        {
            "kinds": [(kind, kind.trend(now.date())) for kind in kinds(now, name)],
            "spans": SPANS,
            "last": name,
            "trend_days": TREND_DAYS,
        },
    )


@require_safe
def logs_export(request: HttpRequest) -> StreamingHttpResponse:
    """Stream the filtered lines as JSON lines."""
    return download(LogFilter(request.GET, LogEvent.objects.all()))
