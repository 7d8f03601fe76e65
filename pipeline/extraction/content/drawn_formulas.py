"""TeX of formulas that are drawn by markup alone: docutils writes them so for pages without a
script.

Its markup keeps the structure (fractions, roots, limits, rows) and the signs, but not the source.
"""

import re
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

NAME = "formula"  # the class of each
TAGS = frozenset(["a", "b", "br", "i", "span", "sub", "sup", "tt"])
CLASSES = frozenset(
    "align align-c align-center align-l align-left align-r align-right alignat array arraycell arrayrow bar base"
    " bigdelimiter bigoperator binom binomcell binomial binomrow binomstack blackboard boldsymbol"
    " boxed bracket bracketcases case cases denominator displaystyle embellished emptydot ensuremath"
    " environment eqnarray eqnumber equation fbox flalign fraktur fraction fullfraction gather"
    " hspace ignored integral leftdot leftroot limit limits line mathrm mathscr mathsf mathtt mbox"
    " multline normal numerator overbrace overline phantom radical raisebox rightdot root script"
    " scriptfont scripts scriptscriptstyle scriptstyle size1 size2 size3 size4 smallsymbol split"
    " sqrt stackrel stretchy symbol text textbf textfraction textit textnormal textrm textsc textsf"
    " textsl textstyle texttt thickspace underbrace underline unit unknown upstackrel downstackrel"
    " uproot vspace".split()
)
UNSHOWN = frozenset(["ignored", "radical"])  # what stands for lines drawn by styles
FONTS = {
    "blackboard": "mathbb",
    "fraktur": "mathfrak",
    "mathrm": "mathrm",
    "mathscr": "mathcal",
    "mathsf": "mathsf",
    "overline": "overline",
    "scriptfont": "mathcal",
    "underline": "underline",
}
TEXTS = frozenset("mbox text textnormal textrm".split())
MARKS = {
    "→": "vec",
    "^": "hat",
    "ˆ": "hat",
    "~": "tilde",
    "˜": "tilde",
    "¯": "bar",
    "˙": "dot",
}
OPERATORS = {
    "∑": r"\sum ",
    "∏": r"\prod ",
    "∐": r"\coprod ",
    "∫": r"\int ",
    "∮": r"\oint ",
    "⋃": r"\bigcup ",
    "⋂": r"\bigcap ",
    "⁄": "/",
    "−": "-",
    "′": "'",
    "∞": r"\infty ",
}
BRACKETS = {
    "⎛": "(",
    "⎞": ")",
    "⎡": "[",
    "⎤": "]",
    "⎧": r"\{",
    "⎫": r"\}",
    "⎢": "[",
    "⎥": "]",
}
FUNCTIONS = frozenset(
    "arccos arcsin arctan arg cos cosh cot csc deg det dim exp gcd hom inf ker lg lim ln log max min"
    " sec sin sinh sup tan tanh".split()
)
SPECIAL = re.compile(r"([{}%#&$_])")
ESCAPED = r"\\\1"
WORD = re.compile(r"[^\W\d_]{2,}")
SPACE = re.compile(r"\s+")
BEGIN = re.compile(r"\\begin\{(\w+\*?)\}")
MANY_WORDS = 2  # that are no names of functions: prose, whatever its class says
MAX_DEPTH = 40  # levels; nobody writes deeper formulas
IS_DEEP: Any = etree.XPath(f"boolean({'/'.join(['*'] * MAX_DEPTH)})")


def tex_of(element: HtmlElement) -> str:
    """Return the TeX of an element that draws a formula; "" where it is something else."""
    if not len(element) or IS_DEEP(element):
        return ""
    if not all(map(_is_part, element.iterdescendants())) or _is_something_else(element):
        return ""
    return SPACE.sub(" ", _inner(element)).strip()


def _classes(element: HtmlElement) -> list[str]:
    return (element.get("class") or "").split()


def _is_part(element: HtmlElement) -> bool:
    """Whether docutils draws formulas by such an element."""
    if element.tag not in TAGS or element.get("href"):
        return False
    return CLASSES.issuperset(_classes(element))


def _is_something_else(element: HtmlElement) -> bool:
    """Whether an element holds TeX, or several words that are not marked as text."""
    texts = [element.text, *(part.tail for part in element.iterdescendants())]
    text = " ".join(filter(None, texts))
    words = [word for word in WORD.findall(text) if word not in FUNCTIONS]
    return "\\" in text or "$" in text or len(words) > MANY_WORDS


def _inner(element: HtmlElement) -> str:
    """Return the TeX of what an element holds."""
    is_upright = element.tag != "i"
    pieces = [_signs(element.text, is_upright)]
    for part in element:
        pieces.append(_part(part))
        pieces.append(_signs(part.tail, is_upright))
    return "".join(pieces)


