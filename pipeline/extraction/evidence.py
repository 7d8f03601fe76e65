"""What a decision rests on: values with the place they were found in."""

import re
import unicodedata
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Evidence(NamedTuple, Generic[T]):
    """A candidate for a field and its source ("og:title", "json-ld", "feed", ...)."""

    value: T
    source: str


def fold(text: str) -> str:
    """Text as it is compared: case, space and punctuation make no difference."""
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).lower()))
