"""The footnotes of stored html: which mark belongs to which note."""

from lxml.html import HtmlElement

REFERENCE, BACK, SECTION = "footnote-ref", "footnote-back", "footnotes"


def numbers(root: HtmlElement) -> dict[str, int]:
    """Return the number of each footnote by the id of its item."""
    found: dict[str, int] = {}
    for section in root.iter("section"):
        if section.get("class") != SECTION:
            continue
        for item in section.iter("li"):
            if item.get("id"):
                found[item.get("id")] = len(found) + 1
    return found


def reference(link: HtmlElement, numbered: dict[str, int]) -> int:
    """Return the number of the footnote that a link leads to; 0 where it leads elsewhere."""
    address = link.get("href") or ""
    if link.get("class") == BACK or not address.startswith("#"):
        return 0
    return numbered.get(address[1:], 0)


def is_back_link(link: HtmlElement) -> bool:
    """Whether a link leads from a note back to its mark."""
    return link.get("class") == BACK
