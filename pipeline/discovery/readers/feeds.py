"""RSS, RDF and Atom by feedparser, JSON Feed by hand. Never raises on any bytes."""

import html
import io
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import feedparser

from pipeline.core.records import SourceMetadata
from pipeline.core.url import WEB, is_draft_of, same_site
from pipeline.discovery.readers.dates import FIRST_YEAR, has_year_zero, read_date
from pipeline.discovery.readers.headers import joined
from pipeline.discovery.readers.parsed import (
    ENTRY,
    ExtractedLink,
    ParsedSource,
    SourceLink,
)
from pipeline.discovery.readers.sniff import document

_COMMENTS_NAME = re.compile(r"^comments? (?:on|for|to)\b", re.I)
_COMMENTS_URL = re.compile(r"/comments?(?:/|\.|$)|[?&]feed=comments", re.I)
_COMMENT_LINK = re.compile(r"#(?:comment|c\d|respond|reply)", re.I)
_OLDER = {
    "next",
    "prev-archive",
    "previous-archive",
}  # RFC 5005: a paged feed's and an archived one's
_INLINE = re.compile(
    r"</?(?:a|abbr|b|br|cite|code|em|i|img|kbd|mark|p|q|s|small|span|strong|sub|sup|tt|u|wbr)\b"
    r"[^<>]*>",
    re.I,
)


