"""From the bytes of any source to a Reading: told apart by sniffing, read by the reader of its kind. Never raises."""

import re
from urllib.parse import urljoin

from protego import Protego

from pipeline.discovery.readers.feeds import read_feed, read_json_feed, read_moved
from pipeline.discovery.readers.html import read_page
from pipeline.discovery.readers.parsed import Lead, Reading
from pipeline.discovery.readers.sitemaps import read_lines, read_sitemap
from pipeline.discovery.readers.sniff import sniff, unzipped

_ROBOTS_BYTES = 500 * 1024  # RFC 9309, 2.5
_ROBOTS_SITEMAPS = 100


def read(
    body: bytes,
    url: str,
    content_type: str = "",
    most_entries: int = 50_000,
    most_bytes: int = 50_000_000,
) -> Reading:
    """What a source says. `most_bytes` bounds what a gzip wrapping may hold, `most_entries` the lines or entries."""
    plain, cut = unzipped(body, most_bytes)
    reading = _read(plain, url, content_type, most_entries)
    if cut and not reading.cut:
        return Reading(
            reading.kind,
            url,
            reading.mentions,
            reading.leads,
            reading.name,
            cut=f"only its first {most_bytes} bytes",
        )
    return reading


def _read(body: bytes, url: str, content_type: str, most: int) -> Reading:
    match sniff(body):
        case "feed":
            return read_feed(body, url, content_type, most)
        case "json":
            return read_json_feed(body, url, most)
        case "sitemap" | "index":
            return read_sitemap(body, url, most)
        case "moved":
            return read_moved(body, url)
        case "lines":
            return read_lines(body, url, most)
        case "page":
            return read_page(body, url, content_type)
        case _:
            return Reading("nothing", url)


def read_robots(body: bytes, url: str) -> Reading:
    """The sitemaps that a robots.txt names; they may be relative, and the file may be no robots.txt at all."""
    try:
        sitemaps = list(Protego.parse(body[:_ROBOTS_BYTES].decode("utf-8", "replace")).sitemaps)
    except Exception:  # noqa: BLE001 - a parser of anybody's text
        sitemaps = []
    leads = (
        Lead(absolute(url, s), "sitemap")
        for s in sitemaps[:_ROBOTS_SITEMAPS]
        if not re.search(r"[\s<>]", s.strip())
    )
    return Reading("robots", url, leads=tuple(lead for lead in leads if lead.url))


def absolute(base: str, address: str) -> str:
    """An address as its source means it; empty where it is none."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""
