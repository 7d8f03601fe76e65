"""HTML pages as sources: where each link stands, what the page says of itself, which feeds it
names.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as lxml_html

from pipeline.core.records import SourceMetadata
from pipeline.core.url import WEB
from pipeline.discovery.readers.dates import read_date
from pipeline.discovery.readers.headers import (
    FEED_TYPES,
    LOOSE_FEED_TYPES,
    joined,
    refresh_target,
)
from pipeline.discovery.readers.link_context import LinkContext
from pipeline.discovery.readers.parsed import (
    ITEM,
    NAV,
    ExtractedLink,
    ParsedSource,
    SourceLink,
)

_MAX_LINKS = 20_000
_MAX_LABEL_LENGTH = 300
_MAX_URL_LENGTH = 4_096
_MAX_TAG_BYTES = 20_000  # a longer tag is looked at before it is parsed
_MAX_ATTRIBUTES = 1_000  # libxml2 compares each one with all before it
_MAX_JSON_LD_LENGTH = 500_000
_MAY_HOLD_LONG_TAG = re.compile(rb"<[A-Za-z][^<]{%d}" % _MAX_TAG_BYTES)
_TAG = re.compile(rb"<[A-Za-z](?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_CHARSET = re.compile(r"charset=[\"']?([\w-]{1,40})", re.I)
_FEED_FILE = re.compile(
    r"^(?:feeds?|rss2?|atom|index|all|posts?|blog)[\w.-]{0,100}\.(?:xml|rss|atom|rdf|json)$"
    r"|^(?:rss|atom)\.php$|^(?:[\w-]{1,100}\.)?(?:rss|atom|rdf)(?:\.xml)?$",
    re.I,
)
_FEED_FOLDERS = {"feed", "feeds", "rss", "atom"}
_FEED_WORDS = {
    "rss",
    "atom",
    "feed",
    "feeds",
    "json",
    "xml",
    "subscribe",
    "1.0",
    "2.0",
    "0.3",
}
_ARTICLE_TYPE = re.compile(
    r'"@type"\s{0,20}:\s{0,20}\[?\s{0,20}'
    r'"(?:Article|BlogPosting|NewsArticle|TechArticle|SocialMediaPosting)"'
)
_SKIPPED_SCHEMES = ("javascript:", "mailto:", "tel:", "data:", "sms:", "whatsapp:")


def read_page(
    body: bytes, url: str, content_type: str = "", max_links: int = _MAX_LINKS
) -> ParsedSource:
    """Return the links of a page in their order, at most `max_links`, each with its place, text and
    nearby date."""
    tree = _tree(body, content_type)
    if tree is None:
        return ParsedSource("nothing", url)
    base = _base(tree, url)
    canonical = next(
        (joined(base, link.get("href")) for link in _links_of(tree, "canonical")), ""
    )
    target = _meta_refresh(tree, base)
    if target:
        return ParsedSource("stub", url, canonical=target)
    page = _PageLinks(base, url, max_links)
    page.collect(tree)
    language = (
        tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    )
    author = _meta(tree, "author")
    return ParsedSource(
        "page",
        url,
        tuple(page.links),
        (*_head_sources(tree, base), *page.feeds),
        name=_meta(tree, "og:site_name"),
        authors=(author,) if author else (),
        language=language.strip(),
        canonical=canonical,
        article=_says_article(tree),
        cut=f"only its first {max_links} links" if len(page.links) >= max_links else "",
        dated=next(tree.iter("time"), None) is not None,
        text_length=_text_length(tree),
        scripts=next(tree.iter("script"), None) is not None,
        hash_links=page.hash_links,
        hash_routes=page.hash_routes,
    )


class _PageLinks:
    """Collects the links of one page."""

    def __init__(self, base: str, url: str, max_links: int) -> None:
        self.base = base
        self.url = url
        self.max_links = max_links
        self.context = LinkContext()
        self.links: list[ExtractedLink] = []
        self.feeds: list[SourceLink] = []
        self.hash_links = 0
        self.hash_routes = 0

    def collect(self, tree: lxml_html.HtmlElement) -> None:
        """Take every link of the tree, in its order."""
        for link in tree.iter("a", "area"):
            if len(self.links) >= self.max_links:
                return
            address = self._address_of((link.get("href") or "").strip())
            if address:
                self._take(link, address)

    def _address_of(self, href: str) -> str:
        """Return the absolute address; empty for what leads to no other page. Counts links within
        the page."""
        if (
            not href
            or href.lower().startswith(_SKIPPED_SCHEMES)
            or len(href) > _MAX_URL_LENGTH
        ):
            return ""
        address = joined(self.base, href)
        page, _, fragment = address.partition("#")
        if fragment.startswith(("/", "!")):
            self.hash_routes += 1
        elif fragment and page == self.url.partition("#")[0]:
            self.hash_links += 1
        if href.startswith("#") or not address.startswith(WEB):
            return ""
        return address

    def _take(self, link: lxml_html.HtmlElement, address: str) -> None:
        text = " ".join(str(link.text_content()).split())[:_MAX_LABEL_LENGTH]
        if names_feed(address, text):
            self.feeds.append(SourceLink(address, "feed-link", text))
        place, slot = self.context.of(link, text)
        date = ""
        if place == ITEM:
            date = self.context.date(link)
        name = text or (link.get("title") or "")[:_MAX_LABEL_LENGTH]
        if (
            not name and place == NAV
        ):  # in a list it would pass for the title of an article
            name = _label_of(link)
        said = SourceMetadata(title=name, published=read_date(date))
        self.links.append(
            ExtractedLink(address, place, said, slot, _relation(link), dated=bool(date))
        )


def _label_of(link: lxml_html.HtmlElement) -> str:
    """Return what a link without text is called: an arrow's or a picture's name."""
    names = [link.get("aria-label")]
    names += [picture.get("alt") for picture in link.iter("img")]
    label = next((name for name in names if name and name.strip()), "")
    return " ".join(label.split())[:_MAX_LABEL_LENGTH]


def names_feed(address: str, text: str = "") -> bool:
    """Whether a link seems to lead to a feed, by its address or its text."""
    parts = urlsplit(address)
    segments = [segment for segment in parts.path.split("/") if segment]
    last = ""
    if segments:
        last = segments[-1].lower()
    if last in _FEED_FOLDERS or _FEED_FILE.match(last[:200]):
        return True
    if "feeds" in segments[:-1] or parts.netloc.startswith(("feeds.", "feed.")):
        return True
    if any(
        mark in parts.query.lower()
        for mark in ("feed=", "format=rss", "format=feed", "=atom")
    ):
        return True
    words = [word.strip(".:()[]") for word in text.lower().replace("/", " ").split()]
    if not words or len(words) > 4:
        return False
    return "rss" in words or all(word in _FEED_WORDS for word in words)


def _tree(body: bytes, content_type: str) -> lxml_html.HtmlElement | None:
    bounded = body
    if _MAY_HOLD_LONG_TAG.search(body):
        bounded = _TAG.sub(_bounded_tag, body)
    try:
        bounded.decode("utf-8")
        encoding: str | None = "utf-8"
    except UnicodeDecodeError:
        found = _CHARSET.search(content_type)
        encoding = None
        if found:
            encoding = found[1]
    for choice in (encoding, None):
        try:
            parser = lxml_html.HTMLParser(
                encoding=choice, huge_tree=False, no_network=True, remove_comments=True
            )
            return lxml_html.document_fromstring(bounded, parser=parser)
        except (etree.LxmlError, LookupError, ValueError, AssertionError):
            continue  # an encoding that nobody knows, or nothing to parse
    return None


def _bounded_tag(found: re.Match[bytes]) -> bytes:
    """Return a tag without its attributes where they are too many to be parsed in linear time."""
    tag = found[0]
    if len(tag) < _MAX_TAG_BYTES:
        return tag
    if (
        len(_QUOTED.sub(b"", tag).split()) <= _MAX_ATTRIBUTES
        and tag.count(b"=") <= _MAX_ATTRIBUTES
    ):
        return tag
    return tag.split(None, 1)[0][:100]


def _head_sources(tree: lxml_html.HtmlElement, base: str) -> Iterator[SourceLink]:
    for element in tree.iter("link"):
        relations = (element.get("rel") or "").lower().split()
        address = joined(base, element.get("href"))
        if not element.get("href") or not address:
            continue
        if _announces_feed(element, relations):
            yield SourceLink(
                address, "feed", (element.get("title") or "")[:_MAX_LABEL_LENGTH]
            )
        elif "next" in relations:
            yield SourceLink(address, "next")
        elif "sitemap" in relations:
            yield SourceLink(address, "sitemap")


def _announces_feed(element: lxml_html.HtmlElement, relations: list[str]) -> bool:
    kind = (element.get("type") or "").split(";")[0].strip().lower()
    if "feed" in relations or (element.get("href") or "").startswith("feed:"):
        return True
    if "alternate" not in relations or (element.get("hreflang") and not kind):
        return False
    if kind in LOOSE_FEED_TYPES:  # also the type of oEmbed and of data for scripts
        address = (element.get("href") or "").lower()
        return not any(word in address for word in ("oembed", "wp-json", "/api/"))
    return kind in FEED_TYPES


def _links_of(
    tree: lxml_html.HtmlElement, relation: str
) -> Iterator[lxml_html.HtmlElement]:
    for element in tree.iter("link"):
        if (
            element.get("href")
            and relation in (element.get("rel") or "").lower().split()
        ):
            yield element


def _relation(link: lxml_html.HtmlElement) -> str:
    relations = (link.get("rel") or "").lower().split()
    return next((name for name in ("next", "prev") if name in relations), "")


def _base(tree: lxml_html.HtmlElement, url: str) -> str:
    named = next(
        (joined(url, e.get("href")) for e in tree.iter("base") if e.get("href")), ""
    )
    if named.startswith(WEB):
        return named
    return url


def _meta(tree: lxml_html.HtmlElement, name: str) -> str:
    for element in tree.iter("meta"):
        if (element.get("property") or element.get("name") or "").lower() == name:
            return " ".join((element.get("content") or "").split())[:_MAX_LABEL_LENGTH]
    return ""


def _meta_refresh(tree: lxml_html.HtmlElement, base: str) -> str:
    """Where a page that is only a signpost sends its readers; empty for one with something to
    read.
    """
    for element in tree.iter("meta"):
        if (element.get("http-equiv") or "").lower() != "refresh":
            continue
        if (
            next(element.iterancestors("noscript"), None) is None
        ):  # else only for readers without scripts
            return refresh_target(element.get("content") or "", base)
    return ""


def _says_article(tree: lxml_html.HtmlElement) -> bool:
    if _meta(tree, "article:published_time"):
        return True
    if _meta(tree, "og:type").lower() in ("article", "blog"):
        return True
    for script in tree.iter("script"):
        is_data = (script.get("type") or "").lower() == "application/ld+json"
        if is_data and _ARTICLE_TYPE.search((script.text or "")[:_MAX_JSON_LD_LENGTH]):
            return True
    return False


def _text_length(tree: lxml_html.HtmlElement) -> int:
    """Characters that the page shows, white space left out."""
    total = 0
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag not in (
            "script",
            "style",
            "head",
            "title",
        ):
            total += len((element.text or "").strip())
        total += len((element.tail or "").strip())
    return total
