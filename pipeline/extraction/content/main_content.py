"""The article's own words: a cascade of extractors, each tried where the one before it did poorly."""

import logging
import re
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from html import escape

from lxml import etree, html
from lxml.html import HtmlElement
from readability import Document
from trafilatura.htmlprocessing import convert_to_html
from trafilatura.xml import xmltotxt

from pipeline.core.records import CodeBlock, Said
from pipeline.extraction.content import code, markup_match, preprocess, sanitize, trafilatura_patch
from pipeline.extraction.content.align import squeeze
from pipeline.extraction.page.parsed import ParsedPage, host_of
from pipeline.extraction.text import fingerprint, plain

for _name in ("trafilatura", "readability", "justext"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

FAITHFUL = 0.8  # share of the extractor's words that must be found again in the page's own markup
FEW = 50  # words; a page that gives fewer is tried again by other means
FULL = 100  # words; a shorter feed entry may be a teaser that happens to end in a sentence
AGREES = 0.95  # F1 of the words of page and feed above which the page's own markup is preferred
ENDING = 40  # word characters
TEASER = re.compile(
    r"(?:\[?(?:…|\.\.\.)\]?|read more|continue reading|weiterlesen|lire la suite|leer más|→|»)\W*$",
    re.I,
)
JUNK = "script style noscript template iframe svg button input select textarea object embed link meta canvas".split()


@dataclass(frozen=True, slots=True)
class Body:
    """The article's content: safe html, the text rendered from it, and how it was come by."""

    html: str = ""
    text: str = ""
    method: str = "none"
    code: tuple[CodeBlock, ...] = ()
    faithful: float = 0.0  # share of the extractor's words found again in the page's markup
    links: float = 0.0  # share of the text inside links
    agrees: float | None = (
        None  # F1 of the words of page and feed; None where the feed has no full text
    )

    words: int = 0


def main_content(
    page: ParsedPage, said: Said, title: str = "", authors: Sequence[str] = ()
) -> Body:
    """The article of a page: by the page's own markup where that can be followed, checked against the feed's full text.

    `title` and `authors` as the page shows them: they are fields of their own and not part of the text.
    """
    found = _by_trafilatura(page, title, authors)
    if found.words < FEW:
        found = max(found, _by_readability(page), key=lambda body: body.words)
    return choose(found, _from_markup(said.html or said.summary, page, "feed"))


def choose(page: Body, feed: Body) -> Body:
    """The page's article or the feed's: the page's where they agree, for its markup is richer, and where the feed has
    a teaser only; the feed's where the page lost or added something."""
    if not page.words:
        return feed
    if not is_full(feed, page):
        return page
    agreement = overlap(page.text, feed.text)
    chosen = page if agreement >= AGREES else feed
    return replace(chosen, agrees=round(agreement, 3))


def is_full(feed: Body, page: Body) -> bool:
    """Whether a feed entry is the whole article: long, not cut off, ending where the page's article ends or beyond."""
    if feed.words < FULL or TEASER.search(feed.text[-60:]):
        return False
    if feed.words >= page.words:
        return True
    whole = squeeze(page.text)
    return whole.rfind(squeeze(feed.text)[-ENDING:]) >= 0.7 * len(whole)


def overlap(one: str, other: str) -> float:
    """F1 (0 to 1) of the bags of words of two texts."""
    a, b = (Counter(fingerprint.words(text)) for text in (one, other))
    return 2 * sum((a & b).values()) / max(1, sum(a.values()) + sum(b.values()))


def _by_trafilatura(page: ParsedPage, title: str, authors: Sequence[str]) -> Body:
    tree = deepcopy(page.tree)
    for script in tree.iter("script"):
        if script.get("type") != "application/ld+json":  # as extractors read it
            script.tag = "style"
    etree.strip_elements(
        tree, "style", "svg", "canvas", "link", with_tail=False
    )  # each copy below is the cheaper
    code.flatten(tree)
    preprocess.for_extraction(tree)
    found = trafilatura_patch.article(tree, page.is_forum)
    words = str(found.xpath("string()")) if found is not None else ""
    if found is None or not words.strip():
        return Body()
    body = tree.find("body")
    body = tree if body is None else body
    etree.strip_elements(body, *JUNK, with_tail=False)
    faithful = markup_match.prune(body, words, title, authors, host_of(page.url))
    if faithful < FAITHFUL:
        return replace(
            _from_markup(_rebuilt(found), page, "trafilatura, rebuilt"), faithful=faithful
        )
    return replace(_finish(body, page, "trafilatura"), faithful=faithful)


def _rebuilt(found: etree._Element) -> str:
    """The extractor's own html, or its lines as paragraphs where it cannot write what it read."""
    try:
        return html.tostring(convert_to_html(deepcopy(found)), encoding="unicode")
    except KeyError:
        return "".join(
            f"<p>{escape(line)}</p>"
            for line in xmltotxt(found, include_formatting=False).splitlines()
        )


def _by_readability(page: ParsedPage) -> Body:
    try:
        summary = Document(
            html.tostring(page.tree, encoding="unicode"), min_text_length=25
        ).summary(html_partial=True)
    except Exception:  # noqa: BLE001 - readability wraps whatever went wrong in its own Unparseable, and not always
        return Body()
    return _from_markup(summary, page, "readability")


def _from_markup(markup: str, page: ParsedPage, method: str) -> Body:
    tree = sanitize.fragment(markup)
    if tree is None:
        return Body()
    code.flatten(tree)
    return replace(_finish(tree, page, method), faithful=1.0)


def _finish(body: HtmlElement, page: ParsedPage, method: str) -> Body:
    body.tag = "div"
    sanitize.absolutise(body, page.base)
    markup = sanitize.clean(body)
    linked = sum(len(a.text_content()) for a in body.iter("a"))
    text = plain.to_text(markup)
    links = min(1.0, linked / max(1, len(text)))
    return Body(
        markup, text, method, code.blocks(body), links=links, words=len(fingerprint.words(text))
    )
