"""Ticks of task lists: a box that is drawn by a form's element becomes the sign of one."""

import re

from lxml.html import HtmlElement

from pipeline.extraction.content import marking

DONE, OPEN = "☑", "☐"
DRAWN = re.compile(  # an element without text that looks like a box
    r"(?:^|[\s_-])(?:check-?box|chcklst-box|(?:fa|bi|icon|mdi|ti)-(?:check-)?square)(?:$|[\s_-])"
)
FULL = re.compile(r"(?:^|[\s_-])(?:checked|check|on|done|complete[d]?)(?:$|[\s_-])")
MAY_BE_DRAWN = ("checkbox", "check-box", "chcklst", "square")


def draw_ticks(body: HtmlElement, classes: str) -> None:
    """Replace each check box at the beginning of a list's item by a sign; all other fields of
    forms go.

    `classes`: all class names of the body, in lower case.
    """
    if any(name in classes for name in MAY_BE_DRAWN):
        _draw_boxes(body)
    boxes = list(body.iter("input"))
    for box in boxes:
        if (box.get("type") or "").lower() != "checkbox" or not _begins_item(box):
            marking.drop(box)
            continue
        sign = OPEN if box.get("checked") is None else DONE
        marking.replace_by_text(box, f"{sign} ")
        box.tail = (box.tail or "").lstrip()
    if boxes:
        marking.sweep(body)


def _draw_boxes(body: HtmlElement) -> None:
    """Give its sign to each box that an element without text draws at the beginning of an item."""
    for item in body.iter("li"):
        box = next(item.iterdescendants("span", "div", "i"), None)
        if box is None or len(box) or (box.text or "").strip():
            continue
        classes = (box.get("class") or "").lower()
        if DRAWN.search(classes) and _begins_item(box):
            box.tag = "span"
            box.text = f"{DONE if FULL.search(classes) else OPEN} "
            box.tail = (box.tail or "").lstrip()


def _begins_item(box: HtmlElement) -> bool:
    element = box
    while element.tag != "li":
        parent = element.getparent()
        if (
            parent is None
            or element.getprevious() is not None
            or (parent.text or "").strip()
        ):
            return False
        if parent.tag not in ("li", "p", "label", "span", "div"):
            return False
        element = parent
    return True
