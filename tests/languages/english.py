"""The English that a page shows: texts with a word that only English has."""

import re
from collections.abc import Iterator

from lxml import html

from tests.languages.visible_texts import SPOKEN

# Frequent words of English that German does not have: nearly every sentence has one.
WORDS = (
    "a", "about", "after", "all", "and", "any", "are", "article", "articles", "been", "before", "by",
    "can", "day", "days", "every", "for", "found", "from", "had", "has", "have", "how", "is", "it",
    "its", "lacks", "left", "less", "many", "more", "most", "no", "not", "of", "on", "one",
    "page", "pages", "source", "sources", "than", "that", "the", "them", "these", "they", "this",
    "to", "too", "what", "when", "where", "which", "who", "with", "without", "word", "words", "yes",
    "you", "your",
)  # fmt: skip
ENGLISH = re.compile(rf"(?<![\w:/.@„-])(?:{'|'.join(WORDS)})(?![\w:/@=-])", re.I)
NOT_READ = {"code", "kbd", "pre", "script", "style"}


def english_texts(page: str) -> Iterator[str]:
    """Yield what is English of a page in German; parts that say they are English are left out."""
    for element in html.fromstring(page).iter():
        if not isinstance(element.tag, str) or _is_left_out(element):
            continue
        texts = [element.text, *(child.tail for child in element)]
        texts += [value for name, value in element.items() if name in SPOKEN]
        for text in texts:
            if text and ENGLISH.search(text):
                yield " ".join(text.split())


def _is_left_out(element: html.HtmlElement) -> bool:
    lines = [element, *element.iterancestors()]
    return any(each.tag in NOT_READ or each.get("lang") == "en" for each in lines)
