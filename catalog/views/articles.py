"""The catalogue: find articles, read one, take them away."""

from collections.abc import Iterator
from functools import partial

import structlog
from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from catalog import saved_views
from catalog.exports import FORMATS
from catalog.facets import facets, total
from catalog.filters import ArticleFilter, without
from catalog.models import Article
from catalog.near_duplicates import similar
from catalog.reader import images_in, readable
from catalog.search.highlight import highlight
from catalog.search.paging import BEST, ORDERS, ordered, page_of
from catalog.selection import back, chosen, delete

log = structlog.get_logger(__name__)
VIEWS = {"": "Cards", "table": "Table"}
HEADS = {  # of the table -> its orders, first down, then up
    "Published": ("newest", "oldest"), "Words": ("words", "shortest"), "Quality": ("quality", "doubtful"),
}  # fmt: skip


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """Articles that fit the filter, newest first, or best first where words are searched."""
    filters = ArticleFilter(request.GET, Article.objects.live())
    page = page_of(
        filters.qs.for_lists(), request.GET, filters.search, filters.by_keys(), filters.days
    )
    if page.search:
        marks = highlight(page.rows, page.search)
    else:
        marks = {}
    context = {
        "filter": filters,
        "page": page,
        "rows": [(article, marks.get(article.pk)) for article in page.rows],
        "orders": [("", BEST if request.GET.get("q") else ORDERS["newest"].label)]
        + [(name, order.label) for name, order in ORDERS.items()],
        "active": filters.active(request.GET),
        "formats": {name: form.label for name, form in FORMATS.items()},
        "saved": saved_views.row(request),
        "query": without(request.GET),
        "table": request.GET.get("view") == "table",
        "heads": list(_heads(request.GET)),
        "views": [
            (
                label,
                f"{without(request.GET, 'view')}{f'&view={name}' if name else ''}".lstrip("&"),
                name,
            )
            for name, label in VIEWS.items()
        ],
    }
    return render(request, "catalog/articles.html", context)


def _heads(query: QueryDict) -> Iterator[tuple[str, str, str]]:
    """Heads of the table that sort it: label, the query of another order, and in which one it is by now."""
    now = query.get("sort") or ("" if query.get("q") else "newest")
    for label, (down, up) in HEADS.items():
        if now == down:
            sorted_now = "descending"
        else:
            if now == up:
                sorted_now = "ascending"
            else:
                sorted_now = ""
        other = without(query, "sort")
        yield label, f"{other}{'&' if other else ''}sort={up if now == down else down}", sorted_now


@require_safe
@vary_on_headers("HX-Request")  # a part, or a page of its own
@cache_control(private=True, max_age=20)
def article_facets(request: HttpRequest) -> HttpResponse:
    """What the filter can be narrowed to, with counts: a slower part of the list."""
    if getattr(request, "htmx", False):
        template = "catalog/_facets.html"
    else:
        template = "catalog/facets.html"
    found = facets(request.GET, Article.objects.live())
    return render(request, template, {"facets": found, "total": total(found)})


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # the stored page beside it, which is sandboxed
def article_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """An article to read, and where all of it comes from."""
    article = get_object_or_404(
        Article.objects.live().select_related("source").defer("search", "heading"), pk=pk
    )
    images_on = (request.GET.get("images") or request.COOKIES.get("images")) == "on"
    if images_on:
        through = partial(_image_address, pk)
    else:
        through = None
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
    beside: QuerySet[Article] = (
        Article.objects.live().filter(source=article.source_id).only("title", "published")
    )
    return {
        "older": beside.filter(published__lt=article.published)
        .order_by("-published", "-id")
        .first(),
        "newer": beside.filter(published__gt=article.published).order_by("published", "id").first(),
    }


@require_safe
@vary_on_headers("HX-Request")  # a part, or a page of its own
def article_similar(request: HttpRequest, pk: int) -> HttpResponse:
    """Articles whose text is nearly the same. A part of the article's page, or a page of its own."""
    article = get_object_or_404(Article.objects.live(), pk=pk)
    found, in_time = similar(article)
    if getattr(request, "htmx", False):
        template = "catalog/_similar.html"
    else:
        template = "catalog/similar.html"
    return render(request, template, {"article": article, "similar": found, "in_time": in_time})


@require_POST
def article_delete(request: HttpRequest) -> HttpResponse:
    """Takes the chosen articles out of the catalogue; a tombstone keeps crawls from bringing them back."""
    articles = chosen(request.POST)
    gone = delete(articles)
    log.info(
        "articles_deleted", number=gone, articles=articles[:100], by=request.user.get_username()
    )
    if gone:
        messages.success(request, f"Deleted: {gone:,}. No crawl brings them back.")
    else:
        messages.info(request, "No article was chosen.")
    return back(request)


@require_safe
def article_export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """Exactly the articles that the list with the same address shows, as a file, in its order; a search that has no
    order of its own newest first, since the best of all could only be told when all were read."""
    if form not in FORMATS:
        raise Http404
    chosen_form = FORMATS[form]
    filters = ArticleFilter(request.GET, Article.objects.live())
    rows = ordered(
        filters.qs, request.GET.get("sort", ""), filters.by_keys(), filters.search, filters.days
    )
    response = StreamingHttpResponse(chosen_form.write(rows), content_type=chosen_form.kind)
    response["Content-Disposition"] = f'attachment; filename="articles.{chosen_form.extension}"'
    return response
