"""The contents of an article: its headings, each with a name that a link can lead to."""

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

LEVELS = {"h1": 1, "h2": 2, "h3": 3}
FEWEST = 3  # headings; fewer need no list
MAX_HEADINGS = 100
MAX_LENGTH = 120  # characters of a heading in the list
OURS = re.compile(r"(?:heading|passage)-\d+")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: `level` is 1 for the highest that the article has."""

    name: str
    text: str
    level: int


def name_headings(tree: HtmlElement) -> list[Heading]:
    """Name the article's headings, and return them; none where they are few."""
    for element in tree.iter():
        if OURS.fullmatch(element.get("id") or ""):
            del element.attrib["id"]
    found: list[tuple[HtmlElement, str]] = []
    for element in tree.iter(*LEVELS):
        text = " ".join(element.text_content().split())
        if text:
            found.append((element, text))
    found = found[:MAX_HEADINGS]
    if len(found) < FEWEST:
        return []
    highest = min(LEVELS[element.tag] for element, _ in found)
    headings = []
    for number, (element, text) in enumerate(found, start=1):
        name = element.get("id") or f"heading-{number}"
        element.set("id", name)
        level = LEVELS[element.tag] - highest + 1
        headings.append(Heading(name, text[:MAX_LENGTH], level))
    return headings
