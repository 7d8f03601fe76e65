"""Whether a page shows only the beginning of its article, to those who do not pay."""

import re
from collections.abc import Iterator
from typing import Any

from pipeline.extraction.fields.placement import MAX_LABEL_LENGTH, short_text_of
from pipeline.extraction.page.linked_data import as_list
from pipeline.extraction.page.parsed import ParsedPage
from pipeline.extraction.text.counting import count_words

HINT = re.compile("wall|member|premium|subscri|gate|upgrade", re.I)
BOX = re.compile(
    r"(?:^|[\s_-])(?:paywall\w*|\w*paywall|pay-wall|regwall|subscribe-?wall|members?-?only|premium-?"
    r"(?:only|content|cta)|subscription-?required|gate(?:d|way)?-?content|content-?gate"
    r"|upgrade-?cta|post-upgrade\w*)(?:$|[\s_-])",
    re.I,
)
OFFER = re.compile(
    r"\b(?:subscri\w+|members?|sign ?(?:up|in)|log ?in|upgrade|trial|abonn\w+|suscr\w+|assinant\w+"
    r"|abbonat\w+|weiterlesen|registrier\w+)\b|订阅|購読|구독",
    re.I,
)
READ_ON = re.compile(
    r"\b(?:(?:keep|continue|read|rest|unlock|full|whole) ?(?:on |of )?(?:the |this )?"
    r"(?:reading|rest|article|post|story|on|access)?|for (?:paid |paying )?(?:subscribers|members)"
    r"|weiter(?:zu)?lesen|lire la suite|seguir leyendo|continuar leyendo)\b",
    re.I,
)
CLASS_NAME = re.compile(r"[\w-]{1,60}$")
MAX_BOXES = 50
MAX_BOX_WORDS = 80  # a longer box holds the article itself
MORE = 1.5  # times the words found, that the page says its article has


def is_cut_off(page: ParsedPage, words: int) -> bool:
    """Whether the article of a page, of which `words` were found, goes on behind a paywall."""
    nodes = page.articles
    if any(_is_free(part) for node in nodes for part in _parts(node)):
        return False
    if any(_offers_to_read_on(text) for text in _boxes(page)):
        return True
    paid = [node for node in nodes if _is_paid(node)]
    return any(_states_more(node, words) or _hides_little(page, node) for node in paid)


def _hides_little(page: ParsedPage, node: dict[str, Any]) -> bool:
    """Whether the part that the page declares as paid holds no more than an offer."""
    names = [str(part.get("cssSelector") or "").strip(". ") for part in _parts(node)]
    labels = [re.escape(name) for name in names if CLASS_NAME.match(name)]
    if not labels:
        return False
    paid = re.compile(rf"(?:^|\s)(?:{'|'.join(labels)})(?:$|\s)")
    found = [e for label, e in page.classed if paid.search(label[:MAX_LABEL_LENGTH])]
    return bool(found) and all(
        count_words(short_text_of(e)) <= MAX_BOX_WORDS for e in found
    )


def _boxes(page: ParsedPage) -> Iterator[str]:
    """Texts of the boxes that are made for a paywall; one that holds the article is none."""
    named = [
        element
        for element in page.classed_as(HINT)
        if BOX.search((element.get("class") or "")[:MAX_LABEL_LENGTH])
    ]
    for element in named[:MAX_BOXES]:
        text = short_text_of(element)
        if element.tag not in ("html", "body") and count_words(text) <= MAX_BOX_WORDS:
            yield text


def _offers_to_read_on(text: str) -> bool:
    return bool(OFFER.search(text) and READ_ON.search(text))


def _parts(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Return an article and its parts, as far as they are described."""
    parts = [node, *as_list(node.get("hasPart"))]
    return [part for part in parts if isinstance(part, dict)]


def _is_paid(node: dict[str, Any]) -> bool:
    stated = [part.get("isAccessibleForFree") for part in _parts(node)]
    return any(
        value is False or str(value).lower() in ("false", "no") for value in stated
    )


def _is_free(part: dict[str, Any]) -> bool:
    value = part.get("isAccessibleForFree")
    return value is True or str(value).lower() in ("true", "yes")


def _states_more(node: dict[str, Any], words: int) -> bool:
    return stated_words(node) > MORE * words


def stated_words(node: dict[str, Any]) -> int:
    """How many words an article of JSON-LD says it has; 0 where it does not."""
    stated = node.get("wordCount")
    if isinstance(stated, str) and stated.isdecimal() and len(stated) < 9:
        return int(stated)
    return stated if isinstance(stated, int) else 0
