"""Ticks of task lists: a box that is drawn by a form's element becomes the sign of one."""

from lxml.html import HtmlElement

from pipeline.extraction.content import marking

DONE, OPEN = "☑", "☐"


def draw_ticks(body: HtmlElement) -> None:
    """Replace each check box at the beginning of a list's item by a sign; all other fields of
    forms go."""
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
