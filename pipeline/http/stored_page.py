"""A stored page as a response. It is someone else's: it may not run, load, send or frame
anything."""

import re
from collections.abc import Sequence

from django.http import HttpResponse
from w3lib.encoding import http_content_type_encoding

from catalog.sentences import sentence
from pipeline.core.records import LeftOut
from pipeline.extraction.marked import mark
from pipeline.fetching.snapshots import unpack
from pipeline.models import Snapshot

HTML = re.compile(
    r"(?:text/html|application/xhtml\+xml)\s*(;[\w\s=\"-]*)?\Z", re.IGNORECASE
)
TEXT = "text/plain; charset=utf-8"
POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


def marked_page_response(
    snapshot: Snapshot, left_out: Sequence[LeftOut]
) -> HttpResponse:
    """Return the page as it was fetched with marks on what was left out of its article."""
    charset = http_content_type_encoding(snapshot.headers.get("content-type", ""))
    page = mark(
        unpack(snapshot.body), snapshot.final_url, charset or "", left_out, sentence
    )
    if page is None:
        return stored_page_response(snapshot)
    response = HttpResponse(page, content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = POLICY
    return response


def stored_page_response(snapshot: Snapshot) -> HttpResponse:
    """Return the page as it was fetched; only our own pages may frame it."""
    content_type = str(snapshot.headers.get("content-type", ""))
    if not HTML.match(content_type):
        content_type = TEXT
    response = HttpResponse(unpack(snapshot.body), content_type=content_type)
    response["Content-Security-Policy"] = POLICY
    return response
