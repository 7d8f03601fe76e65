"""RSS, RDF and Atom by feedparser, JSON Feed by hand: bytes in, a Reading out. Never raises on any bytes."""

import html
import io
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import feedparser

from pipeline.core.records import Said
from pipeline.core.url import same_site
from pipeline.discovery.readers.dates import read_date
from pipeline.discovery.readers.parsed import ENTRY, Lead, Mention, Reading

_COMMENTS = re.compile(r"^comments? (on|for|to)\b|/comments?(/|\.|$)|[?&]feed=comments", re.I)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|br|cite|code|em|i|img|kbd|mark|p|q|s|small|span|strong|sub|sup|tt|u|wbr)\b[^<>]*>",
    re.I,
)


def read_feed(body: bytes, url: str, content_type: str = "", most: int = 50_000) -> Reading:
    """The entries of an XML feed and what it says of itself; `most` bounds the entries."""
    headers = {"content-location": url, "content-type": content_type or "application/xml"}
    try:
        # BytesIO, because feedparser takes plain bytes for a file's path before it takes them for a feed
        parsed = feedparser.parse(
            io.BytesIO(body),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # noqa: BLE001 - a parser of broken input breaks in every way there is
        return Reading("nothing", url, cut=f"not readable as a feed: {type(error).__name__}")
    feed = parsed.feed
    entries = parsed.entries
    name = plain(feed.get("title"))
    home = _absolute(url, feed.get("link"))
    if _is_comments(name, url, entries):
        return Reading("comments", url, name=name)
    language = str(feed.get("language") or "")
    return Reading(
        "feed",
        url,
        tuple(m for e in entries[:most] if (m := _mention(e, home or url, url))),
        _leads(feed.get("links", ()), url, home),
        name=name,
        authors=_people(feed),
        language=language,
        cut=f"only its first {most} entries" if len(entries) > most else "",
    )


def read_json_feed(body: bytes, url: str, most: int = 50_000) -> Reading:
    """A JSON Feed 1.0 or 1.1 (jsonfeed.org/version/1.1); anything else is a Reading of kind nothing."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return Reading("nothing", url, cut="not readable as JSON")
    if not isinstance(data, dict) or "jsonfeed.org" not in str(data.get("version")):
        return Reading("nothing", url)
    home = _absolute(url, data.get("home_page_url"))
    items = _list(data.get("items"))
    following = _absolute(url, data.get("next_url"))
    if following:
        leads = [Lead(following, "feed-next")]
    else:
        leads = []
    return Reading(
        "feed",
        url,
        tuple(
            m
            for item in items[:most]
            if isinstance(item, dict) and (m := _json_mention(item, home or url))
        ),
        tuple(leads + ([Lead(home, "home")] if home else [])),
        name=plain(data.get("title")),
        authors=_json_people(data),
        language=_text(data.get("language")),
    )


def read_moved(body: bytes, url: str) -> Reading:
    """Microsoft's `<redirect><newLocation>` document, which old feeds leave behind."""
    found = re.search(rb"<newLocation>\s*([^<\s]+)", body[:10_000])
    if found:
        target = _absolute(url, html.unescape(found[1].decode("utf-8", "replace")))
    else:
        target = ""
    return Reading("stub", url, leads=(Lead(target, "feed"),) if target else (), canonical=target)


def plain(value: object) -> str:
    """A title as text: inline tags and entities resolved, white space folded."""
    return " ".join(html.unescape(_INLINE.sub("", _text(value))).split())


def _mention(entry: Mapping[str, Any], home: str, base: str) -> Mention | None:
    link = _absolute(base, entry.get("feedburner_origlink") or entry.get("link"))
    if re.match(r"https?://", str(entry.get("id"))):
        own = _absolute(base, entry.get("id"))
    else:
        own = ""
    if own and (not link or (not same_site(link, home) and same_site(own, home))):
        link = own  # a link blog points elsewhere; its own page is the entry's id
    if not link:
        return None
    content = max((_text(c.get("value")) for c in entry.get("content", ())), key=len, default="")
    said = Said(
        title=plain(entry.get("title")),
        authors=_people(entry),
        published=_when(entry, "published") or _when(entry, "created"),
        updated=_when(entry, "updated"),
        tags=tuple(
            dict.fromkeys(t for tag in entry.get("tags", ()) if (t := plain(tag.get("term"))))
        ),
        summary=_text(entry.get("summary")),
        html=content,
        language=_text(entry.get("language")),
    )
    return Mention(link, ENTRY, said)


def _json_mention(item: Mapping[str, Any], home: str) -> Mention | None:
    link = _absolute(home, item.get("url") or item.get("external_url") or item.get("id"))
    if not re.match(r"https?://", link):
        return None
    text = html.escape(_text(item.get("content_text"))).replace("\n\n", "<p>")
    said = Said(
        title=plain(item.get("title")),
        authors=_json_people(item),
        published=read_date(_text(item.get("date_published"))),
        updated=read_date(_text(item.get("date_modified"))),
        tags=tuple(plain(tag) for tag in _list(item.get("tags"))),
        summary=_text(item.get("summary")),
        html=_text(item.get("content_html")) or text,
        language=_text(item.get("language")),
    )
    return Mention(link, ENTRY, said)


def _when(entry: Mapping[str, Any], field: str) -> datetime | None:
    """The moment as written, with its offset; where only feedparser can read it, in UTC."""
    if (
        field not in entry
    ):  # `get` would not do: for a missing `updated` feedparser gives `published`
        return None
    if found := read_date(_text(entry.get(field))):
        return found
    try:
        year, month, day, hour, minute, second = entry[f"{field}_parsed"][:6]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _people(thing: Mapping[str, Any]) -> tuple[str, ...]:
    names = [plain(a.get("name")) for a in thing.get("authors", ()) if a] or [
        plain(thing.get("author"))
    ]
    return tuple(dict.fromkeys(n for n in names if n and "@" not in n))


def _json_people(thing: Mapping[str, Any]) -> tuple[str, ...]:
    people = _list(thing.get("authors")) or [thing.get("author")]
    names = (plain(p.get("name")) for p in people if isinstance(p, dict))
    return tuple(dict.fromkeys(n for n in names if n))


def _leads(links: Iterable[Mapping[str, Any]], url: str, home: str) -> tuple[Lead, ...]:
    leads = [
        Lead(_absolute(url, link.get("href")), "feed-next")
        for link in links
        if link.get("rel") == "next"
    ]
    return tuple(leads + ([Lead(home, "home")] if home else []))


def _is_comments(name: str, url: str, entries: list[Mapping[str, Any]]) -> bool:
    replies = sum("thr_in-reply-to" in e or "#comment" in str(e.get("link")) for e in entries)
    return bool(_COMMENTS.search(name) or _COMMENTS.search(url)) or 2 * replies > len(entries)


def _absolute(base: str, link: object) -> str:
    if not (text := _text(link).strip()):
        return ""
    try:
        return urljoin(base, text)
    except ValueError:
        return ""


def _list(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    return []


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return ""
