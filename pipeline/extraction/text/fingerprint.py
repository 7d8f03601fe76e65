"""Near duplicates: a 64-bit Simhash to find them, the overlap of shingles to be sure."""

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

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
    import numpy  # 20 MB, which nobody needs who only compares fingerprints

    hashes = _hashes_of_shingles(found)
    bits = numpy.unpackbits(hashes, bitorder="little").reshape(-1, BITS)
    counts = bits.sum(axis=0, dtype=numpy.uint32)
    most = numpy.packbits(2 * counts > len(bits), bitorder="little")
    return int.from_bytes(most.tobytes(), "little", signed=True)


def _hashes_of_shingles(found: list[str]) -> "NDArray[uint8]":
    """Return the bytes of a hash for each shingle: a word has one for each place, three are
    combined.

    Words come again in every text, so most of their hashes are known.
    """
    import numpy

    if len(found) < SHINGLE:
        alone = _known[" ".join(found)][:HASH]
        return numpy.frombuffer(alone, numpy.uint8)
    hashes = b"".join(itemgetter(*found)(_known))
    rows = numpy.frombuffer(hashes, numpy.uint64).reshape(-1, SHINGLE)
    number = len(found) - SHINGLE + 1
    combined = rows[:number, 0].copy()
    for place in range(1, SHINGLE):
        combined ^= rows[place : place + number, place]
    return combined.view(numpy.uint8)


class _Hashes(dict[str, bytes]):
    """Keep the hashes of words, one for each place in a shingle, as far as they were asked for."""

    def __missing__(self, word: str) -> bytes:
        if len(self) >= WORDS_KNOWN:
            self.clear()
        hashes = blake2b(word.encode(), digest_size=SHINGLE * HASH).digest()
        self[word] = hashes
        return hashes


_known = _Hashes()


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
