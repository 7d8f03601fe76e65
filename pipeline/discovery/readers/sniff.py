"""What a body is, by its first bytes: content types and file names are too often wrong."""

import gzip
import io
import re
import zlib

_HEAD_BYTES = 131_072  # of a body are looked at; comments before the root may be long
# after them, within which a broken document must show a tag that tells its kind
_ROOT_BYTES = 8_192
_ROOT = re.compile(rb"<(?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{0,40})")
_URL_LINE = re.compile(rb"https?://[^\s<>]{1,4096}[ \t]*(?:[\r\n]|\Z)")
_KIND_OF_ROOT = {
    "rss": "feed",
    "rdf": "feed",
    "feed": "feed",
    "channel": "feed",
    "urlset": "sitemap",
    "sitemapindex": "index",
    "redirect": "moved",
    "html": "page",
}
_WIDE_ENCODINGS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"h\0t\0", "utf-16-le"),
    (b"\0h\0t", "utf-16-be"),
)
_UTF8_BOM = b"\xef\xbb\xbf"
_OTHER_DOCTYPE = re.compile(rb"<!doctype\s{1,20}(?!html)", re.I)
_DECLARATION = re.compile(rb"<\?xml[^<>]{0,200}\?>")


def sniff(body: bytes) -> str:
    """feed, json (perhaps a JSON Feed), sitemap, index, moved, page, lines (a list of URLs) or
    nothing.
    """
    head = in_utf8(body[:_HEAD_BYTES])
    start = _after_prolog(head)
    if start >= len(head):
        return "nothing"
    rest = head[start : start + _ROOT_BYTES]
    root = _ROOT.match(rest)
    kind = ""
    if root:
        kind = _kind_of(root[1])
    if kind:
        return kind
    if rest.startswith(b"{"):
        return "json"
    if _URL_LINE.match(rest):
        return "lines"
    return _kind_inside(rest)


def document(body: bytes) -> bytes:
    """Return the body from its XML declaration or root on, in a charset that parsers know: what
    precedes it is dropped."""
    text = in_utf8(body)
    if (
        text is not body
    ):  # it had a mark or wide characters, so its declaration says what is no longer true
        text = _DECLARATION.sub(b"", text[:_HEAD_BYTES], count=1) + text[_HEAD_BYTES:]
    head = text[:_HEAD_BYTES]
    declared = head.find(b"<?xml")
    root = next(
        (tag.start() for tag in _ROOT.finditer(head) if _kind_of(tag[1])), len(head)
    )
    if 0 <= declared < root:
        return text[declared:]
    if root < len(head):
        return text[root:]
    return text.lstrip()


def in_utf8(body: bytes) -> bytes:
    """Return the body without a byte order mark, and in UTF-8 where it was in UTF-16 or UTF-32."""
    for mark, encoding in _WIDE_ENCODINGS:
        if body.startswith(mark):
            return body.decode(encoding, "ignore").lstrip("\ufeff").encode()
    if body.startswith(_UTF8_BOM):
        return body[len(_UTF8_BOM) :]
    return body


def unzipped(body: bytes, limit_bytes: int) -> tuple[bytes, bool]:
    """Return the body out of its gzip wrapping, at most `limit_bytes` of it, and whether that cut
    it. Never raises."""
    if not body.startswith(b"\x1f\x8b"):
        return body[:limit_bytes], len(body) > limit_bytes
    plain = io.BytesIO()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
            while plain.tell() <= limit_bytes:
                part = stream.read(65_536)
                if not part:
                    break
                plain.write(part)
    except (OSError, EOFError, zlib.error):
        pass  # what came before the damage is worth reading
    return plain.getvalue()[:limit_bytes], plain.tell() > limit_bytes


def _after_prolog(head: bytes) -> int:
    """Where the root begins, after white space, declarations, comments and a doctype other than
    HTML's.
    """
    at = 0
    while True:
        while at < len(head) and head[at : at + 1].isspace():
            at += 1
        end = _end_of_prolog_part(head, at)
        if end <= at:
            return at
        at = end


def _end_of_prolog_part(head: bytes, at: int) -> int:
    """Return the end of the declaration, comment or doctype that begins here; -1 where none
    does."""
    if head.startswith(b"<?", at):
        return _after(head, b"?>", at)
    if head.startswith(b"<!--", at):
        return _after(head, b"-->", at)
    if _OTHER_DOCTYPE.match(head, at):
        return _after_doctype(head, at)
    return -1


def _after_doctype(head: bytes, at: int) -> int:
    closing = head.find(b">", at)
    subset = head.find(b"[", at)
    if 0 <= subset < closing:
        closing = head.find(b">", max(subset, head.find(b"]", subset)))
    return closing + 1


def _after(head: bytes, mark: bytes, at: int) -> int:
    found = head.find(mark, at)
    if found >= 0:
        return found + len(mark)
    return -1


def _kind_of(name: bytes) -> str:
    return _KIND_OF_ROOT.get(name.decode("ascii", "replace").lower(), "")


def _kind_inside(head: bytes) -> str:
    """Something precedes the root (a server's warning, a broken declaration): the first tag with a
    kind decides.
    """
    for tag in _ROOT.finditer(head):
        kind = _kind_of(tag[1])
        if kind:
            return kind
    if b"<" in head:
        return "page"
    return "nothing"
