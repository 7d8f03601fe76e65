"""Scraped html is hostile: what is stored can neither run, nor style, nor frame, nor call home by
another scheme."""

import re

import nh3
from lxml import etree, html
from lxml.html import HtmlElement

from pipeline.extraction.content import formulas
from pipeline.extraction.page.parsed import FORBIDDEN, join

TAGS = formulas.PARTS | set(
    "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure"
    " h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark math ol p pre q s samp section small span strong sub summary sup"
    " table tbody td tfoot th thead time tr u ul var wbr".split()
)
ATTRIBUTES = {
    "*": {"dir", "id", "lang"},
    "a": {"href", "title", "class"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "code": {"class"},
    "div": {"class"},
    "img": {"src", "alt", "title", "width", "height"},
    "li": {"value"},
    "math": {"display"},
    "mo": {"stretchy"},
    "ol": {"start", "type", "reversed"},
    "p": {"class"},
    "section": {"class"},
    "span": {"class"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "scope", "align"},
    "time": {"datetime"},
}
DROPPED_WITH_CONTENT = set(
    "script style template noscript iframe object embed svg button select textarea title annotation annotation-xml".split()
)
CLASSES = frozenset(
    [
        "math",
        "math display",
        "footnotes",
        "footnote-ref",
        "footnote-back",
        "admonition",
        "embed",
    ]
)
ANCHOR = re.compile(r"#?anchor-\d{1,6}")
EMBEDDED = re.compile(r"data:image/(?:png|jpeg|gif|webp|avif|svg\+xml);base64,")
MANY_REFERENCES = 5_000
REFERENCES = {"\ue0a0": "&amp;", "\ue0a1": "&lt;", "\ue0a2": "&gt;"}
SPAN = re.compile(r"[1-9]\d{0,2}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
WITHIN = {  # attributes whose value is one of a kind
    "id": re.compile(r"anchor-\d{1,6}"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "align": re.compile(r"left|right|center"),
    "colspan": SPAN,
    "rowspan": SPAN,
    "lang": LANGUAGE,
    "value": re.compile(r"-?\d{1,6}"),
    "start": re.compile(r"-?\d{1,9}"),
}


def _kept(tag: str, name: str, value: str) -> str | None:
    """Return the value of an attribute that may be stored, or None."""
    if name == "class":
        return value if value in CLASSES or value.startswith("language-") else None
    if name in WITHIN:
        return value if WITHIN[name].fullmatch(value) else None
    if value[:5].lower() == "data:":
        return value if name == "src" and EMBEDDED.match(value) else None
    if name == "href":
        return value if not value.startswith("#") or ANCHOR.fullmatch(value) else None
    return value


CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    clean_content_tags=DROPPED_WITH_CONTENT,
    url_schemes={"http", "https", "mailto", "data"},
    link_rel="noopener noreferrer nofollow",
    attribute_filter=_kept,
)


def absolutise(tree: HtmlElement, base: str) -> None:
    """Give links their absolute address, in place; those within the page, to a place that is
    kept, stay as they are."""
    for link in tree.iter("a"):
        address = (link.get("href") or "").strip()
        if not address or ANCHOR.fullmatch(address) or address.startswith("mailto:"):
            continue
        link.set("href", join(base, address))
    for quote in tree.iter("blockquote"):
        if quote.get("cite"):
            quote.set("cite", join(base, quote.get("cite")))


def clean(tree: HtmlElement) -> str:
    """Return the safe html of what a div holds."""
    markup = html.tostring(tree, encoding="unicode", with_tail=False)
    if markup.count("&") > MANY_REFERENCES:
        cleaned = _referring(CLEANER.clean(_without_references(markup)))
    else:
        cleaned = CLEANER.clean(markup)
    return cleaned.strip().removeprefix("<div>").removesuffix("</div>").strip()


def _without_references(markup: str) -> str:
    """Markup with a sign for each character reference: the cleaner's time grows with the square
    of their number."""
    for sign, reference in REFERENCES.items():
        markup = markup.replace(sign, "").replace(reference, sign)
    return markup


def _referring(markup: str) -> str:
    for sign, reference in REFERENCES.items():
        markup = markup.replace(sign, reference)
    return markup


def fragment(markup: str) -> HtmlElement | None:
    """Return a piece of html, as a feed carries it, as the children of one div; None where there is
    nothing in it."""
    try:
        tree = (
            html.fragment_fromstring(FORBIDDEN.sub("", markup), create_parent="div")
            if markup.strip()
            else None
        )
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    if tree is not None:
        etree.strip_elements(
            tree, etree.Comment, etree.ProcessingInstruction, with_tail=False
        )
    return tree
