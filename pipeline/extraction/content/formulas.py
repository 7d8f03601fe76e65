"""Formulas, whatever drew them, become <span class="math"> or <div class="math"> with their TeX,
else their MathML.

KaTeX, MathJax 2 and 3, Wikipedia's and LaTeXML's markup carry the same formula several times
(drawn, for screen readers, as source): it is kept once.
"""

import re
from copy import deepcopy
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, builder

from pipeline.extraction.content import drawn_formulas
from pipeline.extraction.page.text import text_in

INLINE_PARENTS = frozenset(
    "a abbr b cite code dt em h1 h2 h3 h4 h5 h6 i label p small span strong sub summary sup u".split()
)
DRAWN = (  # what shows the same formula again
    "MathJax_Preview",
    "MathJax",
    "MathJax_Display",
    "MathJax_SVG",
    "MathJax_SVG_Display",
    "MathJax_CHTML",
    "MathJax_Error",
    "mwe-math-fallback-image-inline",
    "mwe-math-fallback-image-display",
)
TEX_TAGS = (
    "d-math",
    "tex-math",
    "inline-formula",
    "disp-formula",
    "katex-inline",
    "katex-block",
)
DELIMITERS = (("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$"))
MARKED = re.compile(
    r"(?:^|\s)(?:math|arithmatex|MathJax|tex2jax_process|math-inline|math-display|math-tex)(?:\s|$)"
)
DISPLAY = re.compile(r"(?:^|[\s_-])(?:display|block|katex-display)(?:\s|$)")
EQUATION = re.compile(
    r"\\begin\{(?:equation|displaymath|math)\*?\}(.*)\\end\{(?:equation|displaymath|math)\*?\}",
    re.S,
)
NAMES = ("math", "katex", "arithmatex")
NAMED: Any = etree.XPath(
    './/*[contains(@class, "math") or contains(@class, "Math") or contains(@class, "katex") or contains(@class, "arithmatex")]'
)
PARTS = frozenset(
    "mi mn mo ms mtext mspace mrow mfrac msqrt mroot mstyle merror mpadded mphantom msub msup msubsup munder mover"
    " munderover mmultiscripts mprescripts mtable mtr mtd menclose semantics none".split()
)
SOURCE = 'annotation[@encoding="application/x-tex"]'
NAME = "math"
MAX_TEX = 20_000  # characters


def mark_all(body: HtmlElement, classes: str) -> None:
    """Rewrite every formula of a body in place. Must run while its scripts are still there.

    `classes`: all class names of the body, in lower case.
    """
    named = NAMED(body) if any(name in classes for name in NAMES) else []
    _from_scripts(body)
    for element in list(body.iter("mjx-container", "amp-mathml", *TEX_TAGS)):
        if element.tag == "mjx-container":
            _from_mathjax_3(element)
        elif element.tag == "amp-mathml":
            is_display = element.get("inline") is None
            _replace(element, element.get("data-formula") or "", is_display)
        else:
            is_display = element.get("block") is not None or "disp" in element.tag
            _replace(element, text_in(element), is_display)
    for element in named:
        if "katex" in (element.get("class") or "").split():
            _from_katex(element)
    for math in list(body.iter("math")):
        if not _is_inside(math):
            _from_mathml(math)
    if drawn_formulas.NAME in classes:
        _from_drawn(body)
    for element in named:
        if element.tag in ("span", "div", "p") and element.getparent() is not None:
            _from_marked(element)


def _from_drawn(body: HtmlElement) -> None:
    """Rewrite the formulas that are drawn by markup alone."""
    for element in list(body.iter("span", "div")):
        if drawn_formulas.NAME not in (element.get("class") or "").split():
            continue
        if source := drawn_formulas.tex_of(element):
            _replace(element, source, element.tag == "div")


def _from_scripts(body: HtmlElement) -> None:
    scripts = [
        s
        for s in body.iter("script")
        if (s.get("type") or "").lower().startswith("math/")
    ]
    if not scripts:
        return
    for name in DRAWN:
        for drawn in body.xpath(
            f'.//*[contains(concat(" ", @class, " "), " {name} ")]'
        ):
            if (
                drawn.getparent() is not None
                and next(drawn.iter("script"), None) is None
            ):
                drawn.drop_tree()
    for script in scripts:
        kind = (script.get("type") or "").lower()
        if kind.startswith("math/tex"):
            _replace(script, script.text or "", "mode=display" in kind.replace(" ", ""))


