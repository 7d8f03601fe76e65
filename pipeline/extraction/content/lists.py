"""Ticks of task lists: a box that is drawn by a form's element becomes the sign of one."""

from lxml.html import HtmlElement

DONE, OPEN = "☑", "☐"


def draw_ticks(body: HtmlElement) -> None:
    """Replace each check box at the beginning of a list's item by a sign; all other fields of forms go."""
    for box in list(body.iter("input")):
        parent = box.getparent()
        if parent is None:
            continue
        is_tick = (box.get("type") or "").lower() == "checkbox" and _begins_item(box)
        sign = (DONE if box.get("checked") is not None else OPEN) if is_tick else ""
        tail = (box.tail or "").lstrip() if is_tick else box.tail or ""
        box.tail = f"{sign} {tail}" if sign else tail
        box.drop_tree()


def _begins_item(box: HtmlElement) -> bool:
    element = box
    while element.tag != "li":
        parent = element.getparent()
        if parent is None or element.getprevious() is not None or (parent.text or "").strip():
            return False
        if parent.tag not in ("li", "p", "label", "span", "div"):
            return False
        element = parent
    return True
