"""A feed's whole history in pages, by the order in which articles were gathered.

The first page has the newest articles; the others stay as they are: whoever comes back later finds
them at the same addresses. That is so because they end at articles whose number decides so by
itself, and not after so many articles from the newest. The first page shares some with the next
one.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.feeds.addresses import filters_of
from catalog.filters import filtered_page
from catalog.models import Article, Feed

ONE_IN = 10  # articles, about, is the last one of a page
WHOLE = Article.objects.select_related("source").defer(
    "search", "heading", "left_out", "anchors"
)


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Articles of a feed, the last gathered first; `before` is where the next older page begins,
    None on the oldest. Finding them may have taken too long: then it is `timed_out`."""

    articles: list[Article]
    before: int | None = None
    timed_out: bool = False
    variant: str = ""  # of the same articles

    @property
    def tag(self) -> str:
        """What changes when the page does."""
        state = [(article.pk, article.changed_at) for article in self.articles]
        whole = repr((state, self.before, self.variant))
        digest = hashlib.sha256(whole.encode()).hexdigest()
        return f'"{digest[:32]}"'


def feed_page(feed: Feed, before: int | None = None) -> FeedPage:
    """Return the page of the articles below this id, or the first page."""
    query: Mapping[str, str] = {"sort": "gathered"}
    if before is not None:
        query = {**query, "before": f"_{before}"}
    page = filtered_page(filters_of(feed), query)
    if page.timed_out:
        return FeedPage([], timed_out=True)
    ids = [article.pk for article in page.rows]
    end = _end(ids)
    older = page.older != "" or end < len(ids)
    shown = ids
    if before is not None:
        shown = ids[:end]
    found = WHOLE.in_bulk(shown)
    articles = [found[pk] for pk in shown if pk in found]
    if older:
        return FeedPage(articles, ids[end - 1])
    return FeedPage(articles)


def _end(ids: list[int]) -> int:
    """Return after how many of these the next page begins."""
    for number, pk in enumerate(ids, 1):
        if ends_page(pk):
            return number
    return len(ids)


def ends_page(pk: int) -> bool:
    """Tell whether an article is the last one of a page, by its id alone."""
    return hashlib.blake2b(str(pk).encode(), digest_size=1).digest()[0] % ONE_IN == 0
