"""What shows that a part of an article's middle is missing: the page states more than it shows,
links lead to what is not there, a section has no text."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from urllib.parse import unquote

from lxml.html import HtmlElement

from pipeline.core.records import Draft
from pipeline.extraction.fields.candidate import fold
from pipeline.extraction.fields.placement import (
    BYLINE_LINES,
    HEADINGS,
    Placement,
    short_text_of,
)
from pipeline.extraction.flaws import Flaw
from pipeline.extraction.page.parsed import ParsedPage
from pipeline.extraction.paywall import stated_words
from pipeline.extraction.text.fingerprint import SHINGLE, shingles, words

MORE = 1.15  # times the words found, that a page may state: it counts some twice
FEW_MORE = 20  # words, besides
UNLIKELY = 2.5  # times the words found: then another thing is counted
SIGNS_A_WORD = {"zh": 2, "ja": 2, "th": 2}  # where pages count signs
WORDS_STATED = re.compile(r"\b(\d{1,3}(?:[,.]\d{3})+|\d{2,6})\s*words\b", re.I)
MINUTES_STATED = re.compile(
    r"\b(\d{1,3})(?:\s*-\s*|\s*)min(?:ute)?s?\.?\s+(?:to )?read\b"
    r"|\breading time\W{1,4}(?:about |approx\. )?(\d{1,3})\s*min",
    re.I,
)
FEW_MINUTES = 6  # fewer are rounded too much
SLOW = 180  # words a minute, of the slowest that pages reckon with
MANY_MORE = 1.25  # times the words found, that a time of reading may stand for
MAX_LINE = 140  # characters of a line that may state a length
PASSAGE = 30  # words that follow each other
MAX_PASSAGES = 500_000  # characters of a text for machines that are compared
TAG = re.compile(r"<[^<>]{0,2000}>")
EMPTY_SECTION = re.compile(r"</h([1-6])>\s*<h([1-6])\b")
FEWEST_SISTERS = 4  # sections of one level that show how its author writes them
MAX_HEADING = 80  # characters; a longer heading is a sentence of the text
HEADING = re.compile(r"<h([1-6])\b[^<>]*>(.{1,400}?)</h\1>", re.S)
NUMBERED = re.compile(  # "3. Tides", "Step 3", and not "3.2 Tides" or "3 tides"
    r"(step|tip|rule|lesson|reason|mistake|trick|exercise|question|schritt|tipp|étape|paso|passo|шаг)?"
    r"\s*#?(\d{1,3})(?:[.):](?!\d)|\s*[–—]|(?(1)(?!\w|[.]\d)|(?!)))",
    re.I,
)
CAPTION = re.compile(r"<(?:fig)?caption>(.{1,100})", re.S)
NUMBERED_CAPTION = re.compile(
    r"(figure|fig|table|listing|abbildung|abb|tabelle|figura|tableau)\b\.?\s*(\d{1,3})(?!\w|[.-]\d)",
    re.I,
)
FEWEST_NUMBERS = 3  # that show a sequence, the missing ones apart
NOTE = re.compile(
    r"(?:^|[-_:.])(?:fn(?:ref)?|(?:foot|end)note(?:-?ref)?|ftn(?:ref)?|cite_(?:note|ref))"
    r"(?:[-_:.]?\w{1,20})?(?:[-_:.]\w{1,20}){0,3}$",
    re.I,
)
LISTS = ("ul", "ol", "nav")


def signs(page: ParsedPage, draft: Draft, placement: Placement) -> Iterator[Flaw]:
    """Yield the signs that a part of the article that a page shows is missing from its middle."""
    if flaw := _stated_beyond(page, draft) or _shown_beyond(placement, draft):
        yield flaw
    if passage := _passage_missing(page, draft):
        reason = (
            f"the page gives machines a passage of {passage} words that its text lacks"
        )
        yield Flaw(0.3, reason)
    if heading := _empty_section(draft.html):
        yield Flaw(0.05, f"a section has no text: {heading}")
    if gap := _jump(draft.html):
        yield Flaw(0.1, f"{gap[0]} are numbered {gap[1]}, {gap[2]}")
    yield from _broken_links(page)


def _stated_beyond(page: ParsedPage, draft: Draft) -> Flaw | None:
    """Return what it costs that the page tells machines of more words than were found."""
    stated = max(map(stated_words, page.articles), default=0)
    if stated <= _most(draft):
        return None
    found = f"{draft.word_count:,} were found"
    return Flaw(0.3, f"the page says it has {stated:,} words; {found}")


def _shown_beyond(placement: Placement, draft: Draft) -> Flaw | None:
    """Return what it costs that the page shows its readers a greater length, by its title."""
    found = f"{draft.word_count:,} words were found"
    for line in _lines_by_title(placement):
        if match := WORDS_STATED.search(line):
            stated = int(re.sub(r"\D", "", match[1]))
            if _most(draft) < stated < UNLIKELY * draft.word_count:
                return Flaw(0.2, f"the page says it has {stated:,} words; {found}")
        if match := MINUTES_STATED.search(line):
            minutes = int(match[1] or match[2])
            if _takes_longer(minutes, draft):
                reason = f"the page says it takes {minutes} minutes to read; {found}"
                return Flaw(0.1, reason)
    return None


def _takes_longer(minutes: int, draft: Draft) -> bool:
    """Whether a time of reading is that of a clearly longer text."""
    least = SLOW * (minutes - 1)
    most = UNLIKELY * draft.word_count
    return minutes >= FEW_MINUTES and MANY_MORE * draft.word_count < least < most


def _most(draft: Draft) -> float:
    """How many words a page may state for a whole article."""
    return MORE * draft.word_count * SIGNS_A_WORD.get(draft.language, 1) + FEW_MORE


def _lines_by_title(placement: Placement) -> list[str]:
    """Return the short lines right under the title, and the one above it."""
    at = placement.title_line
    if at < 0:
        return []
    near = placement.page.lines[max(0, at - 1) : at + BYLINE_LINES + 1]
    return [line.text for line in near if len(line.text) <= MAX_LINE]


def _passage_missing(page: ParsedPage, draft: Draft) -> int:
    """Return how many words follow each other in the text that the page gives machines and not in
    the article; 0 for fewer than make a passage."""
    longest = 0
    known: set[str] | None = None
    for node in page.articles:
        given = node.get("articleBody")
        if not isinstance(given, str) or len(given) > MAX_PASSAGES:
            continue
        if known is None:
            known = shingles(draft.text)
        longest = max(longest, _longest_run(unescape(TAG.sub(" ", given)), known))
    return longest if longest >= PASSAGE else 0


def _longest_run(text: str, known: set[str]) -> int:
    """Return the most words of a text that follow each other and stand in no known shingle."""
    found = words(text)
    longest = run = 0
    for at in range(len(found) - SHINGLE + 1):
        if " ".join(found[at : at + SHINGLE]) in known:
            run = 0
            continue
        run += 1
        longest = max(longest, run)
    return max(0, longest - SHINGLE + 1)


def _empty_section(markup: str) -> str:
    """Return the heading of the one section that holds nothing where its sisters hold something;
    "" where there is none.

    Where several hold nothing, headings are used as lines.
    """
    empty = []
    for match in EMPTY_SECTION.finditer(markup):
        if match[2] == match[1]:
            empty.append(match)
    if len(empty) != 1:
        return ""
    level = empty[0][1]
    if markup.count(f"<h{level}") < FEWEST_SISTERS:
        return ""
    start = markup.rfind(f"<h{level}", 0, empty[0].start())
    if not markup[:start].strip():
        return ""  # a subtitle
    inner = markup[start : empty[0].start()].partition(">")[2]
    heading = _text_of(inner)
    if len(heading) > MAX_HEADING or "<img" in inner:
        return ""
    return heading


def _jump(markup: str) -> tuple[str, int, int] | None:
    """Return what is numbered with a gap: headings or captions, and the numbers around the gap."""
    numbers: dict[tuple[str, str, str], list[int]] = {}
    for level, inner in HEADING.findall(markup):
        if match := NUMBERED.match(_text_of(inner)):
            kind = ("headings", level, (match[1] or "").lower())
            numbers.setdefault(kind, []).append(int(match[2]))
    for inner in CAPTION.findall(markup) if "caption>" in markup else ():
        if match := NUMBERED_CAPTION.match(_text_of(inner)):
            kind = ("captions", "", match[1].lower())
            numbers.setdefault(kind, []).append(int(match[2]))
    for (noun, *_), found in numbers.items():
        if gap := _gap_in(found):
            return noun, *gap
    return None


def _gap_in(numbers: list[int]) -> tuple[int, int] | None:
    """Return the numbers around the one gap of a sequence that counts up from 0 or 1."""
    if len(numbers) < FEWEST_NUMBERS or numbers[0] not in (0, 1):
        return None
    steps = list(pairwise(numbers))
    if any(following <= number for number, following in steps):
        return None
    gaps = [step for step in steps if step[1] - step[0] > 1]
    return gaps[0] if len(gaps) == 1 else None


def _text_of(markup: str) -> str:
    return " ".join(unescape(TAG.sub("", markup)).split())


def _broken_links(page: ParsedPage) -> Iterator[Flaw]:
    """Yield what it costs that links lead to notes, marks or sections that the page lacks."""
    inner = [(name, link) for link in page.every("a") if (name := _place_of(link))]
    if not inner:
        return
    targets = _targets(page)
    missing = [(name, link) for name, link in inner if name not in targets]
    if not missing:
        return
    notes = {name for name, _ in missing if NOTE.search(name)}
    if notes:
        noun = "a footnote" if len(notes) == 1 else f"{len(notes)} footnotes"
        yield Flaw(0.15, f"{noun} or the text that it belongs to is missing")
    lists = {_list_of(link) for name, link in inner if _is_heading(targets.get(name))}
    for name, link in missing:
        is_listed = _list_of(link) in lists - {None}
        if is_listed and _is_made_of(name, short_text_of(link)):
            yield Flaw(0.15, f"a section of the contents is missing: {name[:60]}")
            return


def _place_of(link: HtmlElement) -> str:
    """Return the name of the place on the same page that a link leads to; "" for another link."""
    address = (link.get("href") or "").strip()
    return unquote(address[1:]) if address.startswith("#") else ""


def _targets(page: ParsedPage) -> dict[str, HtmlElement]:
    targets: dict[str, HtmlElement] = {}
    for element in page.elements:
        for name in (element.get("id"), element.get("name")):
            if name:
                targets.setdefault(name, element)
                targets.setdefault(unquote(name), element)
    return targets


def _is_heading(target: HtmlElement | None) -> bool:
    """Whether a place is a heading, or stands in one, or begins with one."""
    if target is None:
        return False
    parent = target.getparent()
    first = next(iter(target), None)
    around = [target, *(e for e in (parent, first) if e is not None)]
    return any(element.tag in HEADINGS for element in around)


def _list_of(link: HtmlElement) -> HtmlElement | None:
    """Return the outermost list that a link stands in."""
    return next(reversed(list(link.iterancestors(*LISTS))), None)


def _is_made_of(name: str, text: str) -> bool:
    """Whether a name is made of the words of a text, as generators make them of headings."""
    own = fold(name.replace("_", " ")).split()
    return bool(own) and set(own) <= set(fold(text).split())
