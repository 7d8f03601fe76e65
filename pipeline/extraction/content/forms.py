"""What a form asks for is evidence of what it is; the fields themselves are never content."""

from typing import Any

from lxml import etree
from lxml.html import HtmlElement

FIELDS = ("input", "textarea", "select")
ASKS = "data-asks"
HOLDERS: Any = etree.XPath(f"descendant-or-self::*[@{ASKS}]")
HAS_HOLDERS: Any = etree.XPath(f"boolean(descendant-or-self::*/@{ASKS})")
SILENT = frozenset(
    ["hidden", "submit", "button", "image", "reset", "checkbox", "radio"]
)


def note_fields(body: HtmlElement) -> None:
    """Write onto each form, or what holds fields without one, what kinds of fields it has."""
    for field in body.iter(*FIELDS):
        kind = (
            str(field.tag)
            if field.tag != "input"
            else (field.get("type") or "text").lower()
        )
        if kind in SILENT:
            continue
        holder = next(field.iterancestors("form"), field.getparent())
        if holder is not None:
            holder.set(ASKS, f"{holder.get(ASKS) or ''} {kind}".strip())


def has_fields(element: HtmlElement) -> bool:
    """Whether an element holds any form's fields."""
    return bool(HAS_HOLDERS(element))


def asked(element: HtmlElement) -> frozenset[str]:
    """Return the kinds of fields in an element: "email", "text", "textarea", "password", ..."""
    found = []
    for holder in HOLDERS(element):
        found += holder.get(ASKS).split()
    return frozenset(found)
