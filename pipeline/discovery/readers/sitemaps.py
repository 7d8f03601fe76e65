"""Sitemaps, sitemap indexes, news sitemaps and plain lists of URLs: bytes in, a Reading out. Never raises.

The format is sitemaps.org/protocol.html; lxml reads it streaming, without entities, network or unbounded trees.
"""

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urljoin

from lxml import etree

from pipeline.core.records import Said
from pipeline.core.url import WEB
from pipeline.discovery.readers.dates import read_date
from pipeline.discovery.readers.parsed import LINE, Lead, Mention, Reading

_SAFE = {
    "resolve_entities": False,
    "no_network": True,
    "huge_tree": False,
    "recover": True,
    "load_dtd": False,
}
_SAID = ("title", "publication_date", "lastmod", "language")
_TEXTS = {"loc", *_SAID}


def read_sitemap(body: bytes, url: str, most: int = 50_000) -> Reading:
    """A `urlset` or a `sitemapindex`, told apart by their lines; the first `most` of them (the protocol's limit)."""
    mentions: list[Mention] = []
    leads: list[Lead] = []
    cut = ""
    for kind, line in _lines(body):
        if len(mentions) + len(leads) >= most:
            cut = f"only its first {most} lines"
            break
        if not (address := _absolute(url, line.get("loc", ""))):
            continue
        if kind == "sitemap":
            leads.append(Lead(address, "sitemap"))
        else:
            mentions.append(Mention(address, LINE, _said(*(line.get(name, "") for name in _SAID))))
    return Reading(
        "index" if leads and not mentions else "sitemap",
        url,
        tuple(mentions),
        tuple(leads),
        cut=cut,
    )


def read_lines(body: bytes, url: str, most: int = 50_000) -> Reading:
    """A plain text sitemap: a URL a line."""
    addresses = body.decode("utf-8", "replace").split("\n", most + 1)[:most]
    mentions = (Mention(a.strip(), LINE) for a in addresses if re.match(r"\s*https?://\S+\s*$", a))
    return Reading("sitemap", url, tuple(mentions))


def _lines(body: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Each `url` or `sitemap` element with the texts of its children; elements are let go as they are read."""
    line: dict[str, str] = {}
    try:
        for _, element in etree.iterparse(io.BytesIO(body.lstrip()), events=("end",), **_SAFE):
            tag = _local(element.tag)
            if tag in _TEXTS and element.text and (tag != "loc" or "image" not in str(element.tag)):
                line.setdefault(tag, element.text.strip())
            elif tag in ("url", "sitemap"):
                yield tag, line
                line = {}
                element.clear()
                while element.getprevious() is not None and element.getparent() is not None:
                    del element.getparent()[0]
    except (etree.XMLSyntaxError, etree.LxmlError, ValueError):
        return  # what came before the damage is worth having


@lru_cache(maxsize=64)  # a site that is built anew dates all its lines alike
def _said(title: str, published: str, lastmod: str, language: str) -> Said:
    return Said(
        title=" ".join(title.split()),
        published=read_date(published),
        lastmod=read_date(lastmod),
        language=language,
    )


def _absolute(base: str, address: str) -> str:
    if address.startswith(WEB):
        return address
    try:
        if address:
            joined = urljoin(base, address)
        else:
            joined = ""
    except ValueError:
        return ""
    if joined.startswith(WEB):
        return joined
    return ""


@lru_cache(maxsize=64)
def _local(tag: object) -> str:
    if isinstance(tag, str):
        return tag.rpartition("}")[2].lower()
    return ""
