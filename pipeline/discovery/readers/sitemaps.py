"""Sitemaps, sitemap indexes, news sitemaps and plain lists of URLs. Never raises on any bytes.

The format is sitemaps.org/protocol.html. lxml reads it piece by piece, without entities, network
or a whole tree.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5
from typing import Any

from lxml import etree

from pipeline.core.records import SourceMetadata
from pipeline.core.url import WEB
from pipeline.discovery.readers.dates import read_date
from pipeline.discovery.readers.headers import joined
from pipeline.discovery.readers.parsed import (
    LINE,
    ExtractedLink,
    ParsedSource,
    SourceLink,
)
from pipeline.discovery.readers.sniff import document, in_utf8

_PIECE_BYTES = 262_144
_LINE_TAGS = ("{*}url", "{*}sitemap", "{*}URL", "{*}Url")
# An ampersand that starts none of XML's own references; with it the name of an HTML entity, if it
# is one.
_BARE_AMPERSAND = re.compile(
    rb"&(?!#\d{1,7};|#x[0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)(\w{2,31};)?"
)
_URL_LINE = re.compile(r"https?://\S+\Z", re.I)


def read_sitemap(body: bytes, url: str, max_lines: int = 50_000) -> ParsedSource:
    """Return a `urlset` or a `sitemapindex`, told apart by their lines; at most `max_lines` of them
    (the protocol's limit)."""
    links: list[ExtractedLink] = []
    sitemaps: list[SourceLink] = []
    cut = ""
    for line in _lines(document(body)):
        if len(links) + len(sitemaps) >= max_lines:
            number = body.count(b"<loc>") or body.count(b"loc>") // 2
            cut = f"only its first {max_lines} of {number} lines"
            break
        texts, news = _texts(line)
        address = _absolute(url, texts.get("loc", ""))
        if not address:
            continue
        if _local_name(line.tag) == "sitemap":
            sitemaps.append(SourceLink(address, "sitemap"))
        else:
            said = _said(
                news.get("title", ""),
                news.get("publication_date", ""),
                news.get("language", ""),
                texts.get("lastmod", ""),
            )
            links.append(ExtractedLink(address, LINE, said))
    kind = "sitemap"
    if sitemaps and not links:
        kind = "index"
    return ParsedSource(kind, url, tuple(links), tuple(sitemaps), cut=cut)


def read_lines(body: bytes, url: str, max_lines: int = 50_000) -> ParsedSource:
    """Return a plain text sitemap: one URL a line, whatever ends the lines."""
    text = in_utf8(body).decode("utf-8", "replace")
    lines = [
        line.strip()
        for line in text.replace("\r", "\n").split("\n", max_lines * 2)[: max_lines * 2]
    ]
    addresses = [line for line in lines if len(line) <= 4096 and _URL_LINE.match(line)]
    cut = ""
    if len(addresses) > max_lines:
        cut = f"only its first {max_lines} of {len(addresses)} lines"
    links = tuple(ExtractedLink(address, LINE) for address in addresses[:max_lines])
    return ParsedSource("sitemap", url, links, cut=cut)


def _lines(body: bytes) -> Iterator[etree._Element]:
    """Each `url` or `sitemap` element; it is emptied once the next one is asked for."""
    parser = etree.XMLPullParser(
        events=("end",),
        tag=_LINE_TAGS,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        recover=True,
        load_dtd=False,
        remove_comments=True,
    )
    try:
        for piece in _pieces(body):
            parser.feed(piece)
            yield from _read_lines(parser)
        parser.close()
        yield from _read_lines(parser)
    except (etree.LxmlError, ValueError):
        return  # what came before the damage is worth having


def _read_lines(parser: Any) -> Iterator[etree._Element]:
    for _, element in parser.read_events():
        yield element
        _let_go(element)


def _let_go(element: etree._Element) -> None:
    """Empty an element that was read, and drop those before it: the tree would hold the whole
    file.
    """
    element.clear()
    parent = element.getparent()
    if parent is None:
        return
    while element.getprevious() is not None:
        del parent[0]


def _pieces(body: bytes) -> Iterator[bytes]:
    """Yield the body in pieces that end between two tags, so that no reference is split, and in
    well-formed references."""
    start = 0
    while start < len(body):
        end = min(len(body), start + _PIECE_BYTES)
        if end < len(body):
            last_tag = body.rfind(b">", start, end)
            if last_tag > start:
                end = last_tag + 1
        piece = body[start:end]
        if b"&" in piece:
            piece = _BARE_AMPERSAND.sub(_repaired, piece)
        yield piece
        start = end


def _repaired(found: re.Match[bytes]) -> bytes:
    name = found[1]
    character = None
    if name:
        character = html5.get(name.decode("ascii", "replace"))
    if character is None:
        return b"&amp;" + (name or b"")
    return "".join(f"&#{ord(c)};" for c in character).encode()


def _texts(line: etree._Element) -> tuple[dict[str, str], dict[str, str]]:
    """Return the texts of the line's own children by name, and those of its news extension.

    Images and videos have addresses, titles and dates of their own, which are not the line's.
    """
    texts: dict[str, str] = {}
    news: dict[str, str] = {}
    for child in line:
        name = _local_name(child.tag)
        if name == "news":
            parts = {_local_name(part.tag): part.text or "" for part in child.iter()}
            news = {part: text.strip() for part, text in parts.items()}
        elif child.text and not _is_extension(child.tag):
            texts.setdefault(name, child.text.strip())
    return texts, news


@lru_cache(maxsize=64)  # a site that is built anew dates all its lines alike
def _said(title: str, published: str, language: str, lastmod: str) -> SourceMetadata:
    return SourceMetadata(
        title=" ".join(title.split()),
        published=read_date(published),
        lastmod=read_date(lastmod),
        language=language,
    )


def _absolute(base: str, address: str) -> str:
    if not address or address.startswith(WEB):
        return address
    absolute = joined(base, address)
    if absolute.startswith(WEB):
        return absolute
    return ""


@lru_cache(maxsize=64)
def _local_name(tag: object) -> str:
    if not isinstance(tag, str):
        return ""
    name = tag.rpartition("}")[2]
    return name.rpartition(":")[2].lower()


@lru_cache(maxsize=64)
def _is_extension(tag: object) -> bool:
    """Whether the tag is of Google's image, video or news extension, by its namespace or an
    undeclared prefix.
    """
    return any(word in str(tag) for word in ("image", "video", "news", "mobile"))
