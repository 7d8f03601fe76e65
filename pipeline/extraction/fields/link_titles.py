"""What the pages of one site call each other: the words of their links, where several agree."""

import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urlsplit

from pipeline.extraction.fields.candidate import fold
from pipeline.extraction.page.parsed import host_of, join

LINK = re.compile(rb"<a\b([^<>]{0,2000})>(.{1,600}?)</a>", re.I | re.S)
HREF = re.compile(rb"""href\s*=\s*["']?([^"'>\s]+)""", re.I)
TAG = re.compile(r"<[^>]+>")
ARROWS = re.compile(
    r"^\W*(?:(?:previous|next|prev|older|newer|vorheriger|nächster)(?: (?:post|article|entry|page))?\s*[:»«→←]?\s+)?"
    r"|[\s→←»«]+$",
    re.I,
)
GENERIC = re.compile(
    r"^(?:read|continue|more|next|previous|permalink|comments?|link|here|home|blog|\d+)\b",
    re.I,
)
LEAST_WORDS = 2
MAX_LINKS = 500  # of one page


def titles(pages: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """By URL, the title that other pages of the same site use for it in their links; without
    those that nobody names.

    `pages` are (url, body). A name that two addresses share ("About") is no title.
    """
    addresses: dict[str, str] = {}
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for url, body in pages:
        addresses[_key(url)] = url
        for address, name in _links(url, body):
            names[address][name] += 1
    return _unambiguous({addresses[key]: names[key] for key in addresses if names[key]})


def _links(url: str, body: bytes) -> set[tuple[str, str]]:
    found = set()
    here = _key(url)
    for attributes, content in LINK.findall(body)[:MAX_LINKS]:
        href = HREF.search(attributes)
        name = _name(content)
        if href and len(name.split()) >= LEAST_WORDS and not GENERIC.match(name):
            address = _key(
                join(url, html.unescape(href.group(1).decode("utf-8", "replace")))
            )
            if address != here:
                found.add((address, name))
    return found


def _name(content: bytes) -> str:
    words = " ".join(
        html.unescape(TAG.sub(" ", content.decode("utf-8", "replace"))).split()
    )
    if words.endswith(("…", "...")):
        return ""
    return ARROWS.sub("", words)


def _unambiguous(names: Mapping[str, Counter[str]]) -> dict[str, str]:
    best = {url: counted.most_common(1)[0][0] for url, counted in names.items()}
    shared = Counter(fold(name) for name in best.values())
    return {url: name for url, name in best.items() if shared[fold(name)] == 1}


def _key(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    path = re.sub(r"/index\.html?$|/$", "", unquote(parts.path))
    return f"{host_of(url)}{path}?{parts.query}"
