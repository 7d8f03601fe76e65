"""From an article to the next or the previous one of the list that somebody came from.

The list is known by its query. In an order by a column the place is where the article itself
stands, so that it is found although the article may have left the list, as one does that was
unread.
"""

from django.http import QueryDict

from catalog.filters import ArticleFilter, filtered_page, others
from catalog.models import Article
from catalog.paging import position_of
from catalog.search.orders import NEWEST, ORDERS
from catalog.search.paging import ArticlePage


def step(
    article: Article, query: QueryDict, reader_id: int | None, forward: bool
) -> Article | None:
    """Return the article after this one in the list, or before it; None at its end."""
    rows = Article.objects.live().for_reader(reader_id)
    filters = ArticleFilter(query, rows)
    order = ORDERS.get(query.get("sort", ""))
    if order is None and _is_ranked(filters):
        return _step_in_ranks(article, filters, query, forward)
    position = position_of(article, order or NEWEST)
    return _nearest(filters, query, position, forward)


def _is_ranked(filters: ArticleFilter) -> bool:
    """Tell whether the list is by relevance, where no order is named."""
    matching = filters.qs
    return matching is not None and bool(filters.search and filters.search.words)


def _nearest(
    filters: ArticleFilter, query: QueryDict, position: str, forward: bool
) -> Article | None:
    """Return the article that is nearest to the position."""
    beyond = others(query)
    beyond["before" if forward else "after"] = position
    rows = filtered_page(filters, beyond).rows
    if not rows:
        return None
    if forward:
        return rows[0]
    return rows[-1]


def _step_in_ranks(
    article: Article, filters: ArticleFilter, query: QueryDict, forward: bool
) -> Article | None:
    """Return the one beside it on the page that somebody came from, or on the page beside that."""
    page: ArticlePage = filtered_page(filters, query)
    ids = [each.pk for each in page.rows]
    if article.pk not in ids:
        return None
    place = ids.index(article.pk)
    if forward:
        place += 1
        page_beyond = page.older
    else:
        place -= 1
        page_beyond = page.newer
    if 0 <= place < len(ids):
        return page.rows[place]
    if not page_beyond:
        return None
    return _nearest(filters, query, page_beyond, forward)
