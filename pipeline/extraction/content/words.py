"""Texts as they are compared."""

import re

PUNCTUATION = bytes(code for code in range(128) if not chr(code).isalnum())
NO_WORD = re.compile(r"[\W_]+")


def squeeze(text: str) -> str:
    """The word characters alone, in lower case: what survives every change of space, punctuation
    and markup."""
    if text.isascii():  # most blocks are, and bytes are cut ten times as fast
        return text.lower().encode().translate(None, PUNCTUATION).decode()
    return NO_WORD.sub("", text).lower()
