"""The filtered log as JSON lines, page by page: no line is held longer than its page, no question
takes long."""

import json
import time
from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse

from pipeline.monitor.logs import pages
from pipeline.monitor.logs.filters import LogFilter
from pipeline.monitor.models import LogEvent

EXPORTED = 100_000  # events of one download
SECONDS = 60.0  # that one download may look for them
CHUNK = 1_000
COLUMNS = (
    "id",
    "level",
    "event",
    "process",
    "stage",
    "run",
    "journey",
    "task",
    "url",
    "signature",
)


def download(chosen: LogFilter) -> StreamingHttpResponse:
    """Return the export as a file, streamed: newest first, up to EXPORTED events.

    Where it ends early, its last line says so and where to go on.
    """
    response = StreamingHttpResponse(
        export(chosen), content_type="application/x-ndjson"
    )
    response["Content-Disposition"] = 'attachment; filename="log.ndjson"'
    return response


def export(
    chosen: LogFilter, most: int = EXPORTED, seconds: float = SECONDS
) -> Iterator[str]:
    """JSON lines."""
    given = 0
    older = ""
    began = time.monotonic()
    while given < most and time.monotonic() - began < seconds:
        if older:
            query = {"before": older}
        else:
            query = {}
        page = pages.page_of(chosen, query, min(CHUNK, most - given), seconds=1.0)
        yield from map(line, page.rows)
        given += len(page.rows)
        older = page.older
        if not older:
            return
    place = pages.place_of(older)
    yield dumped(
        {
            "export": f"cut after {given} lines; go on with this until",
            "until": place[0].isoformat() if place else "",
        }
    )


def line(event: LogEvent) -> str:
    """Return an event as a JSON line: its columns where they say something, and all that is in
    `data`."""
    columns = {
        name: value
        for name in COLUMNS
        if (value := getattr(event, name)) not in (None, "")
    }
    return dumped({"at": event.at.isoformat(), **columns, **event.data})


def dumped(value: dict[str, Any]) -> str:
    """One line of JSON."""
    return json.dumps(value, default=str) + "\n"
