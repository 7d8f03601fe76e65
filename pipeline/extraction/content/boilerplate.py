"""What stands around an article and is no part of it: its own byline above, offers of other reading below."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.extraction.fields import datelines
from pipeline.extraction.fields.candidate import fold

PROMOTION = re.compile(
    r"^\W*(?:(?:see|read|learn|find out) (?:more|also|next)|don.?t miss|also (?:on|read|see)"
    r"|related(?: \w+)?|you (?:may|might) (?:also )?(?:like|enjoy|be)"
    r"|more (?:on|from)|lesen sie (?:auch|mehr)|mehr (?:zum|dazu)|auch interessant|lire aussi|à lire"
    r"|voir aussi|leer más|lea también|te puede interesar"
    r"|leia (?:também|mais)|saiba mais|leggi anche|lees ook|läs (?:också|mer)|les også|czytaj|читайте|ayrıca)\b",
    re.I,
)
AFTERWORD = re.compile(
    r"^\W*(?:you (?:may|might) also (?:like|enjoy)|related (?:posts?|articles?|stories|content|news)"
    r"|recommended(?: for you| articles| posts)?"
    r"|recent (?:posts|articles)|more (?:from|stories|articles)|latest (?:posts|news|articles)"
    r"|(?:\d+ )?comments?(?: \(\d+\))?|leave a (?:reply|comment)"
    r"|share (?:this|on|via)\b.*|about the authors?|join the (?:conversation|discussion)"
    r"|tell us what you think|what do you think|like this story"
    r"|subscribe\b.*|sign up\b.*|newsletter|follow us\b.*|kommentare?|ähnliche (?:beiträge|artikel)"
    r"|das könnte sie auch interessieren|comentários?"
    r"|comentarios?|commentaires?|articles? (?:similaires|liés)|artículos relacionados"
    r"|artigos relacionados|continue reading|next article|previous article)\W*$",
    re.I,
)
LABEL = re.compile(
    r"^\W*(?:tags?|categor(?:y|ies)|filed under|posted (?:in|by|on)|published (?:in|by|on)|labels?"
    r"|topics?|schlagw\w+|kategorien?|etiquetas?|mots[- ]clés|catégories?)\s*:",
    re.I,
)
SHARE_LINE = re.compile(
    r"^\W*(?:like this|share|tweet|pin it|email|print|facebook|twitter|whatsapp|linkedin|click here)\b",
    re.I,
)
READING_TIME = re.compile(
    r"^\W*\d+\s*(?:min(?:ute)?s?)\b.{0,12}$|^\W*(?:reading time|lesezeit)\b", re.I
)
BYLINE = re.compile(
    r"^\W*(?:by|von|par|por|di|written by|posted by|published|posted|updated|last updated|on|am|le"
    r"|veröffentlicht|stand)?\W*",
    re.I,
)
OPENING, CLOSING = 6, 12  # blocks at either end that are looked at
PARAGRAPH = 120  # characters that make a block a paragraph: the story has begun
SHORT = 90  # characters
TAIL = 0.6  # an afterword starts no earlier in the article


class Block(NamedTuple):
    """A block of text and the share (0 to 1) of it that is links to the same site."""

    text: str
    linked: float = 0.0
    heading: bool = False


def boilerplate(blocks: Sequence[Block], authors: Iterable[str] = ()) -> set[int]:
    """Which of an article's blocks are no part of it, by number."""
    return (
        _around_the_start(blocks, authors)
        | _promotions(blocks)
        | _afterword(blocks)
        | _at_the_end(blocks)
    )


def _around_the_start(blocks: Sequence[Block], authors: Iterable[str]) -> set[int]:
    names = {fold(a) for a in authors}
    found = set()
    for i, block in enumerate(blocks[:OPENING]):
        if len(block.text) > PARAGRAPH or block.heading:
            break
        if (
            _only_a_date(block.text)
            or fold(BYLINE.sub("", block.text, count=1)) in names
            or READING_TIME.match(block.text)
        ):
            found.add(i)
    return found


def _only_a_date(text: str) -> bool:
    if len(text) > SHORT or not datelines.find(text):
        return False
    rest = re.sub(r"\d+|[^\W\d_]{1,3}\b", "", BYLINE.sub("", text, count=1))
    return len(fold(rest).split()) <= 3


def _promotions(blocks: Sequence[Block]) -> set[int]:
    return {
        i
        for i, b in enumerate(blocks)
        if b.linked > 0.5 and len(b.text) < 3 * SHORT and PROMOTION.match(b.text)
    }


def _afterword(blocks: Sequence[Block]) -> set[int]:
    """From a line such as "You may also like" to the end, where no paragraph of prose follows it."""
    length = sum(len(b.text) for b in blocks)
    seen = 0
    for i, block in enumerate(blocks):
        late = seen >= TAIL * length
        seen += len(block.text)
        if late and len(block.text) < SHORT and AFTERWORD.match(block.text):
            rest = blocks[i + 1 :]
            if all(b.linked > 0.5 or len(b.text) < 2 * SHORT for b in rest):
                return set(range(i, len(blocks)))
    return set()


def _at_the_end(blocks: Sequence[Block]) -> set[int]:
    found: set[int] = set()
    for i in range(len(blocks) - 1, max(0, len(blocks) - CLOSING), -1):
        text = blocks[i].text
        if LABEL.match(text) or (
            len(text) < SHORT
            and (SHARE_LINE.match(text) or _only_a_date(text) or AFTERWORD.match(text))
        ):
            found.add(i)
        elif len(text) > SHORT / 2:
            break
    return found
