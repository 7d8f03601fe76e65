"""What shows that a page lost a part of its article since it was last fetched: the text that the
catalogue has.

A clean cut leaves no trace on the page itself.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from catalog.models import Article
from pipeline.extraction.flaws import Flaw
from pipeline.extraction.text.fingerprint import words

FEWEST = 100  # characters of words; to take out fewer is to edit
LEAST_SHARE = 0.1  # of the characters of the earlier words
REPLACED = 0.5  # new characters for each that is gone: then a text was written anew
REASON = re.compile(r"(\d+)% of the earlier text is gone")


def since_before(article: Article, values: dict[str, Any]) -> dict[str, Any]:
    """Return an article's new columns, with what it costs that a part of its earlier text is
    gone."""
    if article.content_hash == values["content_hash"]:
        flaw = known_loss(article.quality_reasons)
    else:
        flaw = loss(_earlier_text(article), values["text"])
    if flaw is None:
        return values
    quality = max(0.0, values["quality"] - flaw.cost)
    reasons = [flaw.reason, *values["quality_reasons"]]
    return values | {"quality": round(quality, 2), "quality_reasons": reasons}


def _earlier_text(article: Article) -> str:
    """Return the text to compare with: that of the article, or of its longest version while a
    loss is known and nobody found it to be right."""
    if article.reviewed_at or known_loss(article.quality_reasons) is None:
        return article.text
    longest = article.versions.order_by("-word_count").first()
    if longest is None or longest.word_count < article.word_count:
        return article.text
    return str(longest.text)


def loss(earlier: str, text: str) -> Flaw | None:
    """Return what it costs that a text lacks much of an earlier one, without much in its place."""
    before = Counter(words(earlier))
    now = Counter(words(text))
    gone = _length(before - now)
    share = gone / max(1, _length(before))
    if gone < FEWEST or share < LEAST_SHARE or _length(now - before) > REPLACED * gone:
        return None
    return _flaw(f"{share:.0%} of the earlier text is gone")


def _length(bag: Counter[str]) -> int:
    """Count the characters of some words."""
    return sum(len(word) * times for word, times in bag.items())


def known_loss(reasons: Sequence[str]) -> Flaw | None:
    """Return the flaw that is among the reasons of an article's quality."""
    found = (_flaw(reason) for reason in reasons)
    return next((flaw for flaw in found if flaw), None)


def _flaw(reason: str) -> Flaw | None:
    """Return the flaw that a reason tells; its cost is that of text that extraction loses."""
    match = REASON.fullmatch(reason)
    if match is None:
        return None
    share = int(match[1]) / 100
    return Flaw(min(0.5, 0.1 + share), reason)
