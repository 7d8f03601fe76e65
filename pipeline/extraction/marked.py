"""A stored page with marks on the blocks that were left out of its article.

The record of an article has how each block begins and how many words it has, no copy: the block is
the element of the page that begins so and comes nearest to that length.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lxml import html
from lxml.html import HtmlElement

from pipeline.core.failures import Rejected
from pipeline.core.records import LeftOut
from pipeline.extraction.content.marking import JUNK
from pipeline.extraction.page.parsed import parse

ANCHOR = "left-out-"  # and the number of the record, from 1
NEAR = 0.5  # share of a block's words by which an element may be longer or shorter
MIN_WORDS = 3  # words likewise, of a short block
UNREAD = frozenset(["head", *JUNK]) - {"iframe"}
STYLE = """
[data-left-out] { outline: 3px dashed #b3261e !important; outline-offset: 2px;
  background-color: rgba(255, 193, 7, .18) !important; scroll-margin-top: 3rem; }
[data-left-out]:target { outline-style: solid !important; outline-width: 5px !important; }
[data-left-out]::before { content: attr(data-left-out) !important; display: block !important;
  width: fit-content; padding: 0 .5em; background: #7a1f17; color: #fff;
  font: 12px/1.7 system-ui, sans-serif !important; }
[data-left-out-hidden] { display: block !important; visibility: visible !important; }
.left-out-legend { margin: 0; padding: .5em 1em; background: #7a1f17; color: #fff;
  font: 14px/1.5 system-ui, sans-serif; }
"""


@dataclass(slots=True)
class Letters:
    """The letters of a page without space, and where in them each element begins and ends."""

    text: str = ""
    starts: list[int] = field(default_factory=list)  # of each piece of text
    words: list[int] = field(default_factory=lambda: [0])  # up to each piece
    spans: list[tuple[HtmlElement, int, int]] = field(default_factory=list)  # in pieces


def mark(
    body: bytes,
    url: str,
    charset: str,
    left_out: Sequence[LeftOut],
    told: Callable[[str], str] = str,
) -> str | None:
    """Return the page with marks and a legend; None where it cannot be parsed. `told` translates
    what they say."""
    page = parse(body, url, charset)
    if isinstance(page, Rejected):
        return None
    found = _find_all(_letters(page.tree), left_out)
    for number, element in found.items():
        _mark(element, number, left_out[number - 1], told)
    total = sum(record.blocks for record in left_out)
    _add_legend(page.tree, legend(len(found), total, told))
    doctype = page.tree.getroottree().docinfo.doctype or None
    return str(html.tostring(page.tree, encoding="unicode", doctype=doctype))


def _letters(tree: HtmlElement) -> Letters:
    letters = Letters()
    pieces: list[str] = []
    _read(tree, letters, pieces)
    letters.text = "".join(pieces)
    return letters


def _read(element: HtmlElement, letters: Letters, pieces: list[str]) -> None:
    """Read an element's text; pages are parsed to a bounded depth."""
    begin = len(pieces)
    _add(element.text, letters, pieces)
    for child in element:
        if child.tag not in UNREAD:
            _read(child, letters, pieces)
        _add(child.tail, letters, pieces)
    letters.spans.append((element, begin, len(pieces)))


def _add(text: str | None, letters: Letters, pieces: list[str]) -> None:
    words = (text or "").split()
    if not words:
        return
    start = 0
    if pieces:
        start = letters.starts[-1] + len(pieces[-1])
    letters.starts.append(start)
    letters.words.append(letters.words[-1] + len(words))
    pieces.append("".join(words))


def _find_all(letters: Letters, left_out: Sequence[LeftOut]) -> dict[int, HtmlElement]:
    """Return the element of each record that is found, by the record's number."""
    beginning: dict[int, list[tuple[HtmlElement, int]]] = {}
    for element, begin, end in letters.spans:
        if begin < end:
            length = letters.words[end] - letters.words[begin]
            beginning.setdefault(begin, []).append((element, length))
    found: dict[int, HtmlElement] = {}
    used: set[HtmlElement] = set()
    place = 0
    for number, record in enumerate(left_out, 1):
        words = "".join(record.words.split())
        for start in _places(letters.text, words, place):
            at = bisect_left(letters.starts, start)
            candidates = beginning.get(at, []) if _is_start(letters, at, start) else []
            element = _nearest(candidates, record.word_count, used)
            if element is not None:
                found[number] = element
                used.add(element)
                place = start
                break
    return found


def _is_start(letters: Letters, at: int, start: int) -> bool:
    return at < len(letters.starts) and letters.starts[at] == start


MAX_PLACES = 50  # of the same words in one page


def _places(text: str, words: str, first: int) -> list[int]:
    """Where words stand in a page's letters: from `first` on, then from its beginning."""
    places: list[int] = []
    start = text.find(words, first) if words else -1
    while start >= 0 and len(places) < MAX_PLACES:
        places.append(start)
        start = text.find(words, start + 1)
    start = text.find(words, 0, first) if words else -1
    while start >= 0 and len(places) < 2 * MAX_PLACES:
        places.append(start)
        start = text.find(words, start + 1, first)
    return places


def _nearest(
    candidates: list[tuple[HtmlElement, int]], wanted: int, used: set[HtmlElement]
) -> HtmlElement | None:
    """Return the element whose number of words is nearest; of several alike the outermost."""
    best = None
    least = max(MIN_WORDS, NEAR * wanted)
    for element, length in candidates:  # the innermost first
        away = abs(length - wanted)
        if (
            away <= least
            and element not in used
            and element.tag not in ("html", "body")
        ):
            best = element
            least = away
    return best


def _mark(
    element: HtmlElement, number: int, record: LeftOut, told: Callable[[str], str]
) -> None:
    rule = record.rule.replace("-", " ").capitalize()
    element.set("id", f"{ANCHOR}{number}")
    element.set("data-left-out", told(f"Left out: {rule}. {record.reason}"))
    if record.rule == "hidden":
        element.set("data-left-out-hidden", "")
        element.attrib.pop("hidden", None)


def legend(found: int, total: int, told: Callable[[str], str] = str) -> str:
    """Return what stands above the page."""
    text = told(f"{found} of the {total} blocks that were left out are marked.")
    if found < total:
        others = told("The others do not stand in this page as they were recorded.")
        text = f"{text} {others}"
    return text


def _add_legend(tree: HtmlElement, text: str) -> None:
    style = html.Element("style")
    style.text = STYLE
    line = html.Element("p", {"class": "left-out-legend"})
    line.text = text
    body = tree.find("body")
    place = tree if body is None else body
    place.insert(0, line)
    place.insert(0, style)
    line.tail, place.text = place.text, None
