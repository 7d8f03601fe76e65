"""Finding the blocks of a page in the words of an article: the heaviest chain of matches that runs forward in both."""

import re
from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import NamedTuple

SHORT = 12  # word characters; shorter blocks match by chance, so they only fill gaps between longer ones
PLACES = 12  # a text that stands in more places than this says nothing by its place
END = 30  # word characters that must agree at both ends of a block that was changed inside

PUNCTUATION = bytes(code for code in range(128) if not chr(code).isalnum())
NO_WORD = re.compile(r"[\W_]+")
PROBE = 16  # word characters
PROBES = 10  # at most, of one block


class Match(NamedTuple):
    """Block number `block` is words[start:end]."""

    block: int
    start: int
    end: int


def squeeze(text: str) -> str:
    """The word characters alone: what survives every change of space, punctuation and markup."""
    if text.isascii():  # most blocks are, and bytes are cut ten times as fast
        return text.encode().translate(None, PUNCTUATION).decode()
    return NO_WORD.sub("", text)


def align(blocks: list[str], words: str) -> list[Match]:
    """Which blocks (in page order) are in `words` (an article, squeezed), and where."""
    needles = [squeeze(block) for block in blocks]
    anchors = _heaviest_chain([_places(needle, i, words) for i, needle in enumerate(needles)])
    return _fill_gaps(anchors, needles, words)


def _places(needle: str, block: int, words: str) -> list[Match]:
    """Where a long block may be in the words; a block that was changed inside is found by its ends."""
    if len(needle) < SHORT:
        return []
    starts = _find_all(needle, words)
    if starts or len(needle) < 3 * END:
        return [Match(block, start, start + len(needle)) for start in starts]
    found = []
    for start in _find_all(needle[:END], words):
        end = words.rfind(needle[-END:], start + END, start + len(needle) + len(needle) // 2)
        if end >= 0 and end - start > len(needle) // 3:
            found.append(Match(block, start, end + END))
    return found


def _find_all(needle: str, words: str) -> list[int]:
    found: list[int] = []
    start = words.find(needle)
    while start >= 0 and len(found) < PLACES:
        found.append(start)
        start = words.find(needle, start + len(needle))
    return found


def _heaviest_chain(choices: list[list[Match]]) -> list[Match]:
    """At most one match a block, starts and ends increasing, most characters in all; of equals, the later block."""
    ends: list[int] = [0]  # where the best chains end, rising; weights rise with them
    weights: list[int] = [0]
    tips: list[int] = [-1]  # index in `links` of each chain's last match
    links: list[tuple[Match, int]] = []
    for matches in choices:
        extended = []
        for match in matches:
            before = bisect_right(ends, match.start) - 1
            extended.append(
                (match.end, weights[before] + match.end - match.start, match, tips[before])
            )
        for end, weight, match, tip in extended:
            at = bisect_right(ends, end) - 1
            if weights[at] > weight:
                continue
            links.append((match, tip))
            low = bisect_left(ends, end)
            high = low
            while high < len(ends) and weights[high] <= weight:
                high += 1
            ends[low:high], weights[low:high], tips[low:high] = [end], [weight], [len(links) - 1]
    return _walk_back(links, tips[-1])


def _walk_back(links: list[tuple[Match, int]], tip: int) -> list[Match]:
    chain = []
    while tip >= 0:
        match, tip = links[tip]
        chain.append(match)
    return chain[::-1]


def _fill_gaps(anchors: list[Match], needles: list[str], words: str) -> list[Match]:
    """Add the blocks between two anchors that are found in the words between them, in order."""
    edges = [Match(-1, 0, 0), *anchors, Match(len(needles), len(words), len(words))]
    filled = []
    for left, right in pairwise(edges):
        at = left.end
        for block in range(left.block + 1, right.block):
            found = _in_gap(needles[block], words, at, right.start)
            if found:
                at = found[1]
                filled.append(Match(block, *found))
        filled.append(right)
    return filled[:-1]


def _in_gap(needle: str, words: str, start: int, end: int) -> tuple[int, int] | None:
    """Where a block is between two places: whole, or, of a long one, at least half of the probes taken from it."""
    if not needle or start >= end:
        return None
    at = words.find(needle, start, end)
    if at >= 0:
        return at, at + len(needle)
    if len(needle) < 3 * PROBE:
        return None
    probes = [
        needle[i : i + PROBE]
        for i in range(0, len(needle) - PROBE, max(PROBE, len(needle) // PROBES))
    ]
    hits = [hit for probe in probes if (hit := words.find(probe, start, end)) >= 0]
    return (min(hits), max(hits) + PROBE) if 2 * len(hits) >= len(probes) else None
