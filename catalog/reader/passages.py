"""Highlighted passages, marked in an article as it is shown.

A passage is found by its words, whatever spaces and tags are between them, and of several places
the one nearest to where it stood.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree, html
from lxml.html import HtmlElement

MAX_PLACES = 1_000  # of the same words that are looked at
MATH = "math"


@dataclass(frozen=True, slots=True)
class Quote:
    """What is looked for: words, and about where they begin."""

    pk: int
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Span:
    """Where a passage is: from `begin` to before `end`, in characters of the article's text."""

    pk: int
    begin: int
    end: int


@dataclass(slots=True)
class Slot:
    """A piece of text of the tree: what an element begins with, or what follows it."""

    element: HtmlElement
    is_tail: bool
    begin: int
    text: str


def mark_passages(tree: HtmlElement, quotes: Sequence[Quote]) -> set[int]:
    """Mark the passages that are found, and return which ones these are."""
    for element in tree.iter("mark"):
        element.attrib.pop("class", None)  # an author's own mark is not a reader's
    slots = list(_slots(tree))
    text = "".join(slot.text for slot in slots)
    spans = find_all(text, quotes)
    named: set[int] = set()
    for slot in slots:
        _mark_slot(slot, spans, named)
    return {span.pk for span in spans}


def find_all(text: str, quotes: Sequence[Quote]) -> list[Span]:
    """Return where the quotes are in the text; those that are not there are left out."""
    places = [place for place, character in enumerate(text) if not character.isspace()]
    squeezed = "".join(text[place] for place in places)
    spans = []
    for quote in quotes:
        words = "".join(quote.text.split())
        starts = list(_places(squeezed, words))
        if not starts:
            continue
        distances = [(abs(places[start] - quote.start), start) for start in starts]
        start = min(distances)[1]
        end = places[start + len(words) - 1] + 1
        spans.append(Span(quote.pk, places[start], end))
    return spans


def _places(text: str, words: str) -> Iterator[int]:
    """Yield where the words begin, in order; MAX_PLACES at most."""
    place = text.find(words) if words else -1
    number = 0
    while place >= 0 and number < MAX_PLACES:
        yield place
        number += 1
        place = text.find(words, place + 1)


def _slots(tree: HtmlElement) -> Iterator[Slot]:
    """Yield the pieces of text in order. Formulas count, and are not split."""
    begin = 0
    depth = 0  # within formulas
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        is_math = element.tag == MATH
        is_start = event == "start"
        if is_start and is_math:
            depth += 1
        text = element.text if is_start else element.tail
        if text and not (element is tree and not is_start):
            outside = depth == 0 or (is_math and not is_start and depth == 1)
            if outside:
                yield Slot(element, not is_start, begin, text)
            else:
                yield Slot(html.Element("span"), False, begin, text)
            begin += len(text)
        if is_math and not is_start:
            depth -= 1


def _mark_slot(slot: Slot, spans: list[Span], named: set[int]) -> None:
    """Put the parts of this text that passages cover into `mark` elements."""
    end = slot.begin + len(slot.text)
    covering = [span for span in spans if span.begin < end and span.end > slot.begin]
    if not covering:
        return
    cuts = {0, len(slot.text)}
    for span in covering:
        cuts.add(max(0, span.begin - slot.begin))
        cuts.add(min(len(slot.text), span.end - slot.begin))
    edges = sorted(cuts)
    _set_text(slot, "")
    last: HtmlElement | None = None
    for begin, after in itertools.pairwise(edges):
        piece = slot.text[begin:after]
        place = slot.begin + begin
        inside = [span.pk for span in covering if span.begin <= place < span.end]
        if inside and piece.strip():
            last = _add_mark(slot, last, piece, inside[0], named)
        elif last is None:
            _set_text(slot, _text(slot) + piece)
        else:
            last.tail = (last.tail or "") + piece


def _add_mark(
    slot: Slot, last: HtmlElement | None, piece: str, pk: int, named: set[int]
) -> HtmlElement:
    """Add a mark after the last one of this slot; the first one of a passage has its name."""
    mark = html.Element("mark", {"class": "passage"})
    if pk not in named:
        mark.set("id", f"passage-{pk}")
        named.add(pk)
    mark.text = piece
    if last is not None:
        last.addnext(mark)
    elif slot.is_tail:
        tail = slot.element.tail
        slot.element.tail = None
        slot.element.addnext(mark)
        slot.element.tail = tail
    else:
        slot.element.insert(0, mark)
    return mark


def _text(slot: Slot) -> str:
    found = slot.element.tail if slot.is_tail else slot.element.text
    return str(found or "")


def _set_text(slot: Slot, text: str) -> None:
    if slot.is_tail:
        slot.element.tail = text
    else:
        slot.element.text = text
