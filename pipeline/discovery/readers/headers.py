"""What the headers of an answer and the `<meta>` that copies them say: other sources, and where to
go instead.
"""

from urllib.parse import urljoin

from pipeline.discovery.readers.parsed import SourceLink

FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/rss",
        "application/atom",
        "application/x-rss+xml",
        "text/rss+xml",
        "text/rss",
        "text/atom+xml",
    }
)
# Types that a feed may be announced with, and other documents as well.
LOOSE_FEED_TYPES = frozenset({"application/xml", "text/xml", "application/json"})
_MAX_HEADER_LENGTH = 8_192
_MAX_REFRESH_LENGTH = 4_096
_MAX_REFRESH_SECONDS = 5.0  # a page that waits longer is meant to be read


def header_sources(value: str, url: str) -> tuple[SourceLink, ...]:
    """Return the feeds that a `Link` header (RFC 8288) names."""
    found = []
    for part in value[:_MAX_HEADER_LENGTH].split("<")[1:]:
        target, _, rest = part.partition(">")
        parameters = _parameters(rest)
        relations = parameters.get("rel", "").lower().split()
        is_feed = parameters.get("type", "").lower() in FEED_TYPES
        address = joined(url, target)
        if address and is_feed and "alternate" in relations:
            found.append(SourceLink(address, "feed", parameters.get("title", "")))
    return tuple(found)


def refresh_target(value: str, base: str) -> str:
    """Where a `Refresh` header or `<meta http-equiv=refresh>` sends at once; empty for none."""
    delay, _, rest = value[:_MAX_REFRESH_LENGTH].replace(",", ";", 1).partition(";")
    name, equals, address = rest.strip().partition("=")
    if not equals or name.strip().lower() != "url":
        return ""
    try:
        seconds = float(delay.strip() or 0)
    except ValueError:
        seconds = 0.0
    if not 0.0 <= seconds <= _MAX_REFRESH_SECONDS:
        return ""
    return joined(base, address.strip().strip("'\"").strip())


def joined(base: str, address: str | None) -> str:
    """Return the address as its source means it: absolute, its scheme in lower case; "" where it is
    none.

    `feed:` is what browsers hand to feed readers, before or instead of the web's own scheme.
    """
    text = (address or "").strip()
    if text[:5].lower() == "feed:":
        text = text[5:]
    scheme, colon, rest = text.partition(":")
    if colon and scheme.isalpha():
        text = f"{scheme.lower()}:{rest}"
    try:
        return urljoin(base, text)
    except ValueError:
        return ""


def _parameters(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {
        name.strip().lower(): value.strip(" \t,").strip('"') for name, _, value in pairs
    }
