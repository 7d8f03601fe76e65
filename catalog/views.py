"""The catalogue: find articles, read one, take them away."""

from functools import partial

import structlog
from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from catalog.exports import FORMATS
from catalog.facets import facets
from catalog.filters import ArticleFilter
from catalog.models import Article
from catalog.newest import NEWEST_FIRST
from catalog.paging import page_of
from catalog.reader import images_in, readable
from catalog.similar import similar

log = structlog.get_logger(__name__)
ORDERS = [("newest", "newest first"), ("oldest", "oldest first"), ("gathered", "last gathered first")]


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """Articles that fit the filter, newest first, or best first where words are searched."""
    chosen = ArticleFilter(request.GET, Article.objects.live())
    rows = chosen.qs.for_lists()
    page = page_of(rows, request.GET)
    active = [(name, value) for name, value in request.GET.items() if name in chosen.filters and value]
    context = {
        "filter": chosen,
        "page": page,
        "orders": [("", "best first" if request.GET.get("q") else "newest first"), *ORDERS],
        "active": [(chosen.filters[name].label or name, value, _without(request, name)) for name, value in active],
    }
    return render(request, "catalog/articles.html", context)


@require_safe
@cache_control(private=True, max_age=20)
def article_facets(request: HttpRequest) -> HttpResponse:
    """What the filter can be narrowed to, with counts: a slower part of the list."""
    template = "catalog/_facets.html" if getattr(request, "htmx", False) else "catalog/facets.html"
    return render(request, template, {"facets": facets(request.GET, Article.objects.live())})


def _without(request: HttpRequest, name: str) -> str:
    """The query string without one filter."""
    query = request.GET.copy()
    for each in (name, "before", "after"):
        query.pop(each, None)
    return query.urlencode()


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # the stored page beside it, which is sandboxed
def article_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """An article to read, and where all of it comes from."""
    article = get_object_or_404(Article.objects.live().select_related("source").defer("search"), pk=pk)
    images_on = (request.GET.get("images") or request.COOKIES.get("images")) == "on"
    through = partial(_image_address, pk) if images_on else None
    context = {
        "article": article,
        "body": mark_safe(readable(article.html, through)),  # noqa: S308 - readable() is what makes it safe
        "images_on": images_on,
        "pictures": len(images_in(article.html)),
        "beside": "beside" in request.GET,
        "versions": article.versions.count(),
    }
    return render(request, "catalog/article.html", context | _neighbours(article))


def _image_address(pk: int, name: str) -> str:
    return reverse("article-image", args=[pk, name])


def _neighbours(article: Article) -> dict[str, Article | None]:
    """The next older and newer article of the same source."""
    if article.published is None:
        return {}
    beside: QuerySet[Article] = Article.objects.live().filter(source=article.source_id).only("title", "published")
    return {
        "older": beside.filter(published__lt=article.published).order_by("-published", "-id").first(),
        "newer": beside.filter(published__gt=article.published).order_by("published", "id").first(),
    }


@require_safe
def article_similar(request: HttpRequest, pk: int) -> HttpResponse:
    """Articles whose text is nearly the same. A part of the article's page, or a page of its own."""
    article = get_object_or_404(Article.objects.live(), pk=pk)
    found, in_time = similar(article)
    template = "catalog/_similar.html" if getattr(request, "htmx", False) else "catalog/similar.html"
    return render(request, template, {"article": article, "similar": found, "in_time": in_time})


@require_POST
def article_delete(request: HttpRequest) -> HttpResponse:
    """Takes the chosen articles out of the catalogue; a tombstone keeps crawls from bringing them back."""
    chosen = [int(pk) for pk in request.POST.getlist("id") if pk.isdecimal() and len(pk) < 19]
    gone = Article.objects.live().filter(pk__in=chosen).update(deleted=timezone.now())
    log.info("articles_deleted", number=gone, articles=chosen[:100], by=request.user.get_username())
    if gone:
        messages.success(request, f"Deleted: {gone}. No crawl brings them back.")
    else:
        messages.info(request, "No article was chosen.")
    return redirect("articles")


@require_safe
def article_export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """Exactly the articles that the list with the same address shows, as a file."""
    if form not in FORMATS:
        raise Http404
    chosen = FORMATS[form]
    rows = ArticleFilter(request.GET, Article.objects.live()).qs
    if not request.GET.get("q"):
        rows = rows.order_by(*NEWEST_FIRST)
    response = StreamingHttpResponse(chosen.write(rows), content_type=chosen.kind)
    response["Content-Disposition"] = f'attachment; filename="articles.{chosen.extension}"'
    return response
