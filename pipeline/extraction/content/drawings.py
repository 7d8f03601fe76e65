"""Drawings that stand in the page as elements become images of their own: rebuilt of harmless
parts, bounded, and embedded."""

import re
from base64 import b64decode, b64encode
from typing import Any
from urllib.parse import unquote_to_bytes

from lxml import etree
from lxml.html import HtmlElement

NAMESPACE = "http://www.w3.org/2000/svg"
NAMESPACES: Any = {None: NAMESPACE}
ADDRESS = "data:image/svg+xml;base64,"
GIVEN = re.compile(r"data:image/svg\+xml(?:;charset=[\w-]+|;utf-?8)?(;base64)?,", re.I)
MAX_LENGTH = 100_000  # characters of an embedded drawing
MAX_ELEMENTS = 5_000
MAX_DEPTH = 60
SHAPES = frozenset("path rect line circle ellipse polygon polyline text use".split())
MANY_SHAPES = 12  # that an icon has not
TAGS = {  # by their names in lower case, as html reads them
    name.lower(): name
    for name in (
        "svg g defs symbol use path rect line circle ellipse polygon polyline text tspan textPath"
        " linearGradient radialGradient stop clipPath marker pattern mask title desc style"
    ).split()
} | {"a": "g"}
NAMES = {  # attributes whose names hold capitals
    name.lower(): name
    for name in (
        "viewBox preserveAspectRatio gradientUnits gradientTransform spreadMethod markerWidth"
        " markerHeight markerUnits refX refY patternUnits patternContentUnits patternTransform"
        " clipPathUnits maskUnits maskContentUnits textLength lengthAdjust startOffset pathLength"
    ).split()
}
PLAIN_NAMES = frozenset(
    "class id style transform x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy d points width height offset"
    " orient rotate fill stroke color opacity display visibility overflow version".split()
)
STYLING_NAMES = re.compile(
    r"(?:fill|stroke|stop|font|text|marker|clip|dominant|alignment|baseline|letter|word|paint|shape"
    r"|vector|mask|writing)(?:-[a-z]+){0,3}"
)
OUTSIDE = re.compile(r"@import|expression|javascript|\\|<|url\(\s*[\"']?(?!#)", re.I)
WITHIN = re.compile(r"#[\w:.-]{1,200}")
LABEL = "foreignobject"  # html in a drawing: its text is kept


def address_of(drawing: HtmlElement) -> str:
    """Return a drawing as an address that holds it whole; "" where it is too large or too deep."""
    if sum(1 for _ in drawing.iter()) > MAX_ELEMENTS:
        return ""
    copy = _copied(drawing, None, MAX_DEPTH)
    if copy is None:
        return ""
    markup = etree.tostring(copy, encoding="unicode", with_tail=False)
    address = ADDRESS + b64encode(markup.encode()).decode()
    return address if len(address) <= MAX_LENGTH else ""


def harmless(source: str) -> str:
    """Return the same for a drawing that stands in an address already; "" for an icon, too."""
    given = GIVEN.match(source)
    if given is None or len(source) > MAX_LENGTH:
        return ""
    try:
        rest = source[given.end() :]
        markup = b64decode(rest) if given.group(1) else unquote_to_bytes(rest)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
        drawing = etree.fromstring(markup, parser)
    except (etree.LxmlError, ValueError):
        return ""
    if drawing is None or not has_many_shapes(drawing):
        return ""
    return address_of(drawing)


def has_many_shapes(drawing: HtmlElement) -> bool:
    """Whether a drawing is more than an icon."""
    count = 0
    for part in drawing.iterdescendants():
        count += _name(part) in SHAPES
        if count >= MANY_SHAPES:
            return True
    return False


def _name(element: HtmlElement) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _copied(
    element: HtmlElement, parent: etree._Element | None, levels: int
) -> etree._Element | None:
    """Copy what is harmless of an element below a new parent."""
    name = _name(element)
    if not levels:
        return None
    if name == LABEL:
        return _label(element, parent)
    if name not in TAGS:
        return None
    if name == "style" and OUTSIDE.search(element.text or ""):
        return None
    tag = f"{{{NAMESPACE}}}{TAGS[name]}"
    if parent is None:
        copy = etree.Element(tag, nsmap=NAMESPACES)
    else:
        copy = etree.SubElement(parent, tag)
    for attribute, value in element.items():
        _copy_attribute(copy, attribute, value)
    copy.text = element.text
    for part in element:
        inner = _copied(part, copy, levels - 1)
        if inner is not None:
            inner.tail = part.tail
    return copy


def _copy_attribute(copy: etree._Element, attribute: str, value: str) -> None:
    name = attribute.rpartition("}")[2].rpartition(":")[2].lower()
    if name == "href":
        if WITHIN.fullmatch(value):
            copy.set("href", value)
        return
    is_known = name in PLAIN_NAMES or STYLING_NAMES.fullmatch(name) is not None
    if (is_known or name in NAMES) and not OUTSIDE.search(value):
        copy.set(NAMES.get(name, name), value)


def _label(
    element: HtmlElement, parent: etree._Element | None
) -> etree._Element | None:
    """Return the text of html in a drawing as a text of the drawing, in the middle of its place."""
    words = " ".join("".join(element.itertext()).split())
    if parent is None or not words:
        return None
    label = etree.SubElement(parent, f"{{{NAMESPACE}}}text")
    label.text = words
    for axis, size in (("x", "width"), ("y", "height")):
        label.set(axis, str(_number(element, axis) + _number(element, size) / 2))
    label.set("text-anchor", "middle")
    label.set("dominant-baseline", "middle")
    return label


def _number(element: HtmlElement, name: str) -> float:
    try:
        return float(element.get(name) or 0)
    except ValueError:
        return 0.0