def _part(element: HtmlElement) -> str:
    classes = _classes(element)
    kind = classes[0] if classes else ""
    if kind in UNSHOWN or _is_brace_of_cases(element):
        return ""
    if kind in DRAWN:
        return DRAWN[kind](element)
    if kind in TEXTS:
        text = SPECIAL.sub(ESCAPED, "".join(element.itertext()))
        return f"\\text{{{text}}}"
    is_name = kind == "mathrm" and not len(element)
    inner = _signs(element.text, False) if is_name else _inner(element)
    if kind in FONTS:
        return f"\\{FONTS[kind]}{{{inner}}}"
    if element.tag in ("sub", "sup"):
        sign = "_" if element.tag == "sub" else "^"
        return f"{sign}{{{inner.strip()}}}" if inner.strip() else ""
    return f"\\mathbf{{{inner}}}" if element.tag == "b" else inner


def _fraction(element: HtmlElement) -> str:
    above = _within(element, "numerator")
    below = _within(element, "denominator")
    if not above or not below:
        return _inner(element)
    return f"\\frac{{{above}}}{{{below}}}"


def _root(element: HtmlElement) -> str:
    degree = "".join(_inner(part) for part in element if part.tag == "sup").strip()
    inner = "".join(
        _inner(part)
        for part in element
        if part.tag == "span" and "root" in _classes(part)
    ).strip()
    return f"\\sqrt[{degree}]{{{inner}}}" if degree else f"\\sqrt{{{inner}}}"


def _limits(element: HtmlElement) -> str:
    """Return an operator with what stands below and above it."""
    base = "".join(_part(part) for part in element if part.tag == "span")
    below = "".join(_part(part) for part in element if part.tag == "sub")
    above = "".join(_part(part) for part in element if part.tag == "sup")
    return f"{base.strip()}{below}{above} "


def _embellished(element: HtmlElement) -> str:
    base = _within(element, "base")
    mark = "".join(
        "".join(part.itertext()) for part in element if part.tag == "sup"
    ).strip()
    if mark in MARKS:
        return f"\\{MARKS[mark]}{{{base}}}"
    return f"\\overset{{{mark}}}{{{base}}}" if mark else base


def _stack(element: HtmlElement) -> str:
    parts = [_inner(part).strip() for part in element]
    inner = r" \atop ".join(parts)
    return f"{{{inner}}}"


def _array(element: HtmlElement) -> str:
    brackets = [part for part in element.iter("span") if "bracket" in _classes(part)]
    if brackets:
        sign = (brackets[0].text or "").strip()
        return BRACKETS.get(sign, sign)
    return _rows(element, "matrix")


def _cases(element: HtmlElement) -> str:
    return _rows(element, "cases")


def _environment(element: HtmlElement) -> str:
    return _rows(element, "split")


def _unknown(element: HtmlElement) -> str:
    """Return a command or an environment that docutils does not know, as it was written."""
    text = (element.text or "").strip()
    if begin := BEGIN.match(text):
        return _rows(element, begin.group(1))
    return f"{text} " + "".join(_part(part) for part in element)


def _rows(element: HtmlElement, name: str) -> str:
    """Return an environment of rows; those without any sign only keep a distance."""
    rows = []
    for row in element.iterchildren("span"):
        cells = [_inner(cell).strip() for cell in row.iterchildren("span")]
        if any(cells):
            rows.append(" & ".join(cells))
    inner = r" \\ ".join(rows)
    return f"\\begin{{{name}}}{inner}\\end{{{name}}}"


def _is_brace_of_cases(element: HtmlElement) -> bool:
    """Whether an element is the brace before cases, whose environment draws its own."""
    following = element.getnext()
    is_array = "array" in _classes(element)
    return is_array and following is not None and "bracketcases" in _classes(following)


def _within(element: HtmlElement, kind: str) -> str:
    parts = [part for part in element if kind in _classes(part)]
    return "".join([_inner(part) for part in parts]).strip()


def _signs(text: str | None, is_upright: bool) -> str:
    """Return the signs of a text as TeX has them; upright letters in a row are a name."""
    if not text:
        return ""
    signs = SPECIAL.sub(ESCAPED, text)
    if is_upright:
        signs = WORD.sub(_name, signs)
    return "".join([OPERATORS.get(sign, sign) for sign in signs])


def _name(match: re.Match[str]) -> str:
    name = match.group()
    return f"\\{name} " if name in FUNCTIONS else f"\\mathrm{{{name}}}"


DRAWN = {
    "array": _array,
    "fraction": _fraction,
    "fullfraction": _fraction,
    "textfraction": _fraction,
    "sqrt": _root,
    "limits": _limits,
    "embellished": _embellished,
    "binom": _stack,
    "bracketcases": _cases,
    "environment": _environment,
    "unknown": _unknown,
}
