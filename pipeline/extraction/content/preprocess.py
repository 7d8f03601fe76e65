"""Taking out of a page what misleads extractors: names that mean one thing to an author's tools and another to them."""

import re

from lxml.html import HtmlElement

from pipeline.extraction.fields.candidate import fold

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
FOOTNOTES = re.compile(
    r"(?:^|[\s_-])(?:footnotes?|endnotes?|fn|footnote-list|citation)(?:$|[\s_-])", re.I
)
SIGNS = {"", "#", "¶", "§", "🔗", "⚓", "link", "permalink"}
NOTE_ROLES = {"note", "doc-footnote", "doc-endnotes", "doc-endnote"}
CAPTION = re.compile(r"caption|filename|code-?title|code-?header", re.I)


def for_extraction(tree: HtmlElement) -> None:
    """Make a tree fit for extractors that judge elements by their names, in place."""
    _forget_anchors(tree)
    _drop_permalinks(tree)
    _unframe_notes(tree)
    _free_captions_of_code(tree)


def _forget_anchors(tree: HtmlElement) -> None:
    """Generators give a section its heading's words as id; "hidden-costs" and "share-a-cache" are no roles."""
    for heading in tree.iter(*HEADINGS):
        named = [e for e in (heading, heading.getparent()) if e is not None and e.get("id")]
        words = set(fold(str(heading.text_content())).split()) if named else set()
        for element in named:
            if set(fold(element.get("id").replace("_", " ")).split()) <= words:
                element.attrib.pop("id")


def _drop_permalinks(tree: HtmlElement) -> None:
    """The sign behind a heading that links to the heading itself."""
    for heading in tree.iter(*HEADINGS):
        for link in list(heading.iterdescendants("a")) if len(heading) else ():
            if "#" in (link.get("href") or "") and str(link.text_content()).strip() in SIGNS:
                link.drop_tree()


def _unframe_notes(tree: HtmlElement) -> None:
    """Footnotes are the author's words, though they stand in asides and below rules."""
    for element in tree.iter("aside", "div", "section", "dl", "ol", "table"):
        if FOOTNOTES.search(element.get("class") or "") or element.get("role") in NOTE_ROLES:
            element.attrib.clear()
            element.tag = "div" if element.tag in ("aside", "section") else element.tag


def _free_captions_of_code(tree: HtmlElement) -> None:
    """The file name above a listing belongs to it; captions elsewhere are a picture's."""
    for pre in tree.iter("pre"):
        for frame in (
            pre,
            pre.getparent(),
            pre.getparent().getparent() if pre.getparent() is not None else None,
        ):
            caption = frame.getprevious() if frame is not None else None
            if caption is not None and CAPTION.search(caption.get("class") or ""):
                caption.attrib.pop("class")
                caption.tag = "p" if caption.tag in ("div", "figcaption") else caption.tag
