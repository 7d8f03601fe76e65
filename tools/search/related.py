"""Whether the articles that authors link to are among those that the product calls related.

None of the article's own links is its own answer: of what it links to, only pages that are not in
the corpus are a signal.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from catalog.related import WEIGHTS, Weights, related_ids
from tools.search.questions import Linked

FIRST = 10
WAYS = {
    "the product": WEIGHTS,
    "  words alone": Weights(1.0, 0.0, 0.0, 0.0, 0.0),
    "  without links to it": replace(WEIGHTS, backlink=0.0, cited_together=0.0),
    "  without pages in common": replace(WEIGHTS, shared=0.0),
    "  without tags": replace(WEIGHTS, tags=0.0),
}


@dataclass(frozen=True, slots=True)
class RelatedScore:
    """`recall`: of the linked articles (at most ten) those that are found, on average over the
    articles that link; `any_found`: the share of these of which at least one is found."""

    recall: float
    any_found: float


def related_scores(links: Iterable[Linked]) -> dict[str, RelatedScore]:
    """Return the score of each way."""
    truth: defaultdict[int, set[int]] = defaultdict(set)
    for link in links:
        if link.writer != link.target:
            truth[link.writer].add(link.target)
    return {name: _score(truth, weights) for name, weights in WAYS.items()}


def _score(truth: dict[int, set[int]], weights: Weights) -> RelatedScore:
    recall = 0.0
    any_found = 0
    for writer, targets in truth.items():
        found = targets & set(related_ids(writer, FIRST, weights))
        recall += len(found) / min(FIRST, len(targets))
        any_found += bool(found)
    number = max(len(truth), 1)
    return RelatedScore(recall / number, any_found / number)
