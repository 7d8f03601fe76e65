"""Whether the articles that authors link to are among those that the product calls related.

An article's links to others of the corpus are taken away before it is asked, and with them what it
calls these: no link is its own answer. The words of the links stay in the article's text, as its
readers see them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from catalog.related import WEIGHTS, Weights, related_ids
from tools.search.questions import Linked
from tools.search.ranks import without_links

FIRST = 10
WAYS = {
    "the product": WEIGHTS,
    "  words alone": Weights(1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    "  without names in the text": replace(WEIGHTS, named=0.0),
    "  without links to it": replace(WEIGHTS, link=0.0, cited_together=0.0),
    "  without pages in common": replace(WEIGHTS, shared=0.0),
    "  without tags": replace(WEIGHTS, tags=0.0),
}


@dataclass(frozen=True, slots=True)
class RelatedScore:
    """`recall`: of the linked articles (at most ten) those that are found, on average over the
    articles that link; `any_found`: the share of these of which at least one is found."""

    recall: float
    any_found: float

    @classmethod
    def of(cls, shares: list[float]) -> "RelatedScore":
        """Return the score of these shares, one of each article that links."""
        number = max(len(shares), 1)
        return cls(sum(shares) / number, sum(share > 0 for share in shares) / number)


def related_scores(links: Iterable[Linked]) -> dict[str, RelatedScore]:
    """Return the score of each way."""
    own: defaultdict[int, list[Linked]] = defaultdict(list)
    for link in links:
        if link.writer != link.target:
            own[link.writer].append(link)
    shares: dict[str, list[float]] = {name: [] for name in WAYS}
    for writer, given in own.items():
        targets = {link.target for link in given}
        with without_links([link.id for link in given], targets):
            for name, weights in WAYS.items():
                found = targets.intersection(related_ids(writer, FIRST, weights))
                shares[name].append(len(found) / min(FIRST, len(targets)))
    return {name: RelatedScore.of(each) for name, each in shares.items()}
