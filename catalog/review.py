"""Articles that a person is to look at, since their quality is low: the lowest first.

One that somebody found to be as it should is left out until it changes.
"""

from datetime import datetime

from django.db.models import Q

from catalog.models import REVIEW_BELOW, TO_REVIEW, Article, ArticleQuerySet

ORDER = ("quality", "pk")
MOST_COUNTED = 1_000  # to review; more are not told apart


def to_review(host: str = "") -> ArticleQuerySet:
    """Return the articles to review, of one source where a host is given."""
    rows = Article.objects.live().filter(TO_REVIEW).order_by(*ORDER)
    if host:
        return rows.filter(source__host=host)
    return rows


def with_reason(rows: ArticleQuerySet, words: str) -> ArticleQuerySet:
    """Keep those of which a reason holds these words."""
    if not words:
        return rows
    return rows.filter(quality_reasons__icontains=words)


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
