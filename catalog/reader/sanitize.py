"""Which elements and attributes of an article reach the page: nothing that runs, styles or calls
home."""

import re
from typing import Any

import nh3

ABSOLUTE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
ANCHOR = re.compile(r"#anchor-\d{1,6}")  # of a footnote, within the article
OUR_IMAGE = re.compile(r"/articles/\d+/images/[0-9a-f]{32}")
EMBEDDED_IMAGE = re.compile(
    r"data:image/(?:png|jpeg|gif|webp|avif|svg\+xml);base64,[A-Za-z0-9+/=\s]*"
)
OUR_CLASSES = frozenset(
    [
        "image-off",
        "table-scroll",
        "math",
        "display",
        "footnotes",
        "footnote-ref",
        "footnote-back",
        "admonition",
        "embed",
        "passage",
    ]
)
TOKEN_CLASS = re.compile(r"tok-[a-z0-9]{1,4}")
WORD = re.compile(r"[A-Za-z0-9. -]{1,40}")
# Attributes whose value is one of a kind.
VALUES = {
    "id": re.compile(r"(?:anchor-\d{1,6}|heading-\d{1,3}|passage-\d{1,18})"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "lang": re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}"),
    "align": re.compile(r"left|right|center"),
    "display": re.compile(r"block|inline"),
    "tabindex": re.compile(r"0"),
    "mathvariant": WORD,
    "stretchy": WORD,
    "fence": WORD,
    "columnalign": WORD,
    "displaystyle": WORD,
    "accent": WORD,
    "width": WORD,
    "linethickness": WORD,
}
# Without annotations and links: what a formula shows, and nothing else.
MATH_TAGS = frozenset(
    "math mi mn mo ms mtext mspace mrow mfrac msqrt mroot mstyle merror mpadded mphantom msub msup msubsup munder"
    " mover munderover mmultiscripts mprescripts mtable mtr mtd menclose semantics none".split()
)
TAGS = (
    (nh3.ALLOWED_TAGS - {"img", "map", "area"})
    | MATH_TAGS
    | {"section", "figure", "figcaption"}
)
ATTRIBUTES = {
    "*": {"dir", "id", "lang"},
    "a": {"href", "title", "class"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "div": {"class", "tabindex"},
    "mark": {"class"},
    "span": {"class"},
    "p": {"class"},
    "section": {"class"},
    "li": {"value"},
    "ol": {"start", "type", "reversed"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "scope", "align"},
    "time": {"datetime"},
    "math": {"display", "alttext"},
    "mi": {"mathvariant"},
    "mtext": {"mathvariant"},
    "mo": {"stretchy", "fence"},
    "mtable": {"columnalign"},
    "mstyle": {"displaystyle"},
    "mover": {"accent"},
    "mspace": {"width"},
    "mfrac": {"linethickness"},
}
IMAGE = {"src", "alt", "title", "width", "height", "loading", "decoding"}
DROPPED_WITH_CONTENT = {
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "object",
    "embed",
    "svg",
    "annotation",
    "annotation-xml",
    "title",
}
SETTINGS: dict[str, Any] = {
    "clean_content_tags": DROPPED_WITH_CONTENT,
    # A wide block can be scrolled with keys too.
    "set_tag_attribute_values": {"pre": {"tabindex": "0"}},
    "link_rel": "noopener noreferrer nofollow",
    "url_schemes": {"http", "https", "mailto", "data"},
}


def _kept(tag: str, name: str, value: str) -> str | None:
    """Return the value of an attribute as it reaches the page, or None."""
    if name == "class":
        return _our_classes(value)
    if name == "href":
        return _link_target(value)
    if name == "src":
        return _image_source(value)
    if tag == "img":
        return value
    allowed = VALUES.get(name)
    if allowed and not allowed.fullmatch(value):
        return None
    return value


def _our_classes(value: str) -> str | None:
    """Return only our own classes: a page's class would dress up as one of our buttons."""
    kept = [
        each
        for each in value.split()
        if each in OUR_CLASSES or TOKEN_CLASS.fullmatch(each)
    ]
    return " ".join(kept) or None


def _link_target(value: str) -> str | None:
    """Return only whole addresses, and footnotes of the article: a relative one would lead to our
    pages."""
    if ABSOLUTE.match(value) or ANCHOR.fullmatch(value):
        return value
    return None


def _image_source(value: str) -> str | None:
    """Return only images that are embedded or that we serve."""
    if OUR_IMAGE.fullmatch(value) or EMBEDDED_IMAGE.fullmatch(value):
        return value
    return None


CLEANER = nh3.Cleaner(
    tags=set(TAGS), attributes=ATTRIBUTES, attribute_filter=_kept, **SETTINGS
)
IMAGES_CLEANER = nh3.Cleaner(
    tags=set(TAGS | {"img"}),
    attributes=ATTRIBUTES | {"img": IMAGE},
    attribute_filter=_kept,
    **SETTINGS,
)


def sanitize(markup: str, with_images: bool = False) -> str:
    """Return safe html; images only where they are asked for."""
    if with_images:
        return IMAGES_CLEANER.clean(markup)
    return CLEANER.clean(markup)
