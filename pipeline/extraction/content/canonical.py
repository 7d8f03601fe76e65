"""One form for the same thing: the kept part of a page without the wrappers, names and tricks of
its theme."""

import re

from lxml import etree
from lxml.html import HtmlElement, builder

from pipeline.extraction.content import marking
from pipeline.extraction.content.blocks import BLOCK_TAGS, RUN

RENAMED = {
    "tt": "code",
    "strike": "s",
    "acronym": "abbr",
    "dir": "ul",
    "menu": "ul",
    "listing": "pre",
    "xmp": "pre",
    "plaintext": "pre",
    "legend": "p",
    "address": "p",
}
WRAPPERS = (
    "div section article main header footer nav aside center form fieldset hgroup search dialog body font big nobr"
    " label tbody-wrap picture noscript"
).split()
KEPT_CLASSES = frozenset(["math", "math display", "footnotes", "admonition", "embed"])
LEAF_WRAPPERS = frozenset(
    "div section article main header footer nav aside center form fieldset dialog".split()
)
EMPTY = (
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "dl",
    "blockquote",
    "figure",
    "figcaption",
    "details",
)
INLINE_EMPTY = (
    "a",
    "b",
    "i",
    "em",
    "strong",
    "span",
    "small",
    "u",
    "s",
    "del",
    "code",
    "sup",
    "sub",
    "mark",
)
HOLLOW = frozenset(["br", "wbr", marking.GONE, marking.UNWRAPPED])
ADMONITION = re.compile(
    r"(?:^|\s)(?:admonition|callout|markdown-alert|alert|notice|note-box|theme-admonition|admonitionblock"
    r"|kg-callout-card|custom-container|custom-block|hint|infobox)(?:$|[\s-])",
    re.I,
)
TITLE = re.compile(
    r"(?:^|\s)(?:[\w-]*(?:admonition|alert|callout|aside|notice)[\w-]*-title[\w-]*|title)(?:$|\s)"
)
ALIGN = re.compile(r"text-align:\s*(left|right|center|justify)", re.I)
ALIGNED = ("td", "th")
DIRECTIONS = frozenset(["ltr", "rtl", "auto"])


def simplify(root: HtmlElement) -> HtmlElement:
    """Bring a root, which is cut out of its page, to canonical form, in place; it becomes a div."""
    root.tag = "div"
    _unwrap_layout_tables(root)
    _rename(root)
    _push_links_inward(root)
    _align_cells(root)
    _mark_admonitions(root)
    _name_paragraphs(root)
    _open_figures(root)
    _unwrap(root)
    _unwrap_spans(root)
    _drop_empty(root)
    _itemise(root)
    return root


def _rename(root: HtmlElement) -> None:
    for element in root.iter(*RENAMED):
        element.tag = RENAMED[element.tag]
    etree.strip_tags(root, RUN)


def _unwrap_layout_tables(root: HtmlElement) -> None:
    """Unwrap tables of one cell, and those that say so: they only place what is in them."""
    for table in list(root.iter("table")):
        cells = list(table.iter("td", "th"))
        is_frame = len(cells) == 1 and _holds_blocks(cells[0])
        if table is not root and (is_frame or table.get("role") == "presentation"):
            for part in list(table.iter("tbody", "thead", "tfoot", "tr", "td", "th")):
                part.tag = "div"
            table.tag = "div"


def _holds_blocks(cell: HtmlElement) -> bool:
    return any(child.tag in BLOCK_TAGS for child in cell)


def _push_links_inward(root: HtmlElement) -> None:
    """Make a link around blocks a link in each of them."""
    for link in list(root.iter("a")):
        if not len(link):  # as most
            continue
        blocks = [block for block in link.iter(*BLOCK_TAGS) if not _holds_blocks(block)]
        if not blocks or link is root:
            continue
        for block in blocks:
            if block.tag not in ("hr", "pre"):
                _link_content(block, link)
        link.tag = "div"
        link.attrib.clear()


def _link_content(block: HtmlElement, link: HtmlElement) -> None:
    inner = builder.A()
    for name in ("href", "title"):
        if link.get(name):
            inner.set(name, link.get(name))
    inner.text = block.text
    block.text = None
    inner.extend(list(block))
    block.append(inner)


