"""Articles that a person is to look at, since their quality is low: the lowest first.

One that somebody found to be as it should is left out until it changes.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from catalog.models import REVIEW_BELOW, TO_REVIEW, Article, ArticleQuerySet
from catalog.paging import (
    PAGE_SIZE,
    Order,
    Page,
    Position,
    beyond,
    page_from,
    page_of,
    parse_position,
    position_text,
)
from catalog.search.stepwise import StepBudget, look_stepwise

ORDER = ("quality", "pk")
LOWEST_FIRST = Order(_("lowest quality"), "quality", False, float)
BUDGET = StepBudget(
    seconds=0.04, steps=4, first_step=200, largest_step=20_000, overrun=1.2, least_ms=15
)
MOST_COUNTED = 1_000  # to review; more are not told apart


def to_review(host: str = "") -> ArticleQuerySet:
    """Return the articles to review, of one source where a host is given."""
    rows = Article.objects.live().filter(TO_REVIEW).order_by(*ORDER)
    if host:
        return rows.filter(source__host=host)
    return rows


def review_page(
    query: Mapping[str, str], host: str = "", reason: str = "", size: int = PAGE_SIZE
) -> Page[Article]:
    """Return the page that `?before=` or `?after=` names, of the articles of which a reason holds
    these words.

    No index has the words of reasons: it looks for them for a while, and `older` is where to
    continue, also on a page that is not full. The way back is the browser's.
    """
    rows = to_review(host)
    if not reason:
        return page_of(rows.for_lists(), query, size, LOWEST_FIRST)
    look = partial(_look_for, rows, reason)
    start = parse_position(query.get("before"), LOWEST_FIRST)
    found, edge = look_stepwise(look, start, size + 1, BUDGET)
    page = page_from(found, LOWEST_FIRST, size, has_newer=False)
    if page.older or edge is None:
        return page
    return Page(page.rows, position_text(edge, LOWEST_FIRST))


def _look_for(
    rows: ArticleQuerySet, reason: str, start: Position | None, step: int, wanted: int
) -> tuple[list[Article], Position | None]:
    """Return those with the reason among the next `step` rows, and where the last one of these
    stands; None at the end."""
    if start is not None:
        rows = rows.filter(beyond("quality", start, descending=False))
    last: Position | None = rows.values_list("quality", "pk")[step : step + 1].first()
    if last is not None:
        rows = rows.filter(_up_to(last))
    found = rows.for_lists().filter(quality_reasons__icontains=reason)
    return list(found[:wanted]), last


def _up_to(position: Position) -> Q:
    quality, pk = position
    return Q(quality__lte=quality) & (Q(quality__lt=quality) | Q(pk__lte=pk))


def count_to_review() -> int:
    """Count the articles to review, up to MOST_COUNTED."""
    return to_review().order_by()[:MOST_COUNTED].count()


def next_to_review(article: Article, host: str = "") -> Article | None:
    """Return the article after this one in the order of the list, whether or not this one is
    still in it; behind the last one the first."""
    rows = to_review(host).exclude(pk=article.pk)
    behind = Q(quality__gt=article.quality) | Q(
        quality=article.quality, pk__gt=article.pk
    )
    following = rows.filter(quality__gte=article.quality).filter(behind).first()
    return following or rows.first()


def is_low(article: Article) -> bool:
    """Whether an article's quality puts it on the list unless somebody found it to be right."""
    return article.quality < REVIEW_BELOW


def set_reviewed(pk: int, at: datetime | None) -> bool:
    """Note when an article was found to be as it should, or with None that it was not; return
    whether there is one."""
    rows = Article.objects.live().filter(pk=pk, quality__lt=REVIEW_BELOW)
    return bool(rows.update(reviewed_at=at))