def read_feed(
    body: bytes, url: str, content_type: str = "", max_entries: int = 50_000
) -> ParsedSource:
    """Return the entries of an XML feed, at most `max_entries`, and what it says of itself."""
    # Without a content location, so that a relative link of RSS is still one: it is meant from the
    # channel's link.
    headers = {"content-type": content_type or "application/xml"}
    try:
        # BytesIO, because feedparser takes plain bytes for a file's path before it takes them for
        # a feed
        parsed = feedparser.parse(
            io.BytesIO(document(body)),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # noqa: BLE001 - a parser of broken input breaks in every way there is
        return ParsedSource(
            "nothing", url, cut=f"not readable as a feed: {type(error).__name__}"
        )
    return _parsed_feed(parsed, url, max_entries)


def _parsed_feed(parsed: Any, url: str, max_entries: int) -> ParsedSource:
    feed = parsed.feed
    entries = parsed.entries
    name = plain(feed.get("title"))
    home = _absolute(url, feed.get("link"))
    is_rss = not str(parsed.get("version") or "").startswith("atom")
    base = url
    if is_rss and home.startswith(WEB) and not is_draft_of(home, url):
        base = home
    links = [
        link
        for e in entries[:max_entries]
        if (link := _link(e, home or url, base, url))
    ]
    if _is_comments(name, url, entries):
        return ParsedSource("comments", url, name=name)
    return ParsedSource(
        "feed",
        url,
        tuple(links),
        _sources(feed.get("links", ()), url, home),
        name=name,
        authors=_people(feed),
        language=str(feed.get("language") or ""),
        cut=f"only its first {max_entries} of {len(entries)} entries"
        if len(entries) > max_entries
        else "",
        hash_links=sum("#" in link.url for link in links),
    )


def read_json_feed(body: bytes, url: str, max_entries: int = 50_000) -> ParsedSource:
    """Return a JSON Feed 1.0 or 1.1 (jsonfeed.org/version/1.1); anything else is of kind
    nothing."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return ParsedSource("nothing", url, cut="not readable as JSON")
    if not isinstance(data, dict) or "jsonfeed.org" not in str(data.get("version")):
        return ParsedSource("nothing", url)
    home = _absolute(url, data.get("home_page_url"))
    items = [item for item in _list(data.get("items")) if isinstance(item, dict)]
    links = [
        link for item in items[:max_entries] if (link := _json_link(item, home or url))
    ]
    following = _absolute(url, data.get("next_url"))
    sources = []
    if following:
        sources = [SourceLink(following, "feed-next")]
    if home:
        sources.append(SourceLink(home, "home"))
    return ParsedSource(
        "feed",
        url,
        tuple(links),
        tuple(sources),
        name=plain(data.get("title")),
        authors=_json_people(data),
        language=_text(data.get("language")),
        cut=f"only its first {max_entries} entries" if len(items) > max_entries else "",
        hash_links=sum("#" in link.url for link in links),
    )


def read_moved(body: bytes, url: str) -> ParsedSource:
    """Microsoft's `<redirect><newLocation>` document, which old feeds leave behind."""
    found = re.search(rb"<newLocation>\s{0,100}([^<\s]{1,4096})", body[:10_000])
    if not found:
        return ParsedSource("stub", url)
    target = _absolute(url, html.unescape(found[1].decode("utf-8", "replace")))
    return ParsedSource(
        "stub", url, sources=(SourceLink(target, "feed"),), canonical=target
    )


def plain(value: object) -> str:
    """Return a title as text: inline tags and entities resolved, white space folded."""
    return " ".join(html.unescape(_INLINE.sub("", _text(value))).split())


def _link(
    entry: Mapping[str, Any], home: str, base: str, url: str
) -> ExtractedLink | None:
    address = _address_of(entry, home, base, url)
    if not address.startswith(WEB):
        return None
    contents = (_text(c.get("value")) for c in entry.get("content", ()))
    tags = [plain(tag.get("term")) for tag in entry.get("tags", ())]
    said = SourceMetadata(
        title=plain(entry.get("title")),
        authors=_people(entry),
        published=_when(entry, "published") or _when(entry, "created"),
        updated=_when(entry, "updated"),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        summary=_text(entry.get("summary")),
        html=max(contents, key=len, default=""),
        language=_text(entry.get("language")),
    )
    return ExtractedLink(address, ENTRY, said)


def _address_of(entry: Mapping[str, Any], home: str, base: str, url: str) -> str:
    """Return the address of the entry's own page; empty where the entry names none."""
    written = _text(entry.get("link"))
    identifier = _text(entry.get("id"))
    is_identifier = entry.get("guidislink") and written == identifier
    if is_identifier and ":" in written and not written.lower().startswith(WEB):
        written = ""  # a URN; without a scheme it is a relative permalink
    link = _absolute(base, entry.get("feedburner_origlink") or written)
    own = ""
    if identifier.lower().startswith(WEB):
        own = _absolute(base, identifier)
    points_away = link and not same_site(link, home) and same_site(own, home)
    if own and points_away:
        return own  # a link blog points elsewhere; its own page is the entry's id
    return link or own or _other_address(entry, url)


def _other_address(entry: Mapping[str, Any], url: str) -> str:
    """Return the address of an Atom entry that names its page as the source of its content, or as
    itself, only."""
    contents = [_text(content.get("src")) for content in entry.get("content", ())]
    links = [
        link
        for link in entry.get("links", ())
        if link.get("rel") in ("self", "alternate")
    ]
    for address in (*contents, *(_text(link.get("href")) for link in links)):
        if address:
            return _absolute(url, address)
    return ""


def _json_link(item: Mapping[str, Any], home: str) -> ExtractedLink | None:
    address = _absolute(
        home, item.get("url") or item.get("external_url") or item.get("id")
    )
    if not address.startswith(WEB):
        return None
    text = html.escape(_text(item.get("content_text"))).replace("\n\n", "<p>")
    said = SourceMetadata(
        title=plain(item.get("title")),
        authors=_json_people(item),
        published=read_date(_text(item.get("date_published"))),
        updated=read_date(_text(item.get("date_modified"))),
        tags=tuple(plain(tag) for tag in _list(item.get("tags"))),
        summary=_text(item.get("summary")),
        html=_text(item.get("content_html")) or text,
        language=_text(item.get("language")),
    )
    return ExtractedLink(address, ENTRY, said)


def _when(entry: Mapping[str, Any], field: str) -> datetime | None:
    """Return the moment as written, with its offset; where only feedparser can read it, in UTC."""
    if field not in entry:
        return None  # `get` would not do: for a missing `updated` feedparser gives `published`
    written = _text(entry.get(field))
    found = read_date(written)
    if found or has_year_zero(written):
        return found
    try:
        year, month, day, hour, minute, second = entry[f"{field}_parsed"][:6]
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    if moment.year >= FIRST_YEAR:
        return moment
    return None


def _people(thing: Mapping[str, Any]) -> tuple[str, ...]:
    names = [plain(author.get("name")) for author in thing.get("authors", ()) if author]
    names = names or [plain(thing.get("author"))]
    return tuple(dict.fromkeys(name for name in names if name and "@" not in name))


def _json_people(thing: Mapping[str, Any]) -> tuple[str, ...]:
    people = _list(thing.get("authors")) or [thing.get("author")]
    names = (plain(person.get("name")) for person in people if isinstance(person, dict))
    return tuple(dict.fromkeys(name for name in names if name))


def _sources(
    links: Iterable[Mapping[str, Any]], url: str, home: str
) -> tuple[SourceLink, ...]:
    older = [
        _absolute(url, link.get("href")) for link in links if link.get("rel") in _OLDER
    ]
    sources = [SourceLink(address, "feed-next") for address in older if address]
    if home:
        sources.append(SourceLink(home, "home"))
    return tuple(sources)


def _is_comments(name: str, url: str, entries: list[Mapping[str, Any]]) -> bool:
    """Whether the entries are replies. Words of a name or URL decide only where no entry can."""
    if not entries:
        return bool(_COMMENTS_NAME.search(name) or _COMMENTS_URL.search(url))
    replies = sum(
        "thr_in-reply-to" in e or bool(_COMMENT_LINK.search(str(e.get("link"))))
        for e in entries
    )
    return 2 * replies > len(entries)


def _absolute(base: str, link: object) -> str:
    text = _text(link).strip()
    if not text:
        return ""
    return joined(base, text)


def _list(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    return []


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return ""
