"""Sentences that are kept in English and translated where a page shows them.

Why a URL was skipped, what a run found, what came of a worker: the database, the log and programs
get these in English. `add_sentences` names them, with placeholders where their values stand, and
`sentence` finds the one that a text was made of.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language, gettext

from catalog.numbers import intcomma

PLAIN = "en"  # the language in which they are kept
MAX_LENGTH = 600  # of a text that is compared: values of strangers may be long
PARTS = "; "  # between sentences that were joined
LISTED = ", "  # likewise between counts
PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])")
SHAPES = {"d": r"\d[\d,]*", "s": r".+?"}
STATE = "state"
# Values that are sentences or labels themselves.
TRANSLATED_TOO = frozenset(["how", "more", "reason", "stage", STATE, "text", "what"])


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence with values, and what recognizes the texts that were made of it."""

    text: str
    shape: re.Pattern[str]
    fixed: str  # the longest piece without a value: most texts lack it

    def values_in(self, text: str) -> dict[str, str] | None:
        """Return the values of the text; None where it was not made of this sentence."""
        if self.fixed not in text:
            return None
        found = self.shape.fullmatch(text)
        return found and found.groupdict()


_patterns: list[Pattern] = []


def add_sentences(texts: Iterable[str]) -> None:
    """Make sentences known, those with more fixed text before those with less."""
    known = {each.text for each in _patterns}
    _patterns.extend(pattern_of(each) for each in texts if each not in known)
    _patterns.sort(key=lambda each: len(PLACEHOLDER.sub("", each.text)), reverse=True)
    _translated.cache_clear()


def pattern_of(text: str) -> Pattern:
    """Return what recognizes the texts that were made of a sentence."""
    pieces = PLACEHOLDER.split(text)
    fixed = [piece.replace("%%", "%") for piece in pieces[::3]]
    shape = re.escape(fixed[0])
    for name, kind, piece in zip(pieces[1::3], pieces[2::3], fixed[1:], strict=True):
        shape += f"(?P<{name}>{SHAPES[kind]}){re.escape(piece)}"
    return Pattern(text, re.compile(shape, re.DOTALL), max(fixed, key=len))


def sentence(text: object) -> str:
    """Return a text in the language of the reader, if it was made of a sentence that is known."""
    kept = str(text)
    language = get_language() or PLAIN
    if not kept or language.startswith(PLAIN):
        return kept
    return _translated(kept, language)


@lru_cache(maxsize=4096)
def _translated(kept: str, language: str) -> str:
    whole = _one(kept, language)
    if whole != kept:
        return whole
    if PARTS in kept:
        return PARTS.join(_translated(part, language) for part in kept.split(PARTS))
    counts = [(part, _one(part, language)) for part in kept.split(LISTED)]
    if all(part[:1].isdigit() and part != text for part, text in counts):
        return LISTED.join(text for _, text in counts)
    return kept


def _one(kept: str, language: str) -> str:
    text = gettext(kept) if kept else kept
    if text != kept or len(kept) > MAX_LENGTH:
        return text
    for pattern in _patterns:
        values = pattern.values_in(kept)
        if values is not None and _is_state(values.get(STATE)):
            return _filled(pattern.text, values, language)
    return kept


def _is_state(value: str | None) -> bool:
    """Whether it is a state as far as anybody knows: any two words may stand around an "is"."""
    return value is None or gettext(value) != value


def _filled(text: str, values: dict[str, str], language: str) -> str:
    numbers = [name for name, kind in PLACEHOLDER.findall(text) if kind == "d"]
    given = {}
    for name, value in values.items():
        if name in numbers:
            given[name] = intcomma(value.replace(",", ""))
        elif name in TRANSLATED_TOO:
            given[name] = _translated(value, language)
        else:
            given[name] = value
    # each is a text by now
    return PLACEHOLDER.sub(r"%(\1)s", gettext(text)) % given
