"""The numbers of a list's items."""

from lxml.html import HtmlElement


def item_numbers(items: HtmlElement) -> list[int]:
    """Return the number of each item of an ordered list, as browsers count: from `start`,
    backwards, or as an item says."""
    children = list(items.iterchildren("li"))
    step = -1 if items.get("reversed") is not None else 1
    number = _whole(items.get("start"), len(children) if step < 0 else 1)
    found = []
    for item in children:
        number = _whole(item.get("value"), number)
        found.append(number)
        number += step
    return found


def _whole(value: str | None, otherwise: int) -> int:
    try:
        return int(value or "")
    except ValueError:
        return otherwise
