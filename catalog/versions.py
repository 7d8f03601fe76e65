"""How one version of an article differs from the one that took its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

MAX_VERSIONS = 20  # that are shown
CONTEXT_WORDS = 12  # that are shown around a change
MAX_WORDS = 20_000  # that are compared; more would keep the page waiting


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: "same", "gone", "new", or "cut" for same words that are not shown."""

    kind: str
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """Return how one text became the other, word by word, with a little of what stayed around each change."""
    old = re.findall(r"\S+\s*", before)[:MAX_WORDS]
    new = re.findall(r"\S+\s*", after)[:MAX_WORDS]
    return list(_pieces(old, new))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from _shortened(old[i:j])
            continue
        if i < j:
            yield Piece("gone", "".join(old[i:j]))
        if k < m:
            yield Piece("new", "".join(new[k:m]))


def _shortened(words: list[str]) -> Iterator[Piece]:
    if len(words) <= 2 * CONTEXT_WORDS:
        yield Piece("same", "".join(words))
        return
    yield Piece("same", "".join(words[:CONTEXT_WORDS]))
    yield Piece("cut", f"{len(words) - 2 * CONTEXT_WORDS} words")
    yield Piece("same", "".join(words[-CONTEXT_WORDS:]))