def _align_cells(root: HtmlElement) -> None:
    for cell in root.iter(*ALIGNED):
        style = ALIGN.search(cell.get("style") or "")
        align = (style.group(1) if style else cell.get("align") or "").lower()
        cell.attrib.pop("align", None)
        if align in ("left", "right", "center"):
            cell.set("align", align)


def _mark_admonitions(root: HtmlElement) -> None:
    for box in root.iter("div", "aside", "section", "blockquote"):
        classes = box.get("class") or ""
        if classes in KEPT_CLASSES or not ADMONITION.search(classes):
            continue
        if not any(outer.get("class") == "admonition" for outer in box.iterancestors()):
            box.set("class", "admonition")
            _stress_title(box)


def _stress_title(box: HtmlElement) -> None:
    """Put what is named the title of an admonition into strong letters, once it has no name."""
    for part in box.iter("p", "div", "span"):
        is_title = TITLE.search(part.get("class") or "") is not None
        if is_title and part.text and part.text.strip() and not len(part):
            strong = builder.STRONG(part.text)
            part.text = None
            part.append(strong)
            return


def _name_paragraphs(root: HtmlElement) -> None:
    """Wrappers that hold text and no blocks are paragraphs."""
    for element in list(root.iter(*LEAF_WRAPPERS)):
        if element is root or element.get("class") in KEPT_CLASSES - {"embed"}:
            continue
        if not _holds_blocks(element) and not _holds_blocks_within(element):
            element.tag = "p"


def _holds_blocks_within(element: HtmlElement) -> bool:
    """Whether a block stands anywhere in an element."""
    if not any(map(len, element)):
        return False
    return next(element.iterdescendants(*BLOCK_TAGS), None) is not None


def _unwrap_spans(root: HtmlElement) -> None:
    for span in list(root.iter("span")):
        if (
            span.get("class") not in KEPT_CLASSES
            and not span.get("dir")
            and not span.get("id")
        ):
            marking.unwrap(span)
    marking.sweep(root)


def _open_figures(root: HtmlElement) -> None:
    """Open figures around code or a table that have no caption: they say nothing."""
    for figure in list(root.iter("figure")):
        has_caption = next(figure.iter("figcaption"), None) is not None
        if (
            not has_caption
            and figure is not root
            and next(figure.iter("img"), None) is None
        ):
            marking.unwrap(figure)
    marking.sweep(root)


def _unwrap(root: HtmlElement) -> None:
    for element in list(root.iter(*WRAPPERS)):
        if element is root:
            continue
        if element.get("class") in KEPT_CLASSES:
            element.tag = "section" if element.get("class") == "footnotes" else "div"
            continue
        direction = (element.get("dir") or "").lower()
        for child in element if direction in DIRECTIONS else ():
            if isinstance(child.tag, str) and not child.get("dir"):
                child.set("dir", direction)
        if element.get("id") and len(element) and not element[0].get("id"):
            element[0].set("id", element.get("id"))
        marking.unwrap(element)
    marking.sweep(root)


def _drop_empty(root: HtmlElement) -> None:
    """Take out elements that hold nothing, innermost first."""
    for element in reversed(list(root.iter(*EMPTY, *INLINE_EMPTY))):
        if element is root or element.get("id") or _holds_something(element):
            continue
        if element.tag in INLINE_EMPTY:
            marking.unwrap(element)
        elif element.tag != "li" or element.getparent().tag != "ol":
            marking.drop(element)
    marking.sweep(root)


def _holds_something(element: HtmlElement) -> bool:
    """Whether an element holds more than space, line breaks and what is to go."""
    if (element.text or "").strip():
        return True
    return any(
        (child.tail or "").strip() or child.tag not in HOLLOW for child in element
    )


def _itemise(root: HtmlElement) -> None:
    """Make what stands in a list beside its items an item."""
    for items in root.iter("ul", "ol"):
        for child in list(items):
            if child.tag != "li":
                item = builder.LI()
                child.addprevious(item)
                item.append(child)
