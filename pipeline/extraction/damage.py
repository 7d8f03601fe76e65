"""What shows that a page is not whole: it breaks off, states more than it shows, keeps its text in
a script. Each sign is a flaw of the article, with its reason."""

import json
import re
from collections.abc import Iterator
from typing import Any

from pipeline.core.records import Draft
from pipeline.extraction import gaps
from pipeline.extraction.content.rules import phrases
from pipeline.extraction.fields.placement import Placement
from pipeline.extraction.flaws import Flaw
from pipeline.extraction.page.parsed import ParsedPage
from pipeline.extraction.text.counting import count_words

MORE = 1.5  # times the words found
MANY_MORE = 60  # words, besides
LONG_VALUE = 1_000  # characters of a value in a script that may be an article
MAX_SCRIPT = 3_000_000  # characters of a script that is read
MAX_VALUES = 50_000  # values of a script that are looked at
STATE_SCRIPT = re.compile(r"application/(?:\w+\+)?json|text/x-component", re.I)
TAG = re.compile(r"<[^<>]{0,2000}>")
GARBLED = re.compile("\ufffd|Ã[\x80-\xbf©¤¶¼]|â€[™œ\x9d“”˜¦]|Â[\xa0-\xbf]")
GARBLED_SIGNS = "\ufffdÃâÂ"  # one of which each begins with
MANY_GARBLED = 3
FIRST_LINES, LAST_LINES = 4, 6
LABELS = (
    phrases.RELATED_HEADING,
    phrases.SHARE_LINE,
    phrases.COMMENT_LINE,
    phrases.COMMENT_HEADING,
)
OFFERED = (  # one of which each offer of a subscription holds, and each question for consent
    *(
        "subscri",
        "newsletter",
        "cookie",
        "consent",
        "abonn",
        "suscr",
        "inscri",
        "assine",
        "iscriv",
    ),
    *("prenumer", "subskryb", "подпис", "購読", "订阅", "关注"),
)
SHORTEST_OFFER, LONGEST_OFFER = 40, 400  # characters of a line
MANY_HINTS = 3
SHOWN = 60  # characters of a line in a reason
CUT_SHORT = re.compile(
    r"(?:…|\.\.\.|\[\s*(?:…|\.\.\.)\s*\]|\b(?:read more|continue reading|keep reading|weiterlesen"
    r"|lire la suite|seguir leyendo|leia mais|continua a leggere))\W{0,6}$",
    re.I,
)


def signs(page: ParsedPage, draft: Draft, placement: Placement) -> Iterator[Flaw]:
    """Yield the signs that the article that was found on a page is not whole, or not alone."""
    text = draft.text
    words = draft.word_count
    if page.breaks_off:
        yield Flaw(0.3, "the page breaks off: its markup does not end")
    yield from gaps.signs(page, draft, placement)
    if held := _held_by_scripts(page, words):
        reason = f"a script of the page holds a text of {held:,} words; {words:,} are on the page"
        yield Flaw(0.3, reason)
    if CUT_SHORT.search(text[-80:]):
        yield Flaw(0.1, "the text ends as if it went on elsewhere")
    if lines := _foreign_lines(draft):
        shown = lines[0][:SHOWN]
        number = f"{len(lines)} lines" if len(lines) > 1 else "a line"
        yield Flaw(
            min(0.2, 0.05 * len(lines)),
            f"{number} may be from around the article: {shown}",
        )
    garbled = _garbled(text)
    if garbled >= MANY_GARBLED:
        yield Flaw(0.15, f"{garbled:,} characters cannot be read")


def _garbled(text: str) -> int:
    """Count the characters that were read in a wrong encoding; few texts have signs of any."""
    if not any(sign in text for sign in GARBLED_SIGNS):
        return 0
    return len(GARBLED.findall(text))


def _foreign_lines(draft: Draft) -> list[str]:
    """Lines that were kept and read like what stands around articles: at both ends a heading or a
    label of such things, anywhere an offer of a subscription or a question for consent."""
    code = {line for block in draft.code for line in block.text.split("\n")}
    lines = [line for line in draft.text.split("\n") if line and line not in code]
    lines = [line for line in lines if not line.isspace()]
    found = [line for line in lines[:FIRST_LINES] if _is_label(line)]
    found += [line for line in lines[FIRST_LINES:][-LAST_LINES:] if _is_label(line)]
    return found + _offers(draft.text, lines)


def _offers(text: str, lines: list[str]) -> list[str]:
    """Return those of the lines of a text that are an offer of a subscription or a question for
    consent."""
    lowered = text.lower()
    hints = [word for word in OFFERED if word in lowered]
    if not hints:
        return []
    return [line for line in lines if _is_offer(line, hints)]


def _is_label(line: str) -> bool:
    line = line.lstrip("# ")
    return any(phrases.says(phrase, line) for phrase in LABELS)


def _is_offer(line: str, hints: list[str]) -> bool:
    """Whether a line is an offer; `hints`: those of the words of offers that are in its text."""
    if not SHORTEST_OFFER < len(line) < LONGEST_OFFER:
        return False
    lowered = line.lower()
    if not any(hint in lowered for hint in hints):
        return False
    asked = {match.lower() for match in phrases.SUBSCRIBE.findall(line)}
    if len(asked) >= MANY_HINTS:
        return True
    return len(phrases.CONSENT.findall(line)) >= MANY_HINTS


def _held_by_scripts(page: ParsedPage, words: int) -> int:
    """Return the words of the longest text in the page's state, where the page shows far fewer;
    else 0."""
    most = 0
    for script in page.every("script"):
        text = script.text or ""
        is_state = STATE_SCRIPT.search(script.get("type") or "") is not None
        if not is_state or not LONG_VALUE < len(text) <= MAX_SCRIPT:
            continue
        if "ld+json" in script.get("type"):
            continue
        for value in _long_values(text):
            most = max(most, count_words(TAG.sub(" ", value)))
    return most if most > MORE * words + MANY_MORE else 0


def _long_values(text: str) -> Iterator[str]:
    """Yield the long strings of a JSON text; nothing where it is none."""
    try:
        waiting: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    seen = 0
    while waiting and seen < MAX_VALUES:
        value = waiting.pop()
        seen += 1
        if isinstance(value, str) and len(value) > LONG_VALUE:
            yield value
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            waiting.extend(value.values())
