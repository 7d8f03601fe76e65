"""Bytes -> one parsed tree that every other module shares."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import cchardet
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from w3lib.encoding import (
    html_to_unicode,
    http_content_type_encoding,
    resolve_encoding,
)

from pipeline.core.failures import Rejected
from pipeline.extraction.page import depth, linked_data
from pipeline.extraction.page.lines import Line
from pipeline.extraction.page.lines import read as read_lines

MAX_BYTES = 10_000_000
MAX_ELEMENTS = 60_000
IMPLIED = 4  # more than the elements that the parser makes of one tag: a paragraph, a body, a head
MAX_LINKS = (
    8_000  # the extractors' time grows with the square of the links in one block
)
# huge_tree stays off: libxml2 then stops at a nesting of 256, which bounds every walk over a tree
PARSER = HTMLParser(
    encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False
)
# one class for every element: lxml.html's choice by tag runs Python code each time one is touched
PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
BINARY = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x7fELF",
    b"OggS",
    b"ID3",
)
FEED_ROOT = re.compile(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b")
UTF8_LABELS = {"utf-8", "utf8"}
MULTIBYTE_A_STRAY = (
    10  # multi-byte characters for each stray byte that UTF-8 text may hold
)
MARKS = ("a", "base", "h1", "h2", "h3", "h4", "link", "meta", "script", "time", "title")
STATEMENTS = frozenset(["itemprop", "datetime", "rel"])
MAX_LENGTH_KNOWN = 300  # characters of class names that are remembered
# An address that joining leaves as it is; `urljoin` takes more than ten times as long to find out.
PLAIN_ADDRESS = re.compile(
    r"https?://[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*(?::\d{1,5})?(?:/[\w.~%@!$&'()*+,=:/-]*)?",
    re.A,
)
XML = re.compile(rb"^\s*<\?xml\b")
CLASSES: Any = etree.XPath("//@class", smart_strings=False)
MARKUP = re.compile(r"<[a-zA-Z!/?]")
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]"
)  # what XML cannot hold
CONTROLS = bytes(code for code in range(128) if FORBIDDEN.match(chr(code)))
END = re.compile(r"</(?:body|html)\b", re.I)
FAR_END = 20_000  # characters in which the end of the body stands
# Elements whose end nobody may leave out.
OPENED = re.compile(r"<(?:div|article|main|section|pre|table|ul|ol|blockquote)\b", re.I)
CLOSED = re.compile(
    r"</(?:div|article|main|section|pre|table|ul|ol|blockquote)\b", re.I
)
FORBIDDEN_REFERENCE = re.compile(
    r"&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|7f|d[89a-f][0-9a-f]{2}|fff[ef])"
    r"|0*(?:[0-8]|1[124-9]|2\d|3[01]|127|5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]|6553[45]));?(?![0-9a-f])",
    re.I,
)


class Named(NamedTuple):
    """Elements by what they say of themselves, in document order."""

    classed: list[tuple[str, HtmlElement]]  # those with a class, each behind it
    stating: list[HtmlElement]  # those that state a property, a time or a relation


@dataclass(frozen=True)
class ParsedPage:
    """A page as parsed; its code is made plain, then it is not changed any more: whoever wants to
    cut takes a copy."""

    url: str
    tree: HtmlElement
    breaks_off: bool = False  # whether its markup ends before its elements do

    @cached_property
    def all_classes(self) -> str:
        """All class names of the page as it was parsed, in lower case."""
        return " ".join(set(CLASSES(self.tree))).lower()

    @cached_property
    def elements(self) -> list[HtmlElement]:
        """Every element, in document order. While they are held, lxml need not make an object anew
        for each look at one."""
        return list(self.tree.iter("*"))

    @cached_property
    def articles(self) -> list[dict[str, Any]]:
        """Those of the JSON-LD nodes that describe an article."""
        return linked_data.articles(self.linked)

    @cached_property
    def marks(self) -> list[HtmlElement]:
        """The elements that fields are read from, in document order."""
        return list(self.tree.iter(*MARKS))

    @cached_property
    def marks_by_tag(self) -> dict[str, list[HtmlElement]]:
        found: dict[str, list[HtmlElement]] = {tag: [] for tag in MARKS}
        for element in self.marks:
            found[element.tag].append(element)
        return found

    def every(self, *tags: str) -> list[HtmlElement]:
        """Return the elements of these tags, which are among MARKS, in document order; a walk over
        the whole tree is dear."""
        if len(tags) == 1:
            return self.marks_by_tag[tags[0]]
        return [element for element in self.marks if element.tag in tags]

    @cached_property
    def named(self) -> Named:
        """The elements that say something of themselves."""
        found = Named([], [])
        for element in self.elements:
            attributes = element.keys()
            if not attributes:  # as of most
                continue
            if "class" in attributes:
                found.classed.append((element.get("class"), element))
            if not STATEMENTS.isdisjoint(attributes):
                found.stating.append(element)
        return found

    @property
    def classed(self) -> list[tuple[str, HtmlElement]]:
        """The elements that have a class, each behind it, in document order."""
        return self.named.classed

    @property
    def stating(self) -> list[HtmlElement]:
        """The elements that state a property, a time or a relation, in document order."""
        return self.named.stating

    @cached_property
    def class_names(self) -> set[str]:
        """The values of all class attributes; most elements share theirs with others."""
        return {label for label, _ in self.classed}

    def classed_as(self, pattern: re.Pattern[str]) -> list[HtmlElement]:
        """Return the elements in whose class attribute the pattern is found, in document order."""
        named = {label for label in self.class_names if _speaks_of(pattern, label)}
        if not named:
            return []
        return [element for label, element in self.classed if label in named]

    @cached_property
    def meta(self) -> dict[str, list[str]]:
        """Contents of the meta tags by name, property or itemprop, lower-case, in document
        order."""
        found: dict[str, list[str]] = {}
        for tag in self.every("meta"):
            content = " ".join((tag.get("content") or "").split())
            name = tag.get("property") or tag.get("name") or tag.get("itemprop")
            if name and content:
                found.setdefault(name.strip().lower(), []).append(content)
        return found

    @cached_property
    def linked(self) -> list[dict[str, Any]]:
        """The JSON-LD nodes of the page, flat, in document order."""
        return list(linked_data.nodes(script.text or "" for script in self._scripts()))

    @cached_property
    def is_forum(self) -> bool:
        """Whether the page is a discussion, whose posts are what others call comments."""
        return any(
            kind in ("DiscussionForumPosting", "QAPage")
            for node in self.linked
            for kind in linked_data.types(node)
        )

    @cached_property
    def lines(self) -> list[Line]:
        """The page's text as a reader sees it, a line a block."""
        return read_lines(self.elements[0])

    @cached_property
    def base(self) -> str:
        """What relative addresses of the page are relative to."""
        for tag in self.every("base"):
            if tag.get("href"):
                return join(self.url, tag.get("href"))
        return self.url

    def _scripts(self) -> Iterator[HtmlElement]:
        for script in self.every("script"):
            if "ld+json" in (script.get("type") or "").lower():
                yield script


