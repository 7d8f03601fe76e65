"""Pages nested deeper than a parser follows: the wrappers go, the text stays."""

import re
from typing import Any

from lxml import etree

MAX_DEPTH = 200  # levels; every walk over a tree may then be recursive
IS_DEEP: Any = etree.XPath(f"boolean({'/*' * MAX_DEPTH})")
ATTRIBUTES = r"(?:\s[^<>]*)?"  # without brackets, so that each is read once
FORMATTING = (
    "span|font|b|i|u|big|small|em|strong|center|nobr|tt|strike|s|mark|label|abbr|ins|a"
)
WRAPPERS = "div|section|article|main|aside|header|footer|nav|form|fieldset|figure"
STRUCTURE = (
    f"{WRAPPERS}|blockquote|details|table|tbody|thead|tfoot|tr|td|th|ul|ol|li|dl|dt|dd|menu"
    "|object|noscript|[a-z]+-[a-z-]+"
)
STEPS = (  # what goes, and what takes its place, the least harmful first
    (re.compile(rf"</?(?:{FORMATTING}){ATTRIBUTES}>", re.I), ""),
    (re.compile(rf"</?(?:{WRAPPERS}){ATTRIBUTES}>", re.I), "<p>"),
    (re.compile(rf"</?(?:{STRUCTURE}){ATTRIBUTES}>", re.I), "<p>"),
    (
        re.compile(
            r"<(?!(?:/?p|/?h[1-6]|br|/?pre|/?html|/?body|/?head|/?title)\b)[^<>]*>",
            re.I,
        ),
        "",
    ),
)


def is_deep(tree: Any) -> bool:
    """Whether a tree reaches the depth at which parsers stop, so that some of the page may be
    missing."""
    return bool(IS_DEEP(tree))
