"""The reader: one article."""

from functools import partial

from csp.constants import SELF
from csp.decorators import csp_update
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from catalog import highlights
from catalog.marks import mark, marks_of
from catalog.models import Article, LinkCheck
from catalog.paging import parse_id
from catalog.reader import images_in, read
from catalog.review import is_low
from catalog.rights import statements
from catalog.views.parts import LIST, shows_images
from catalog.views.typography import remember, typography


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # the stored page beside it, which is sandboxed
def article_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an article to read, and where all of it comes from."""
    articles = (
        Article.objects.live().select_related("source").defer("search", "heading")
    )
    article = get_object_or_404(articles, pk=pk)
    user_id = request.user.pk
    if user_id and request.method == "GET":
        mark(user_id, [pk], "read", timezone.now())
    article.mark = marks_of(user_id, [article]).get(pk)
    images_on = shows_images(request)
    image_address = None
    if images_on and _images_are_served():
        image_address = partial(_image_address, pk)
    passages = highlights.of_article(user_id, article)
    reading = read(article.html, image_address, highlights.quotes(passages))
    chosen = typography(request)
    context = {
        "article": article,
        "body": mark_safe(reading.html),  # noqa: S308 - read() sanitizes
        "headings": reading.headings,
        "passages": passages,
        "found": reading.found,
        "typography": chosen,
        "images_on": images_on,
        "pictures": len(images_in(article.html)),
        "beside": "beside" in request.GET,
        "low_quality": is_low(article),
        "review_source": request.GET.get("review", ""),
        "marked_block": parse_id(request.GET.get("block", "")),
        "versions": article.versions.count(),
        "statements": list(
            statements(article.rights, article.license, article.methods)
        ),
        "link_check": LinkCheck.objects.filter(pk=pk).first(),
        **_beside(request, article),
    }
    response = render(request, "catalog/article.html", context)
    remember(request, response, chosen)
    return response


def _images_are_served() -> bool:
    """Tell whether somebody fetches images for us: the pipeline, where it is installed."""
    try:
        _image_address(1, "x")
    except NoReverseMatch:
        return False
    return True


def _image_address(pk: int, name: str) -> str:
    return reverse("article-image", args=[pk, name])


def _beside(request: HttpRequest, article: Article) -> dict[str, object]:
    """Return the list that somebody came from; without one, the neighbors of the same source."""
    if LIST not in request.GET:
        return _neighbors(article)
    return {"list": request.GET[LIST], "from_list": True}


def _neighbors(article: Article) -> dict[str, object]:
    """Return the next older and newer article of the same source."""
    if article.published is None:
        return {}
    same_source: QuerySet[Article] = (
        Article.objects.live()
        .filter(source=article.source_id)
        .only("title", "published")
    )
    older = same_source.filter(published__lt=article.published).order_by(
        "-published", "-id"
    )
    newer = same_source.filter(published__gt=article.published).order_by(
        "published", "id"
    )
    return {"older": older.first(), "newer": newer.first()}
