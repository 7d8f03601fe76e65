"""Near duplicates: a 64-bit Simhash to find them, the overlap of shingles to be sure."""

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b

BITS = 64
MAX_SHINGLES = 100_000
WORD = re.compile(r"\w+")
BLANKED = bytes(code if WORD.match(chr(code)) else 32 for code in range(256))  # used on ASCII alone
FRESH = blake2b(digest_size=8)  # a copy of it is had sooner than another one


def simhash(text: str) -> int:
    """A signed 64-bit fingerprint: texts that share most shingles differ in few bits. 0 for no text."""
    features = shingles(text)
    if not features:
        return 0
    digests = b"".join(_digests(features))
    counts = [count for i in range(8) for count in _bit_counts(digests[i::8])]
    unsigned = sum(1 << bit for bit, count in enumerate(counts) if 2 * count > len(features))
    return unsigned - (1 << BITS) if unsigned >> (BITS - 1) else unsigned


def _digests(features: Iterable[str]) -> Iterator[bytes]:
    for feature in "\n".join(features).encode().split(b"\n"):
        hashed = FRESH.copy()
        hashed.update(feature)
        yield hashed.digest()


def _bit_counts(column: bytes) -> list[int]:
    """How often each of 8 bits is set in a column of bytes: the column is one integer, and a mask takes out a bit."""
    number, ones = int.from_bytes(column), int.from_bytes(b"\x01" * len(column))
    return [(number & (ones << bit)).bit_count() for bit in range(8)]


def distance(one: int, other: int) -> int:
    """How many of 64 bits two fingerprints differ in."""
    return ((one ^ other) & ((1 << BITS) - 1)).bit_count()


def jaccard(one: Iterable[str], other: Iterable[str]) -> float:
    """The share (0 to 1) of shingles that two texts have in common."""
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) if a or b else 0.0


def shingles(text: str, size: int = 3) -> set[str]:
    """Runs of `size` words; of fewer words, the words together."""
    found = words(text.lower())[:MAX_SHINGLES]
    if len(found) < size:
        return {" ".join(found)} if found else set()
    return set(map(" ".join, zip(*(found[i:] for i in range(size)), strict=False)))


def words(text: str) -> list[str]:
    r"""The words (\w+) of a text; lines of ASCII, as most are, are cut several times as fast as by an expression."""
    found: list[str] = []
    for line in text.split("\n"):
        found += line.encode().translate(BLANKED).decode().split() if line.isascii() else WORD.findall(line)
    return found
