"""Near duplicates: a 64-bit Simhash to find them, the overlap of shingles to be sure."""

import re
from collections.abc import Iterable
from functools import lru_cache, reduce
from hashlib import blake2b
from operator import xor

HASH = 8
BITS = 64
SHINGLE = 3  # words
MAX_SHINGLES = 100_000
WORDS_KNOWN = 20_000  # with their hashes, 5 MB
WORD = re.compile(r"\w+")
BLANKED = bytes(
    code if WORD.match(chr(code)) else 32 for code in range(256)
)  # used on ASCII alone


def simhash(text: str) -> int:
    """Return a signed 64-bit fingerprint: texts that share most shingles differ in few bits. 0 for
    no text."""
    if not (found := words(text)[:MAX_SHINGLES]):
        return 0
    hashes = _hashes_of_shingles(found)
    number = len(hashes) // HASH
    counts = [count for i in range(HASH) for count in _bit_counts(hashes[i::HASH])]
    unsigned = sum(1 << bit for bit, count in enumerate(counts) if 2 * count > number)
    if unsigned >> (BITS - 1):
        return unsigned - (1 << BITS)
    return unsigned


def _hashes_of_shingles(found: list[str]) -> bytes:
    """Return a hash for each shingle: a word has one for each place, three are combined.

    Words come again in every text, so most of their hashes are known, and all shingles of a text
    are combined at once: the hashes of all words that stand in one place are one integer.
    """
    if len(found) < SHINGLE:
        return _known[" ".join(found)][:HASH]
    rows = memoryview(b"".join(map(_known.__getitem__, found))).cast("Q")
    number = len(found) - SHINGLE + 1
    end = number * SHINGLE
    step = SHINGLE + 1  # the next word's next place
    places = [
        bytes(rows[place * step : place * step + end : SHINGLE])
        for place in range(SHINGLE)
    ]
    return reduce(xor, map(int.from_bytes, places)).to_bytes(number * HASH)


class _Hashes(dict[str, bytes]):
    """Keep the hashes of words, one for each place in a shingle, as far as they were asked for."""

    def __missing__(self, word: str) -> bytes:
        if len(self) >= WORDS_KNOWN:
            self.clear()
        hashes = blake2b(word.encode(), digest_size=SHINGLE * HASH).digest()
        self[word] = hashes
        return hashes


_known = _Hashes()


def _bit_counts(column: bytes) -> list[int]:
    """How often each of 8 bits is set in a column of bytes: the column is one integer, and a mask
    takes out a bit."""
    number = int.from_bytes(column)
    ones = int.from_bytes(b"\x01" * len(column))
    return [(number & (ones << bit)).bit_count() for bit in range(8)]


def distance(one: int, other: int) -> int:
    """How many of 64 bits two fingerprints differ in."""
    return ((one ^ other) & ((1 << BITS) - 1)).bit_count()


def jaccard(one: Iterable[str], other: Iterable[str]) -> float:
    """Return the share (0 to 1) of shingles that two texts have in common."""
    a = set(one)
    b = set(other)
    if a or b:
        return len(a & b) / len(a | b)
    return 0.0


def shingles(text: str, size: int = SHINGLE) -> set[str]:
    """Run of `size` words; of fewer words, the words together."""
    found = words(text)[:MAX_SHINGLES]
    if len(found) < size:
        if found:
            return {" ".join(found)}
        return set()
    return set(map(" ".join, zip(*(found[i:] for i in range(size)), strict=False)))


@lru_cache(
    2
)  # of an article they are counted, compared with the feed's, and made a fingerprint of
def words(text: str) -> list[str]:
    r"""Return the words (\w+) of a text, in lower case.

    Lines of ASCII, as most are, are cut several times as fast as by an expression. For reading
    only: whoever asks next gets the same list.
    """
    if text.isascii():
        return _ascii_words(text.lower())
    found: list[str] = []
    for line in text.lower().split("\n"):
        found += _ascii_words(line) if line.isascii() else WORD.findall(line)
    return found


def _ascii_words(text: str) -> list[str]:
    return text.encode().translate(BLANKED).decode().split()
