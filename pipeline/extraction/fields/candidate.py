"""What a decision rests on: values with the place they were found in."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")
BLANKED = bytes(code if chr(code).isalnum() else 32 for code in range(256))
BLANKED_IN_LINES = bytes(10 if code == 10 else BLANKED[code] for code in range(256))


class Evidence(NamedTuple, Generic[T]):
    """A candidate for a field and its source ("og:title", "json-ld", "feed", ...)."""

    value: T
    source: str


def fold(text: str) -> str:
    """Text as it is compared: case, space and punctuation make no difference."""
    if text.isascii():  # most is, and bytes are looked up in a table
        return " ".join(text.lower().encode().translate(BLANKED).decode().split())
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).lower()))


def fold_lines(lines: Iterable[str]) -> set[str]:
    """Return some lines as `fold` does; those of ASCII, as most are, together."""
    ascii_lines: list[str] = []
    others: set[str] = set()
    for line in lines:
        if line.isascii():
            ascii_lines.append(line)
        else:
            others.add(fold(line))
    if not ascii_lines:
        return others
    text = "\n".join(ascii_lines).lower().encode().translate(BLANKED_IN_LINES).decode()
    return others | {" ".join(line.split()) for line in text.split("\n")}