def _speaks_of(pattern: re.Pattern[str], label: str) -> bool:
    """Whether a pattern is found in class names."""
    if len(label) > MAX_LENGTH_KNOWN:
        return pattern.search(label) is not None
    return _is_known_to_speak_of(pattern, label)


@lru_cache(maxsize=10_000)
def _is_known_to_speak_of(pattern: re.Pattern[str], label: str) -> bool:
    """As `_speaks_of`, remembered: pages of one site have the same class names."""
    return pattern.search(label) is not None


def parse(body: bytes, url: str, charset: str = "") -> ParsedPage | Rejected:
    """Decode and parse a page, or say why it is none. Never raises."""
    if len(body) > MAX_BYTES:
        return Rejected(
            "too-large",
            f"The page has {len(body):,} bytes; {MAX_BYTES:,} is the limit.",
        )
    if not body.strip(b"\x00 \t\r\n"):
        return Rejected("empty", "The response has no content.")
    if body.startswith(BINARY):
        return Rejected(
            "not-html",
            "The response is a file of another kind than HTML.",
            skipped=True,
        )
    start = body[:2000]
    if FEED_ROOT.match(_after_prologue(start)) or (
        XML.match(start) and b"<html" not in start.lower()
    ):
        return Rejected(
            "not-an-article", "This is a feed, a sitemap or other XML.", skipped=True
        )
    text = decode(body, charset)
    if not MARKUP.search(text):
        return Rejected("not-html", "There is no markup in it.", skipped=True)
    tree = _tree(text)
    if tree is None:
        return Rejected("empty", "The response holds no HTML.")
    most = text.count("<")
    if most > min(MAX_LINKS, MAX_ELEMENTS // IMPLIED) and (why := _too_complex(tree)):
        return Rejected("too-complex", why)
    return ParsedPage(url if host_of(url) else "", tree, _breaks_off(text))


def _breaks_off(text: str) -> bool:
    """Whether a page ends within a tag, or with elements open that need an end.

    Many a page has no end of its body, and many another one that misses ends in the middle has.
    """
    if END.search(text, max(0, len(text) - FAR_END)):
        return False
    if text.rfind("<") > text.rfind(">"):
        return True
    opened = sum(1 for _ in OPENED.finditer(text))
    return opened > sum(1 for _ in CLOSED.finditer(text))


def _after_prologue(start: bytes) -> bytes:
    """Return what follows the XML declaration, the comments and the space at the start of a
    document."""
    rest = start.lstrip()
    if rest.startswith(b"<?xml"):
        rest = rest.partition(b">")[2].lstrip()
    while rest.startswith(b"<!--"):
        rest = rest.partition(b"-->")[2].lstrip()
    return rest


def _too_complex(tree: HtmlElement) -> str:
    for what, path, most in (
        ("elements", "count(//*)", MAX_ELEMENTS),
        ("links", "count(//a)", MAX_LINKS),
    ):
        if (count := int(tree.xpath(path))) > most:
            return f"The page has {count:,} {what}; {most:,} is the limit."
    return ""


def header_charset(headers: Mapping[str, str]) -> str:
    """Return the charset that the Content-Type header names, or ""; header names are lower case."""
    return http_content_type_encoding(headers.get("content-type", "")) or ""


def decode(body: bytes, charset: str = "") -> str:
    """Return the text of a page: BOM, then header, then meta, then what the bytes look like.

    Headers and meta tags lie; a body that is multi-byte UTF-8 is UTF-8 whatever they say, because
    no other encoding yields that by accident.
    """
    if charset:
        header = f"text/html; charset={charset}"
    else:
        header = None
    encoding, text = html_to_unicode(header, body, auto_detect_fun=_detect)
    if (
        encoding not in UTF8_LABELS
        and not encoding.startswith(("utf-16", "utf-32"))
        and not body.isascii()
    ):
        text = _as_utf8(body) or text
    if _may_hold_forbidden(text):
        text = FORBIDDEN.sub("", text)
    if "&#" in text:
        return FORBIDDEN_REFERENCE.sub("", text)
    return text


def _as_utf8(body: bytes) -> str:
    """Return the text of a body that is UTF-8, a few stray bytes apart; "" where it is something
    else."""
    text = body.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    multibyte = len(text) - len(text.encode("ascii", "ignore")) - damaged
    return text if multibyte >= MULTIBYTE_A_STRAY * damaged else ""


def _may_hold_forbidden(text: str) -> bool:
    """Whether a page is worth reading for what hardly any holds: bytes are looked through ten
    times as fast."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return True
    return (
        len(data.translate(None, CONTROLS)) < len(data)
        or "\ufffe" in text
        or "\uffff" in text
    )


def join(base: str, address: str | None) -> str:
    """Return an absolute http(s) address, or "" where there is none to be had."""
    address = (address or "").strip()
    if PLAIN_ADDRESS.fullmatch(address):
        return address
    try:
        absolute = urljoin(base, address)
        if urlsplit(absolute).scheme in ("http", "https"):
            return absolute
        return ""
    except ValueError:
        return ""


def host_of(address: str) -> str:
    """Return the host of an address without "www.", lower-case; "" where it has none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _detect(body: bytes) -> str | None:
    if _as_utf8(body):
        return "utf-8"
    guessed = cchardet.detect(body).get("encoding") or ""
    return resolve_encoding(guessed)  # None for what Python cannot decode


def _tree(text: str) -> HtmlElement | None:
    tree = _parsed(text)
    for wrappers, instead in depth.STEPS:
        if tree is None or not depth.is_deep(tree):
            break
        text = wrappers.sub(instead, text)
        tree = _parsed(text)
    return tree


def _parsed(text: str) -> HtmlElement | None:
    try:
        return document_fromstring(text.encode("utf-8", "replace"), parser=PARSER)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