def _from_mathjax_3(container: HtmlElement) -> None:
    is_display = container.get("display") == "true"
    source = (
        container.get("data-tex")
        or container.get("data-latex")
        or _first_latex(container)
    )
    math = next(container.iter("math"), None)
    if source:
        _replace(container, source, is_display)
    elif math is not None:
        math = deepcopy(math)
        math.tail = container.tail
        if is_display:
            math.set("display", "block")
        container.getparent().replace(container, math)


def _first_latex(container: HtmlElement) -> str:
    """MathJax 4 writes the source on the drawn parts."""
    drawn = next(container.iter("mjx-math"), None)
    return "" if drawn is None else drawn.get("data-latex") or ""


def _from_katex(katex: HtmlElement) -> None:
    sources = katex.xpath(f".//{SOURCE}")
    parent = katex.getparent()
    if parent is None:
        return
    is_display = bool(DISPLAY.search(parent.get("class") or ""))
    if sources:
        target = (
            parent
            if is_display and parent.get("class") and not _text_beside(parent, katex)
            else katex
        )
        _replace(target, sources[0].text or "", is_display)


def _text_beside(parent: HtmlElement, child: HtmlElement) -> bool:
    return (
        len(parent) > 1
        or bool((parent.text or "").strip())
        or bool((child.tail or "").strip())
    )


def _from_mathml(math: HtmlElement) -> None:
    is_display = math.get("display") == "block" or math.get("mode") == "display"
    sources = math.xpath(f".//{SOURCE}")
    source = sources[0].text if sources else math.get("alttext")
    if source and source.strip():
        _replace(math, _without_style(source), is_display)
        return
    for element in list(math.iterdescendants()):
        if element.tag not in PARTS and element.getparent() is not None:
            element.drop_tree()
    if not text_in(math).strip():
        math.drop_tree()
        return
    frame = _frame(math, is_display)
    math.getparent().replace(math, frame)
    frame.tail = math.tail
    math.tail = None
    frame.append(math)


def _without_style(source: str) -> str:
    """TeX as Wikipedia wraps it: {\\displaystyle ...}."""
    source = source.strip()
    if source.startswith("{\\displaystyle") and source.endswith("}"):
        return source.removeprefix("{\\displaystyle").removesuffix("}").strip()
    return source


def _from_marked(element: HtmlElement) -> None:
    """Make a formula of an element that is named as one and whose text is TeX between delimiters,
    or an environment."""
    if element.get("data-tex") is not None:
        return
    if (
        not MARKED.search(element.get("class") or "")
        or element.find(".//math") is not None
    ):
        return
    text = text_in(element).strip()
    for opening, closing in DELIMITERS:
        if (
            text.startswith(opening)
            and text.endswith(closing)
            and len(text) > len(opening + closing)
        ):
            source = text[len(opening) : -len(closing)]
            _replace(element, source, opening != "\\(" or element.tag == "div")
            return
    if environment := EQUATION.fullmatch(text):
        _replace(element, environment.group(1), True)
    elif text.startswith("\\begin{") or (
        element.tag == "span" and text and len(element) == 0
    ):
        _replace(element, text, element.tag != "span")


def _replace(element: HtmlElement, source: str, is_display: bool) -> None:
    source = source.strip()[:MAX_TEX]
    parent = element.getparent()
    if parent is None:
        return
    if not source:
        element.drop_tree()
        return
    frame = _frame(element, is_display)
    frame.text = source
    frame.set("data-tex", "")
    frame.tail = element.tail
    parent.replace(element, frame)


def _frame(element: HtmlElement, is_display: bool) -> HtmlElement:
    parent = element.getparent()
    is_within_text = parent is not None and parent.tag in INLINE_PARENTS
    frame = builder.SPAN() if is_within_text or not is_display else builder.DIV()
    frame.set("class", NAME + (" display" if is_display else ""))
    return frame


def _is_inside(math: HtmlElement) -> bool:
    parent = math.getparent()
    return (
        parent is not None
        and (parent.get("class") or "").split(" ")[0] == NAME
        and parent.get("data-tex") is not None
    )
