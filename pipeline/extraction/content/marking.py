"""Taking elements out of a tree in linear time: each is marked, and all that are go at once.

lxml's own drop_tree and drop_tag move text and siblings for each element, which costs the square
of their number.
"""

from lxml import etree
from lxml.html import HtmlElement

GONE = "marked-gone"  # goes with all that is in it
JUNK = (  # elements that are no text
    "script style noscript template svg button select textarea object embed link meta canvas"
    " iframe map area dialog-polyfill progress option datalist output"
).split()
DRAWN = "data-drawn"  # of an image that stands for a drawing
UNWRAPPED = "marked-unwrapped"  # goes, what is in it stays


def drop(element: HtmlElement) -> None:
    """Mark an element that goes with its content; the text behind it stays."""
    element.tag = GONE


def unwrap(element: HtmlElement) -> None:
    """Mark an element whose content takes its place."""
    element.tag = UNWRAPPED


def replace_by_text(element: HtmlElement, text: str) -> None:
    """Mark an element in whose place a text stands; it holds no other elements."""
    element.text = text
    element.tag = UNWRAPPED


def sweep(root: HtmlElement) -> None:
    """Take out what is marked in a tree."""
    etree.strip_elements(root, GONE, with_tail=False)
    etree.strip_tags(root, UNWRAPPED)
