"""Formulas: TeX becomes MathML, which browsers show without a script. What cannot be converted is
shown as TeX."""

from functools import lru_cache

from latex2mathml.converter import convert
from lxml import etree, html
from lxml.html import HtmlElement

from catalog.reader.limits import TimeLimit

MAX_TEX_LENGTH = 2_000  # characters
CACHED = 2_000  # formulas
UNKNOWN_COMMAND = "<mi>\\"  # how the converter writes a command that it does not know


def convert_all(tree: HtmlElement, limit: TimeLimit) -> None:
    """Convert the formulas, as long as there is time; the others become code."""
    for frame in list(tree.iter("span", "div")):
        classes = (frame.get("class") or "").split()
        if "math" not in classes or len(frame):
            continue
        tex = (frame.text or "").strip()
        math = None
        if tex and len(tex) <= MAX_TEX_LENGTH and not limit.is_over:
            math = _math(tex, display="display" in classes)
        if math is None:
            math = html.Element("code")
            math.text = tex
        frame.text = None
        frame.append(math)


def _math(tex: str, display: bool) -> HtmlElement | None:
    markup = mathml(tex, display)
    if not markup:
        return None
    math = html.fragment_fromstring(markup)
    math.set("alttext", tex)
    return math


@lru_cache(maxsize=CACHED)
def mathml(tex: str, display: bool) -> str:
    """Return the formula as MathML; "" where it cannot be converted."""
    kind = "inline"
    if display:
        kind = "block"
    try:
        markup = convert(tex, display=kind)
        etree.fromstring(markup)
    # The converter raises whatever comes: IndexError, ValueError, its own errors without a common
    # base.
    except Exception:  # noqa: BLE001
        return ""
    if UNKNOWN_COMMAND in markup:
        return ""
    return str(markup)
