"""What a decision rests on: values with the place they were found in."""

import re
import unicodedata
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")
BLANKED = bytes(code if chr(code).isalnum() else 32 for code in range(256))


class Evidence(NamedTuple, Generic[T]):
    """A candidate for a field and its source ("og:title", "json-ld", "feed", ...)."""

    value: T
    source: str


def fold(text: str) -> str:
    """Text as it is compared: case, space and punctuation make no difference."""
    if text.isascii():  # most is, and bytes are looked up in a table
        return " ".join(text.lower().encode().translate(BLANKED).decode().split())
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).lower()))
