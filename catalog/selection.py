"""Which articles an action is for: those that were selected, or all that match a filter."""

from django.http import QueryDict

from catalog.filters import ArticleFilter
from catalog.models import Article
from catalog.paging import LARGEST_ID, parse_id
from catalog.search.newest import NEWEST_FIRST

MAX_SELECTED = 5_000  # articles of an action; the page says so where more match


def selection(post: QueryDict, reader_id: int | None = None) -> list[int]:
    """Return the selected ids: each `id`, or with `everything` those that match `query`, by the
    marks of that reader.

    Of the latter only ids up to `upto`, which leaves out what was added after the page was opened.
    """
    if not post.get("everything"):
        ids = [parse_id(each) for each in post.getlist("id")[:MAX_SELECTED]]
        return [pk for pk in ids if pk is not None]
    rows = Article.objects.live().for_reader(reader_id)
    filters = ArticleFilter(QueryDict(post.get("query", "")), rows)
    upto = parse_id(post.get("upto", ""))
    if not filters.is_valid() or upto is None or upto == LARGEST_ID:
        return []
    matches = filters.qs.filter(pk__lte=upto).order_by(*NEWEST_FIRST)
    return list(matches.values_list("pk", flat=True)[:MAX_SELECTED])
