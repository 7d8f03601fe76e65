"""A stored page as a response. It is someone else's: it may not run, load, send or frame
anything."""

import re

from django.http import HttpResponse

from pipeline.fetching.snapshots import unpack
from pipeline.models import Snapshot

HTML = re.compile(
    r"(?:text/html|application/xhtml\+xml)\s*(;[\w\s=\"-]*)?\Z", re.IGNORECASE
)
TEXT = "text/plain; charset=utf-8"
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


def stored_page_response(snapshot: Snapshot) -> HttpResponse:
    """Return the page as it was fetched; only our own pages may frame it."""
    content_type = str(snapshot.headers.get("content-type", ""))
    if not HTML.match(content_type):
        content_type = TEXT
    response = HttpResponse(unpack(snapshot.body), content_type=content_type)
    response["Content-Security-Policy"] = POLICY
    return response
