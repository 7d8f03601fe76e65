"""From the bytes of any source to a ParsedSource: recognised by its first bytes, read by the
reader of its kind.
"""

from collections.abc import Mapping
from dataclasses import replace

from protego import Protego

from pipeline.core.url import WEB
from pipeline.discovery.readers.feeds import read_feed, read_json_feed, read_moved
from pipeline.discovery.readers.headers import header_sources, joined, refresh_target
from pipeline.discovery.readers.html import read_page
from pipeline.discovery.readers.parsed import ParsedSource, SourceLink
from pipeline.discovery.readers.sitemaps import read_lines, read_sitemap
from pipeline.discovery.readers.sniff import in_utf8, sniff, unzipped

MAX_ENTRIES = 50_000
MAX_SOURCE_BYTES = 52_428_800  # the sitemap protocol's 50 MB
_ROBOTS_BYTES = 500 * 1024  # RFC 9309, 2.5
_MAX_ROBOTS_SITEMAPS = 5_000


def read(
    body: bytes,
    url: str,
    content_type: str = "",
    max_entries: int = MAX_ENTRIES,
    max_bytes: int = MAX_SOURCE_BYTES,
    headers: Mapping[str, str] | None = None,
) -> ParsedSource:
    """Return what a source says. Never raises.

    `max_bytes` bounds the body out of its gzip wrapping, `max_entries` its lines or entries.
    `headers` have lower-case names: `Link` may name feeds, `Refresh` may send elsewhere.
    """
    plain_body, was_cut = unzipped(body, max_bytes)
    given = headers or {}
    target = refresh_target(given.get("refresh", ""), url)
    if target:
        return ParsedSource("stub", url, canonical=target)
    parsed = _read(
        plain_body, url, content_type or given.get("content-type", ""), max_entries
    )
    named = header_sources(given.get("link", ""), url)
    if named:
        parsed = replace(parsed, sources=(*named, *parsed.sources))
    if was_cut and not parsed.cut:
        parsed = replace(parsed, cut=f"only its first {max_bytes} bytes")
    return parsed


def _read(body: bytes, url: str, content_type: str, max_entries: int) -> ParsedSource:
    match sniff(body):
        case "feed":
            return read_feed(body, url, content_type, max_entries)
        case "json":
            return read_json_feed(in_utf8(body), url, max_entries)
        case "sitemap" | "index":
            return read_sitemap(body, url, max_entries)
        case "moved":
            return read_moved(body, url)
        case "lines":
            return read_lines(body, url, max_entries)
        case "page":
            return read_page(body, url, content_type)
        case _:
            return ParsedSource("nothing", url)


def read_robots(body: bytes, url: str) -> ParsedSource:
    """Return the sitemaps that a robots.txt names. They may be relative, and the file may be no
    robots.txt at all."""
    whole = in_utf8(body[:_ROBOTS_BYTES]).decode("utf-8", "replace")
    # Without the rules, which protego keeps for each crawler that is named above them.
    lines = (line.strip() for line in whole.splitlines())
    text = "\n".join(line for line in lines if line[:1] in ("s", "S"))
    try:
        named = [str(sitemap).strip() for sitemap in Protego.parse(text).sitemaps]
    except Exception:  # noqa: BLE001 - a parser of anybody's text
        named = []
    usable = [name for name in named if name and not any(c in name for c in " \t<>")]
    addresses = [joined(url, name) for name in usable[:_MAX_ROBOTS_SITEMAPS]]
    sources = tuple(SourceLink(a, "sitemap") for a in addresses if a.startswith(WEB))
    left = len(usable) - _MAX_ROBOTS_SITEMAPS
    cut = ""
    if left > 0:
        cut = f"only the first {_MAX_ROBOTS_SITEMAPS} of its sitemaps"
    return ParsedSource("robots", url, sources=sources, cut=cut)
