"""The links of a draft, as the catalogue keeps them."""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from catalog.embeds import with_names
from catalog.links import MAX_LINKS, OutLink
from catalog.models import Link
from pipeline.core.url import BadURL, normal_form

MAX_TEXTS = 3  # for one target: an article may link to a page in each of its paragraphs
ADDRESS = ("http://", "https://", "www.")


def links_of(body: str, url: str) -> list[OutLink]:
    """Return the links to other pages in an article's html, in their order, at most MAX_LINKS."""
    if "<a" not in body:
        return []
    try:
        own = normal_form(url)
        tree = html.fragment_fromstring(with_names(body), create_parent="div")
    except (BadURL, etree.ParserError, ValueError):
        return []
    found: dict[tuple[str, str], OutLink] = {}
    texts: dict[str, int] = {}
    for link in _read(tree, url):
        place = (link.target, link.text)
        seen = texts.get(link.target, 0)
        if link.target == own or place in found or seen == MAX_TEXTS:
            continue
        found[place] = link
        texts[link.target] = seen + 1
        if len(found) == MAX_LINKS:
            break
    return list(found.values())


def _read(tree: html.HtmlElement, url: str) -> Iterator[OutLink]:
    for element in tree.iter("a"):
        href = (element.get("href") or "").strip()
        if not href or href.startswith("#"):
            continue
        try:
            target = normal_form(urljoin(url, href))
            host = urlsplit(target).netloc
        except ValueError:  # BadURL is one
            continue
        if len(target) <= Link.MAX_TARGET:
            yield OutLink(target, host, _text(element))


def _text(element: html.HtmlElement) -> str:
    """Return the words of a link; "" where it only spells an address out."""
    text = " ".join(element.text_content().replace("\0", " ").split())
    if text.lower().startswith(ADDRESS) and " " not in text:
        return ""
    return text[: Link.MAX_TEXT]
