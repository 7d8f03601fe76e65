"""Which words two texts share, in order: the base of a comparison. Its time grows with the texts,
whatever they hold.

Words that occur once in both texts are anchors (a "patience diff"): between them the search begins
anew. Short stretches without anchors are compared word by word, long ones not at all: the general
algorithm takes cubic time on words that repeat.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_CELLS = 10_000  # pairs of words of a stretch that are compared one by one
MAX_DEPTH = 20  # of anchors between anchors
Match = tuple[int, int]  # the place of a word in the old and in the new text


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of the old text and of the new one, from `start` to before `end` each."""

    old: Sequence[str]
    new: Sequence[str]
    old_start: int
    old_end: int
    new_start: int
    new_end: int

    @property
    def cells(self) -> int:
        """How many pairs of words there are."""
        return (self.old_end - self.old_start) * (self.new_end - self.new_start)

    def part(
        self, old_start: int, old_end: int, new_start: int, new_end: int
    ) -> "Stretch":
        """Return a part of the same texts."""
        return Stretch(self.old, self.new, old_start, old_end, new_start, new_end)


def matches(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """Return the words that both texts share, in order."""
    return list(_matches(Stretch(old, new, 0, len(old), 0, len(new)), 0))


def _matches(stretch: Stretch, depth: int) -> Iterator[Match]:
    prefix = _common_prefix(stretch)
    for number in range(prefix):
        yield stretch.old_start + number, stretch.new_start + number
    rest = stretch.part(
        stretch.old_start + prefix,
        stretch.old_end,
        stretch.new_start + prefix,
        stretch.new_end,
    )
    suffix = _common_suffix(rest)
    middle = rest.part(
        rest.old_start, rest.old_end - suffix, rest.new_start, rest.new_end - suffix
    )
    if middle.cells:
        yield from _matches_between(middle, depth)
    for number in range(suffix, 0, -1):
        yield rest.old_end - number, rest.new_end - number


def _matches_between(stretch: Stretch, depth: int) -> Iterator[Match]:
    anchors = _anchors(stretch)
    if not anchors or depth == MAX_DEPTH:
        if stretch.cells <= MAX_CELLS:
            yield from _longest_common(stretch)
        return
    old_start = stretch.old_start
    new_start = stretch.new_start
    for old_place, new_place in anchors:
        gap = stretch.part(old_start, old_place, new_start, new_place)
        yield from _matches(gap, depth + 1)
        yield old_place, new_place
        old_start = old_place + 1
        new_start = new_place + 1
    yield from _matches(
        stretch.part(old_start, stretch.old_end, new_start, stretch.new_end), depth + 1
    )


def _common_prefix(stretch: Stretch) -> int:
    most = min(stretch.old_end - stretch.old_start, stretch.new_end - stretch.new_start)
    for number in range(most):
        if (
            stretch.old[stretch.old_start + number]
            != stretch.new[stretch.new_start + number]
        ):
            return number
    return most


def _common_suffix(stretch: Stretch) -> int:
    most = min(stretch.old_end - stretch.old_start, stretch.new_end - stretch.new_start)
    for number in range(most):
        if (
            stretch.old[stretch.old_end - 1 - number]
            != stretch.new[stretch.new_end - 1 - number]
        ):
            return number
    return most


def _anchors(stretch: Stretch) -> list[Match]:
    """Return the words that occur once in each text, as many as are in the same order."""
    old_words = stretch.old[stretch.old_start : stretch.old_end]
    new_words = stretch.new[stretch.new_start : stretch.new_end]
    old_counts = Counter(old_words)
    new_counts = Counter(new_words)
    new_places = {
        word: stretch.new_start + place for place, word in enumerate(new_words)
    }
    pairs = []
    for place, word in enumerate(old_words, start=stretch.old_start):
        if old_counts[word] == 1 and new_counts[word] == 1:
            pairs.append((place, new_places[word]))
    return _longest_increasing(pairs)


def _longest_increasing(pairs: list[Match]) -> list[Match]:
    """Return the longest part of the pairs, sorted by the first, whose second places also
    increase."""
    ends: list[int] = []  # the smallest last place of a part of each length
    owners: list[int] = []  # the pair that it belongs to
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(owners[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        owners[length : length + 1] = [number]
    found = []
    number = owners[-1] if owners else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _longest_common(stretch: Stretch) -> Iterator[Match]:
    """Yield the longest common subsequence of a short stretch."""
    old_words = stretch.old[stretch.old_start : stretch.old_end]
    new_words = stretch.new[stretch.new_start : stretch.new_end]
    lengths = [[0] * (len(new_words) + 1)]
    for old_word in reversed(old_words):
        below = lengths[-1]
        row = [0]
        for place, new_word in enumerate(reversed(new_words)):
            if old_word == new_word:
                row.append(below[place] + 1)
            else:
                row.append(max(below[place + 1], row[place]))
        lengths.append(row)
    lengths.reverse()  # lengths[i][-1 - k]: of what is left from the words i and k on
    old_place = 0
    new_place = 0
    while old_place < len(old_words) and new_place < len(new_words):
        left = len(new_words) - new_place
        if old_words[old_place] == new_words[new_place]:
            yield stretch.old_start + old_place, stretch.new_start + new_place
            old_place += 1
            new_place += 1
        elif lengths[old_place + 1][left] >= lengths[old_place][left - 1]:
            old_place += 1
        else:
            new_place += 1
