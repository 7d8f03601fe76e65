"""An article's html as the reader shows it.

It is sanitized once more, its images are off or go through us, its code is highlighted, its
formulas become MathML.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lxml import etree, html
from lxml.html import HtmlElement

from catalog.embeds import with_names
from catalog.reader import code, formulas, images
from catalog.reader.images import image_name, images_in, images_of
from catalog.reader.limits import TimeLimit
from catalog.reader.outline import Heading, name_headings
from catalog.reader.passages import Quote, mark_passages
from catalog.reader.sanitize import sanitize

__all__ = [
    "Quote",
    "Reading",
    "image_name",
    "images_in",
    "images_of",
    "read",
    "readable",
]

ImageAddress = Callable[
    [str], str
]  # an image's name -> the address at which we serve it
# for the highlighting and the formulas of an article; what is left stays plain
EXTRAS_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Reading:
    """An article as it is shown: safe html, its headings, and the passages that were found."""

    html: str
    headings: list[Heading] = field(default_factory=list)
    found: set[int] = field(default_factory=set)


def readable(markup: str, image_address: ImageAddress | None = None) -> str:
    """Return only the html of `read`."""
    return read(markup, image_address).html


def read(
    markup: str,
    image_address: ImageAddress | None = None,
    quotes: Sequence[Quote] = (),
) -> Reading:
    """Return safe html; "" for none. It was sanitized before it was stored: this is the second
    lock.

    Images become links; with `image_address` they stay images, at the address that it gives for
    their name. Embeds have their names. The `quotes` are marked.
    """
    tree = parse(with_names(markup))
    if tree is None:
        return Reading(sanitize(markup))
    headings = name_headings(tree)
    images.replace_all(tree, image_address)
    limit = TimeLimit(EXTRAS_SECONDS)
    code.highlight_all(tree, limit)
    formulas.convert_all(tree, limit)
    _wrap_tables(tree)
    found = mark_passages(tree, quotes)
    has_images = tree.find(".//img") is not None
    text = html.tostring(tree, encoding="unicode")
    return Reading(sanitize(text, with_images=has_images), headings, found)


def parse(markup: str) -> HtmlElement | None:
    """Return the markup as the children of one div, or None where it cannot be parsed."""
    try:
        return html.fragment_fromstring(markup, create_parent="div")
    except (etree.LxmlError, ValueError):
        return None


def _wrap_tables(tree: HtmlElement) -> None:
    """Put each table into a box that scrolls, also with keys: a wide one must not widen the
    page."""
    for table in list(tree.iter("table")):
        parent = table.getparent()
        if parent is None or next(table.iterancestors("table"), None) is not None:
            continue
        box = html.Element("div", {"class": "table-scroll", "tabindex": "0"})
        box.tail = table.tail
        table.tail = None
        parent.replace(table, box)
        box.append(table)
