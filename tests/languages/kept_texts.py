"""Texts that are kept in English, and whether pages have words for them in other languages.

Rooms below the pages write them for the database, the log and programs. A page shows them by
`|sentence` or `|translated`, which know them by the catalogues.
"""

import re
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from catalog.sentences import PLACEHOLDER

ROOT = Path(__file__).parents[2]
VALUE = "7"  # in the place of a value
BETWEEN = re.compile(r"; |: ")  # what a text may be joined by


def is_known(text: str) -> bool:
    """Whether the catalogues have a text, each part of it, or a sentence that it is a part of."""
    if plain(text) in _known():
        return True
    if len(_words(text)) < 2:
        return not _words(text)
    parts = [part for part in BETWEEN.split(text) if _words(part)]
    return all(f" {plain(part)} " in _all_known() for part in parts)


def plain(text: str) -> str:
    """Return the words of a text, with one sign for each value."""
    shown = PLACEHOLDER.sub(VALUE, text).replace("{}", VALUE)
    return " ".join(re.findall(r"[^\W_]+", shown.lower()))


def _words(text: str) -> list[str]:
    return plain(text).replace(VALUE, "").split()


@cache
def _known() -> frozenset[str]:
    """The texts that are translated, in German as in the others: other tests compare these."""
    found = set()
    for app in ("catalog", "pipeline"):
        path = ROOT / app / "locale/de/LC_MESSAGES/django.po"
        with path.open("rb") as file:
            for message in read_po(file):
                texts = message.id if isinstance(message.id, tuple) else (message.id,)
                found.update(plain(text) for text in texts if text)
    return frozenset(found)


@cache
def _all_known() -> str:
    return " | ".join(f" {text} " for text in sorted(_known()))
