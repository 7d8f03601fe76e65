"""Raised and lowered signs, and formulas of MathML, in plain text: 10⁹ is not 109."""

import re

from lxml.html import HtmlElement

RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
RAISABLE = re.compile(r"[\d+\-−=()ni]+")
LOWERABLE = re.compile(r"[\d+\-−=()]+")
ORDINAL = re.compile(
    r"[^\W\d_]{2,}|[eaoºª™®℠]|\W*"
)  # "1st", "2e", "TM": raised, and read as they are
MARKS = {"msup": "^", "mover": "^", "msub": "_", "munder": "_"}


def raised(text: str) -> str:
    """Return what stands above the line."""
    inner = text.strip()
    if RAISABLE.fullmatch(inner) and not inner.isalpha():
        return inner.translate(RAISED)
    if ORDINAL.fullmatch(inner):
        return text
    return f"^{inner}" if len(inner) == 1 else f"^({inner})"


def lowered(text: str) -> str:
    """Return what stands below the line."""
    inner = text.strip()
    if LOWERABLE.fullmatch(inner):
        return inner.translate(LOWERED)
    if not inner or not inner[0].isalnum():
        return text
    return f"_{inner}" if len(inner) == 1 else f"_({inner})"


def formula(math: HtmlElement) -> str:
    """MathML on one line: n^2, (a)/(b), √(x)."""
    tag = str(math.tag)
    parts = [formula(child) for child in math if isinstance(child.tag, str)]
    if not parts:
        return "".join((math.text or "").split())
    if tag in MARKS and len(parts) == 2:
        return f"{parts[0]}{MARKS[tag]}{_grouped(parts[1])}"
    if tag in ("msubsup", "munderover") and len(parts) == 3:
        return f"{parts[0]}_{_grouped(parts[1])}^{_grouped(parts[2])}"
    if tag == "mfrac" and len(parts) == 2:
        return f"{_grouped(parts[0])}/{_grouped(parts[1])}"
    if tag == "msqrt":
        return f"√({''.join(parts)})"
    if tag == "mtr":
        return " ".join(parts) + "; "
    return "".join(parts)


def _grouped(part: str) -> str:
    return part if len(part) < 2 or part.isdigit() else f"({part})"
