"""How many words a text has, whatever the script: some put no blanks between words."""

import re

from pipeline.extraction.text.fingerprint import words

UNSPACED = re.compile(
    "[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
CHARACTERS_A_WORD = 2
# What such characters begin with in UTF-8; smart quotes, dashes and accents do not.
UNSPACED_STARTS = frozenset([0xE0, *range(0xE3, 0xEA), 0xEF])
OTHER_BYTES = bytes(code for code in range(256) if code not in UNSPACED_STARTS)


def count_words(text: str) -> int:
    r"""Count the words of a text: runs of \w, and of Chinese, Japanese and Thai every two
    characters.
    """
    if not _may_be_unspaced(text):
        return len(words(text))
    unspaced = len(UNSPACED.findall(text))
    if not unspaced:
        return len(words(text))
    return len(words(UNSPACED.sub(" ", text))) + -(-unspaced // CHARACTERS_A_WORD)


def _may_be_unspaced(text: str) -> bool:
    """Whether a text is worth searching for what is written without blanks: bytes are looked
    through ten times as fast."""
    if text.isascii():
        return False
    data = text.encode("utf-8", "surrogatepass")
    return bool(data.translate(None, OTHER_BYTES))
