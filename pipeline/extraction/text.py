"""The article's own words: a cascade of extractors, each tried where the one before it did poorly."""

import logging
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from urllib.parse import urlsplit

import trafilatura
from lxml import html
from lxml.html import HtmlElement
from trafilatura.htmlprocessing import convert_to_html

from pipeline.extraction import code, keep, prepare, render, safe
from pipeline.extraction.page import ParsedPage
from pipeline.records import CodeBlock, Said

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

FAITHFUL = 0.8  # share of the extractor's words that must be found again in the page's own markup
JUNK = "script,style,noscript,template,iframe,svg,button,input,select,textarea,object,embed,link,meta,canvas".split(",")


@dataclass(frozen=True, slots=True)
class Body:
    """The article's content: safe html, the text rendered from it, and how it was come by."""

    html: str
    text: str
    method: str
    code: tuple[CodeBlock, ...] = ()
    faithful: float = 0.0  # share of the extractor's words found again in the page's markup
    links: float = 0.0  # share of the text inside links
    agrees: float | None = None  # share of the feed's full text that is on the page


def main_content(page: ParsedPage, said: Said = Said(), title: str = "", authors: Sequence[str] = ()) -> Body:  # noqa: B008
    """The article of a page, by the page's own markup where that can be followed. Empty where there is none."""
    tree = deepcopy(page.tree)
    code.flatten(tree)
    prepare.for_extraction(tree)
    found = trafilatura.bare_extraction(tree, url=page.url, with_metadata=False, include_comments=False)
    if found is None or not found.text:
        return Body("", "", "none")
    return _own_markup(tree, found.text, page, title, authors) or _rebuilt(found.body, page)


def _own_markup(tree: HtmlElement, verdict_text: str, page: ParsedPage, title: str, authors: Sequence[str]) -> Body | None:
    for junk in list(tree.iter(*JUNK)):
        junk.drop_tree()
    body = tree.find("body")
    body = tree if body is None else body
    faithful = keep.prune(body, verdict_text, title, authors, urlsplit(page.url).netloc)
    if faithful < FAITHFUL:
        return None
    body.tag = "div"
    safe.absolutise(body, page.base)
    markup = safe.clean(body)
    return Body(markup, render.to_text(markup), "trafilatura", code.blocks(body), faithful)


def _rebuilt(body: HtmlElement, page: ParsedPage) -> Body:
    markup = safe.clean_html(html.tostring(convert_to_html(deepcopy(body)), encoding="unicode"), page.base)
    return Body(markup, render.to_text(markup), "trafilatura-rebuilt")
