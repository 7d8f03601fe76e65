"""Which charset a body is in: what a browser would do, checked against the bytes, with a detector
where nobody says."""

import cchardet
from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
)

from pipeline.core.records import Page

SNIFFED_BYTES = 200_000  # bytes given to the detector
BEYOND_ASCII = bytes(range(128, 256))
# of the bytes beyond ASCII may be damaged in a text that is still taken for utf-8
BROKEN_MOST = 0.02


def charset_of(page: Page) -> str:
    """Return the name of a Python codec for `page.body`; see charset_of_bytes."""
    return charset_of_bytes(page.body, page.headers.get("content-type", ""))


def charset_of_bytes(body: bytes, content_type: str = "") -> str:
    """Return the name of a Python codec for `body`: byte order mark, then the Content-Type header,
    then the document's own declaration, then a detector. A declaration that the bytes contradict is
    passed over, and what is beyond ASCII and yet valid utf-8 is utf-8 whatever anyone declares.
    Decode with errors="replace": no answer is beyond doubt."""
    mark, _bytes = read_bom(body)
    if mark:
        return mark
    if _is_utf8(body):
        return "utf-8"
    declared = (
        http_content_type_encoding(content_type),
        html_body_declared_encoding(body[:65_536]),
    )
    for name in declared:
        if name and (codec := resolve_encoding(name)) and _fits(body, codec):
            return codec
    named = next((resolve_encoding(name) or "" for name in declared if name), "")
    return _wide(body) or _detected(body) or named or "utf-8"


def _is_utf8(body: bytes) -> bool:
    start = body[:SNIFFED_BYTES]
    if start.isascii():
        return False  # says nothing: it may be utf-7, iso-2022-jp or half of utf-16
    if _fits(body, "utf-8"):
        return True
    beyond = len(start) - len(start.translate(None, BEYOND_ASCII))
    lost = len(start) - len(start.decode("utf-8", "ignore").encode())
    return lost <= max(3 if len(body) > SNIFFED_BYTES else 0, beyond * BROKEN_MOST)


def _fits(body: bytes, codec: str) -> bool:
    try:
        body.decode(codec)
    except (UnicodeError, LookupError):
        return False
    return True


def _wide(body: bytes) -> str:
    """UTF-16 and UTF-32 without a mark give themselves away by where their zeros are."""
    start = body[:4096]
    zeros = [start[n::4].count(0) * 4 / max(len(start), 1) for n in range(4)]
    if min(zeros) > 0.5:
        return ""
    if min(zeros[0], zeros[1]) > 0.9:
        return "utf-32-be"
    if min(zeros[2], zeros[3]) > 0.9:
        return "utf-32-le"
    even = (zeros[0] + zeros[2]) / 2
    odd = (zeros[1] + zeros[3]) / 2
    if max(even, odd) < 0.2 or min(even, odd) > 0.1:
        return ""
    if even > odd:
        return "utf-16-be"
    return "utf-16-le"


def _detected(body: bytes) -> str:
    if body.isascii() and b"\x1b" not in body:
        return ""
    name = cchardet.detect(body[:SNIFFED_BYTES]).get("encoding")
    if name:
        return resolve_encoding(name) or ""
    return ""
