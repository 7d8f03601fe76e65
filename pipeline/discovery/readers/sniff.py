"""What a body is, told by its first bytes: content types and file names lie too often to be asked."""

import gzip
import io
import re
import zlib

_LEADING = re.compile(
    rb"\A(?:\s|<\?.*?\?>|<!--.*?-->|<!doctype\s+(?!html)[^>\[]*(?:\[.*?\]\s*)?>)+", re.S | re.I
)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_ROOTS = {
    "rss": "feed", "rdf": "feed", "feed": "feed", "channel": "feed",
    "urlset": "sitemap", "sitemapindex": "index", "redirect": "moved", "html": "page",
}  # fmt: skip
_WIDE = (
    (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"),
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
)  # fmt: skip


def sniff(body: bytes) -> str:
    """feed, json (perhaps a JSON Feed), sitemap, index, moved, page, lines (a list of URLs) or nothing."""
    head = _narrow(body[:4096])
    if not head.strip():
        return "nothing"
    rest = _LEADING.sub(b"", head)
    if (root := _ROOT.match(rest)) and (kind := _ROOTS.get(root[1].decode("ascii").lower())):
        return kind
    if rest[:1] == b"{":
        return "json"
    if re.match(rb"https?://\S+\s*(?:\n|\Z)", rest):
        return "lines"
    return _inside(head)


def _inside(head: bytes) -> str:
    """Something precedes the root (a warning of the server, a broken declaration): the first telling tag decides."""
    for tag in _ROOT.finditer(head):
        if kind := _ROOTS.get(tag[1].decode("ascii").lower()):
            return kind
    if b"<" in head:
        return "page"
    return "nothing"


def _narrow(head: bytes) -> bytes:
    for mark, encoding in _WIDE:
        if head.startswith(mark):
            return head.decode(encoding, "ignore").lstrip("\ufeff").encode()
    return head.removeprefix(b"\xef\xbb\xbf")


def unzipped(body: bytes, limit: int) -> tuple[bytes, bool]:
    """The body out of its gzip wrapping, at most `limit` bytes of it, and whether that cut it. Never raises."""
    if not body.startswith(b"\x1f\x8b"):
        return body[:limit], len(body) > limit
    plain = io.BytesIO()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
            while plain.tell() <= limit and (part := stream.read(65_536)):
                plain.write(part)
    except (OSError, EOFError, zlib.error):
        pass  # what came before the damage is worth reading
    return plain.getvalue()[:limit], plain.tell() > limit
