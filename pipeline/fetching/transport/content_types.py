"""Content types: what may be an article, a source or an image, and what is not worth reading."""

import re
from typing import Literal

Purpose = Literal["article", "source", "image"]

HTML = frozenset(
    {"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"}
)
SAYS_NOTHING = frozenset(
    {
        "",
        "application/octet-stream",
        "binary/octet-stream",
        "text/plain",
        "unknown/unknown",
        "application/xml",
        "text/xml",
    }
)
SOURCES = frozenset(
    {
        "application/json",
        "application/xml",
        "application/gzip",
        "application/x-gzip",
        "application/feed",
        "application/rss",
        "application/atom",
        "application/x-rss",
        "application/x-xml",
        "application/force-download",
    }
)
LOOKS_LIKE_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|article|meta|title|main)\b", re.IGNORECASE
)
ACCEPT: dict[Purpose, str] = {
    "article": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
    "source": "text/html,application/xhtml+xml,application/atom+xml,application/rss+xml,application/feed+json,"
    "application/xml;q=0.9,application/json;q=0.9,*/*;q=0.5",
    "image": "image/avif,image/webp,image/png,image/jpeg,image/gif,image/*;q=0.5",
}
BYTES = frozenset({"", "application/octet-stream", "binary/octet-stream"})


def content_type(header: str) -> str:
    """Return the media type of a Content-Type header, without parameters and in lower case; ""
    where it is not one."""
    kind = header.partition(";")[0].partition(",")[0].strip().lower()
    if "/" in kind:
        return kind
    return ""


def may_be(purpose: Purpose, kind: str) -> bool:
    """Whether a body of this type is worth reading, as far as the type tells."""
    if (
        purpose == "image"
    ):  # svg can hold scripts, and is drawn by a parser as large as a browser's
        return kind in BYTES or (
            kind.startswith("image/") and not kind.startswith("image/svg")
        )
    if kind in HTML or kind in SAYS_NOTHING:
        return True
    return purpose == "source" and (
        kind in SOURCES or kind.startswith("text/") or kind.endswith(("+xml", "+json"))
    )


def turned_out_html(kind: str, body: bytes) -> bool:
    """Whether a body whose type says nothing is html after all."""
    return kind in HTML or bool(LOOKS_LIKE_HTML.search(body[:4096].replace(b"\0", b"")))
