"""The rows of the article list: what a page shows of each article, near duplicates folded into
one."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from catalog.models import Article, Mark
from catalog.reader.images import FETCHABLE, image_name
from catalog.search.highlight import Highlight

MAX_SIMILAR = 200  # articles that are looked up for one page


@dataclass(slots=True)
class Row:
    """An article of the list; `similar` are its near duplicates, which have no row of their own.

    `thumbnail` is the address at which this server serves its image, "" for none.
    """

    article: Article
    highlight: Highlight | None = None
    thumbnail: str = ""
    similar: list[Article] = field(default_factory=list)


def list_rows(
    articles: Iterable[Article],
    highlights: dict[int, Highlight],
    marks: dict[int, Mark],
    with_images: bool = True,
    fold: bool = True,
) -> list[Row]:
    """Return the rows of a page, with at most one statement more."""
    shown = list(articles)
    groups: dict[int, list[Article]] = {}
    if fold:
        groups = near_duplicates(shown)
    rows = []
    folded: set[int] = set()
    for article in shown:
        if article.pk in folded:
            continue
        article.mark = marks.get(article.pk)
        row = Row(article, highlights.get(article.pk))
        row.similar = [
            each for each in groups.get(_root(article), []) if each.pk != article.pk
        ]
        folded.update(each.pk for each in row.similar)
        if with_images:
            row.thumbnail = thumbnail_address(article)
        rows.append(row)
    return rows


def near_duplicates(articles: list[Article]) -> dict[int, list[Article]]:
    """Return the groups of near duplicates that these articles belong to, by the id of the
    original."""
    roots = {_root(article) for article in articles}
    if not roots:
        return {}
    members = (
        Article.objects.live()
        .filter(Q(pk__in=roots) | Q(original__in=roots))
        .select_related("source")
        .only("title", "url", "original", "published", "published_offset", "source")
        .order_by("pk")
    )
    groups: dict[int, list[Article]] = {}
    for each in members[:MAX_SIMILAR]:
        groups.setdefault(_root(each), []).append(each)
    return {root: group for root, group in groups.items() if len(group) > 1}


def _root(article: Article) -> int:
    return int(article.original_id or article.pk)


def thumbnail_address(article: Article) -> str:
    """Return where this server serves the article's image; "" where there is none."""
    if not FETCHABLE.match(article.image):
        return ""
    try:
        return reverse("article-image", args=[article.pk, image_name(article.image)])
    except NoReverseMatch:  # installed without the pipeline, which fetches images
        return ""
