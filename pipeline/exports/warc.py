"""Articles as a WARC file (ISO 28500, version 1.1): the page that each was made from, and what
was made of it.

Of each article a response record, with the page and its headers as they were stored, and a metadata
record with the article as JSON. Records are compressed one by one, so that a reader can jump to any
of them.
"""

import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from http.client import responses
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.conf import settings
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from catalog.exports import Rows, each, record
from catalog.models import Article
from pipeline.fetching.snapshots import original_of, unpack
from pipeline.models import Snapshot

VERSION = "1.1"
PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# What described the body on the wire is not true of the stored one, which is decoded: kept under
# another name.
OF_THE_WIRE = ("content-encoding", "transfer-encoding", "content-length")


def write(rows: Rows) -> Iterator[bytes]:
    """Yield the file, an article at a time."""
    yield _written(lambda writer: iter([_info(writer)]))
    for article in each(rows):
        yield _written(partial(_records, article))


def _written(records: Callable[[WARCWriter], Iterator[ArcWarcRecord]]) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version=VERSION)
    for each_record in records(writer):
        writer.write_record(each_record)
    return out.getvalue()


def _info(writer: WARCWriter) -> ArcWarcRecord:
    """Return what the file is."""
    about = {
        "software": "Gleaner",
        "format": f"WARC File Format {VERSION}",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "http-header-user-agent": settings.FETCH_USER_AGENT,
        "description": "Bodies are without their content encoding; what told of it is in x-archive-orig- headers.",
    }
    return writer.create_warcinfo_record("articles.warc.gz", about)


def _records(article: Article, writer: WARCWriter) -> Iterator[ArcWarcRecord]:
    snapshot = original_of(article)
    page = f"<urn:uuid:{uuid4()}>"
    if snapshot:
        yield _response(writer, snapshot, page)
    yield _metadata(writer, article, snapshot, page)


def _response(writer: WARCWriter, snapshot: Snapshot, name: str) -> ArcWarcRecord:
    """Return the page as it was stored."""
    body = unpack(snapshot.body)
    status = f"{snapshot.status} {responses.get(snapshot.status, '')}".strip()
    return writer.create_warc_record(
        ascii_only(snapshot.final_url),
        "response",
        payload=io.BytesIO(body),
        length=len(body),
        warc_headers_dict={
            "WARC-Record-ID": name,
            "WARC-Date": _moment(snapshot.fetched_at),
        },
        http_headers=StatusAndHeaders(
            status, http_headers(snapshot.headers, len(body)), protocol="HTTP/1.1"
        ),
    )


def http_headers(stored: dict[str, Any], length: int) -> list[tuple[str, str]]:
    """Headers that are true of the stored body and cannot be mistaken for more than one each."""
    headers = []
    for name, value in stored.items():
        if TOKEN.fullmatch(name):
            if name.lower() in OF_THE_WIRE:
                prefix = "x-archive-orig-"
            else:
                prefix = ""
            headers.append(
                (prefix + name, ascii_only(CONTROL.sub(" ", str(value)), blanks=True))
            )
    return [*headers, ("content-length", str(length))]


def _metadata(
    writer: WARCWriter, article: Article, snapshot: Snapshot | None, page: str
) -> ArcWarcRecord:
    """Return what was made of the page."""
    found = record(article)
    if snapshot:
        found["fetched"] = {
            "url": snapshot.url,
            "at": _moment(snapshot.fetched_at),
            "redirects": snapshot.redirects,
        }
    body = json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")
    headers = {
        "WARC-Date": _moment(snapshot.fetched_at if snapshot else article.changed_at)
    }
    if snapshot:
        headers["WARC-Refers-To"] = page
    return writer.create_warc_record(
        ascii_only(article.url),
        "metadata",
        payload=io.BytesIO(body),
        length=len(body),
        warc_content_type="application/json",
        warc_headers_dict=headers,
    )


def ascii_only(text: str, *, blanks: bool = False) -> str:
    """Return the text as it may stand in a header: what is not printable ASCII is
    percent-encoded."""
    return quote(text, safe=PRINTABLE + (" " if blanks else ""), errors="replace")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
