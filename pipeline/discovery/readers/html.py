"""HTML pages as sources: where each link stands, what the page says of itself, which feeds it names. Never raises."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import etree
from lxml import html as lxml_html

from pipeline.core.records import Said
from pipeline.core.url import WEB
from pipeline.discovery.readers.dates import read_date
from pipeline.discovery.readers.link_context import Places
from pipeline.discovery.readers.parsed import ITEM, Lead, Mention, Reading

_FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
)
_FEED_NAME = re.compile(
    r"(?:^|/)(?:feeds?|rss2?|atom|index|all|posts?|blog)[\w.-]*\.(?:xml|rss|atom|rdf|json)$"
    r"|(?:^|[/.])(?:rss|atom)\.(?:xml|php)$|/(?:feed|rss|atom)/?$|\.(?:rss|atom|rdf)$|/feeds/[\w./-]+$|^feed:|feedburner\.com/\w",
    re.I,
)
_FEED_TEXT = re.compile(r"^(?:\W*(?:rss|atom|feed|json)\W*)+$|\brss\b|\batom feed\b", re.I)
_ARTICLE = "Article BlogPosting NewsArticle TechArticle SocialMediaPosting".split()
_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.I)


def read_page(body: bytes, url: str, content_type: str = "", most: int = 20_000) -> Reading:
    """The links of a page in their order, each with its place, slot, text and nearby date; at most `most` of them."""
    tree = _tree(body, content_type)
    if tree is None:
        return Reading("nothing", url)
    base = _base(tree, url)
    name = _meta(tree, "og:site_name")
    language = (
        tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    ).strip()
    canonical = next((_join(base, e.get("href")) for e in _rel(tree, "canonical")), "")
    if moved := _refresh(tree, base):
        return Reading("stub", url, canonical=moved)
    mentions, feeds = _links(tree, base, most)
    return Reading(
        "page",
        url,
        tuple(mentions),
        (*_head_leads(tree, base), *feeds),
        name=name,
        authors=tuple(filter(None, [_meta(tree, "author")])),
        language=language,
        canonical=canonical,
        article=_says_article(tree),
        cut=f"only its first {most} links" if len(mentions) >= most else "",
    )


def _tree(body: bytes, content_type: str) -> lxml_html.HtmlElement | None:
    try:
        body.decode("utf-8")
        encoding: str | None = "utf-8"
    except UnicodeDecodeError:
        found = _CHARSET.search(content_type)
        if found:
            encoding = found[1]
        else:
            encoding = None
    for choice in (encoding, None):
        try:
            parser = lxml_html.HTMLParser(
                encoding=choice, huge_tree=False, no_network=True, remove_comments=True
            )
            return lxml_html.document_fromstring(body, parser=parser)
        except (etree.LxmlError, LookupError, ValueError, AssertionError):
            continue  # an encoding that nobody knows, or nothing to parse
    return None


def _links(tree: lxml_html.HtmlElement, base: str, most: int) -> tuple[list[Mention], list[Lead]]:
    mentions: list[Mention] = []
    feeds: list[Lead] = []
    places = Places()
    for link in tree.iter("a", "area"):
        href = (link.get("href") or "").strip()
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            continue
        address = _join(base, href.removeprefix("feed:") if href.startswith("feed:http") else href)
        if not address.startswith(WEB):
            continue
        text = " ".join(str(link.text_content()).split())[:300]
        if _FEED_NAME.search(address.partition("?")[0]) or (
            _FEED_TEXT.search(text) and len(text) < 40
        ):
            feeds.append(Lead(address, "feed-link", text))
        place, slot = places.of(link, text)
        if place == ITEM:
            when = places.date(link)
        else:
            when = ""
        said = Said(title=text or (link.get("title") or ""), published=read_date(when), tags=())
        mentions.append(Mention(address, place, said, slot + ("|next" if _is_next(link) else "")))
        if len(mentions) >= most:
            break
    return mentions, feeds


def _is_next(link: lxml_html.HtmlElement) -> bool:
    return "next" in (link.get("rel") or "").lower().split()


def _head_leads(tree: lxml_html.HtmlElement, base: str) -> Iterator[Lead]:
    for element in _rel(tree, "alternate"):
        kind = (element.get("type") or "").split(";")[0].strip().lower()
        if kind in _FEED_TYPES or (
            kind == "application/json" and "feed" in (element.get("href") or "")
        ):
            yield Lead(_join(base, element.get("href")), "feed", element.get("title") or "")
    for element in _rel(tree, "next"):
        yield Lead(_join(base, element.get("href")), "next")
    for element in _rel(tree, "sitemap"):
        yield Lead(_join(base, element.get("href")), "sitemap")


def _rel(tree: lxml_html.HtmlElement, name: str) -> Iterator[lxml_html.HtmlElement]:
    return (
        e
        for e in tree.iter("link")
        if e.get("href") and name in (e.get("rel") or "").lower().split()
    )


def _base(tree: lxml_html.HtmlElement, url: str) -> str:
    return next((_join(url, e.get("href")) for e in tree.iter("base") if e.get("href")), url) or url


def _meta(tree: lxml_html.HtmlElement, name: str) -> str:
    for element in tree.iter("meta"):
        if (element.get("property") or element.get("name") or "").lower() == name:
            return " ".join((element.get("content") or "").split())
    return ""


def _refresh(tree: lxml_html.HtmlElement, base: str) -> str:
    """Where a page that is only a signpost sends its readers; empty for one with something to read."""
    for element in tree.iter("meta"):
        if (element.get("http-equiv") or "").lower() == "refresh":
            found = re.match(
                r"\s*([\d.]*)\s*[;,]?\s*url\s*=\s*['\"]?([^'\"]+)",
                element.get("content") or "",
                re.I,
            )
            if found and float(found[1].strip(".") or 0) <= 5:
                return _join(base, found[2])
    return ""


def _says_article(tree: lxml_html.HtmlElement) -> bool:
    if _meta(tree, "article:published_time") or _meta(tree, "og:type").lower() in (
        "article",
        "blog",
    ):
        return True
    scripts = (
        e.text or ""
        for e in tree.iter("script")
        if (e.get("type") or "").lower() == "application/ld+json"
    )
    return any(
        re.search(rf'"@type"\s*:\s*\[?\s*"(?:{"|".join(_ARTICLE)})"', text) for text in scripts
    )


def _join(base: str, href: str | None) -> str:
    try:
        return urljoin(base, (href or "").strip())
    except ValueError:
        return ""
