"""How one version of an article differs from the one that took its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.word_diff import matches

MAX_VERSIONS = 20  # that are shown
CONTEXT_WORDS = 12  # that are shown around a change
MAX_WORDS = 20_000  # of a text that are compared; more would keep the page waiting


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: "same", "gone", "new", or "cut" for so many same words that are not shown."""

    kind: str
    text: str = ""
    words: int = 0


def difference(before: str, after: str) -> list[Piece]:
    """Return how one text became the other, word by word, with a little of what stayed around
    each change."""
    old = re.findall(r"\S+\s*", before)[:MAX_WORDS]
    new = re.findall(r"\S+\s*", after)[:MAX_WORDS]
    return list(_pieces(old, new))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    same: list[str] = []
    old_place = 0
    new_place = 0
    for old_match, new_match in [*matches(old, new), (len(old), len(new))]:
        gone = old[old_place:old_match]
        added = new[new_place:new_match]
        if (gone or added) and same:
            yield from _shortened(same)
            same = []
        if gone:
            yield Piece("gone", "".join(gone))
        if added:
            yield Piece("new", "".join(added))
        same += old[old_match : old_match + 1]
        old_place = old_match + 1
        new_place = new_match + 1
    if same:
        yield from _shortened(same)


def _shortened(words: list[str]) -> Iterator[Piece]:
    if len(words) <= 2 * CONTEXT_WORDS:
        yield Piece("same", "".join(words))
        return
    yield Piece("same", "".join(words[:CONTEXT_WORDS]))
    yield Piece("cut", words=len(words) - 2 * CONTEXT_WORDS)
    yield Piece("same", "".join(words[-CONTEXT_WORDS:]))
