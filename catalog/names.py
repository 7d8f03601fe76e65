"""Whether a text calls articles by their names: by their title, or by what others call them.

Which names say something, and which are as common as "my previous article", the caller decides.
"""

import re

WORD = re.compile(r"[^\W_]+")
MAX_TEXT = (
    300_000  # characters that are looked through, as many as the index of words has
)


def spaced(text: str) -> str:
    """Return the words of a text in lower case, each with a space before and after it."""
    words = WORD.findall(text[:MAX_TEXT].lower())
    return f" {' '.join(words)} "


def names_in(text: str, title: str, anchors: str) -> set[str]:
    """Return the names of an article that a text has, all in the form of `spaced`: `anchors` has
    one a line."""
    names = {spaced(name) for name in {title, *anchors.splitlines()}}
    return {name for name in names if name.strip() and name in text}
