"""How many words a text has, whatever the script: some put no blanks between words."""

import re

from pipeline.extraction.text.fingerprint import words

UNSPACED = re.compile(
    "[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
CHARACTERS_A_WORD = 2


def count_words(text: str) -> int:
    r"""Count the words of a text: runs of \w, and of Chinese, Japanese and Thai every two
    characters.
    """
    if text.isascii():
        return len(words(text))
    unspaced = len(UNSPACED.findall(text))
    if not unspaced:
        return len(words(text))
    return len(words(UNSPACED.sub(" ", text))) + -(-unspaced // CHARACTERS_A_WORD)
