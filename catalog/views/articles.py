"""The catalogue: find articles, and read one."""

from collections.abc import Iterator
from time import monotonic

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from catalog import saved_views, search_fields
from catalog.exports import FORMATS, export
from catalog.filters import ArticleFilter, filtered_page, without
from catalog.marks import STATES, marks_of
from catalog.models import Article
from catalog.near_duplicates import similar
from catalog.rows import list_rows
from catalog.search.highlight import HIGHLIGHT_MS, Highlight, highlight
from catalog.search.orders import BY_RANK, NEWEST, ORDERS
from catalog.search.paging import ArticlePage
from catalog.views.parts import part_or_page, shows_images

SEARCH_MS = 60  # to find a page and to mark what was searched for
MIN_HIGHLIGHT_MS = 8
VIEWS = {"": gettext_noop("List"), "table": gettext_noop("Table")}
# Heads of the table that sort it -> the orders, descending, then ascending.
HEADS = {
    gettext_noop("Published"): ("newest", "oldest"),
    gettext_noop("Words"): ("words", "shortest"),
    gettext_noop("Quality"): ("quality", "doubtful"),
}


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """List the articles that match the filter, newest first, or by relevance where words are
    searched. Fields that were typed become filters of the address."""
    with_filters = search_fields.applied(request.GET)
    if with_filters is not None:
        return redirect(f"{reverse('articles')}?{with_filters.urlencode()}")
    rows = Article.objects.live().for_reader(request.user.pk)
    filters = ArticleFilter(request.GET, rows)
    began = monotonic()
    page = filtered_page(filters, request.GET)
    highlights = _highlights(page, began)
    context = {
        "filter": filters,
        "page": page,
        "rows": list_rows(
            page.rows,
            highlights,
            marks=marks_of(request.user.pk, page.rows),
            with_images=shows_images(request),
            fold="copies" not in request.GET,
        ),
        "orders": _orders(request.GET),
        "active": filters.active(request.GET),
        "formats": {name: each.label for name, each in FORMATS.items()},
        "saved": saved_views.links(request.user.pk, request.GET),
        "query": without(request.GET),
        "table": request.GET.get("view") == "table",
        "heads": list(_heads(request.GET)),
        "unknown": search_fields.parse(request.GET.get("q", "")).unknown,
        "known_fields": search_fields.HELP,
        "states": _states(request.GET),
        "here": request.GET.urlencode(),
        "views": [
            (label, _view_query(request.GET, name), name)
            for name, label in VIEWS.items()
        ],
    }
    return render(request, "catalog/articles.html", context)


def _highlights(page: ArticlePage, began: float) -> dict[int, Highlight]:
    """Return what was searched for, marked, in the time that finding the page left."""
    if page.search is None:
        return {}
    left_ms = SEARCH_MS - (monotonic() - began) * 1000
    limit_ms = min(HIGHLIGHT_MS, max(MIN_HIGHLIGHT_MS, left_ms))
    return highlight(page.rows, page.search, limit_ms)


def _orders(query: QueryDict) -> list[tuple[str, str]]:
    default = NEWEST
    if query.get("q"):
        default = BY_RANK
    return [("", default.label)] + [
        (name, order.label) for name, order in ORDERS.items()
    ]


def _states(query: QueryDict) -> list[tuple[str, str, bool]]:
    """Return the lists of what a reader has read and kept: label, query, and whether it is this
    one."""
    rest = without(query, "state")
    chosen = query.get("state", "")
    return [(gettext_noop("All"), rest, not chosen)] + [
        (label, _joined(rest, f"state={name}"), chosen == name)
        for name, label in STATES.items()
        if name != "read"
    ]


def _view_query(query: QueryDict, view: str) -> str:
    """Return the query that shows the same articles as cards or as a table."""
    rest = without(query, "view")
    if not view:
        return rest
    return _joined(rest, f"view={view}")


def _heads(query: QueryDict) -> Iterator[tuple[str, str, str]]:
    """Yield the heads of the table that sort it: label, the query of another order, and how it is
    sorted now."""
    current = query.get("sort", "")
    if not current and not query.get("q"):
        current = "newest"
    rest = without(query, "sort")
    for label, (descending, ascending) in HEADS.items():
        if current == descending:
            yield label, _joined(rest, f"sort={ascending}"), "descending"
        elif current == ascending:
            yield label, _joined(rest, f"sort={descending}"), "ascending"
        else:
            yield label, _joined(rest, f"sort={descending}"), ""


def _joined(*parts: str) -> str:
    return "&".join(part for part in parts if part)


@require_safe
@vary_on_headers("HX-Request")  # a part, or a page of its own
def article_similar(request: HttpRequest, pk: int) -> HttpResponse:
    """Show articles whose text is nearly the same: a part of the article's page, or a page of its
    own."""
    article = get_object_or_404(Article.objects.live(), pk=pk)
    found, complete = similar(article)
    context = {"article": article, "similar": found, "complete": complete}
    return render(request, part_or_page(request, "similar"), context)


@require_safe
def article_export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """Send exactly the articles that the list with the same address shows, as a file, in its order.

    A search that names no order is newest first: the most relevant could only be told when all
    were read.
    """
    if form not in FORMATS:
        raise Http404
    rows = Article.objects.live().for_reader(request.user.pk)
    return export(form, ArticleFilter(request.GET, rows), request.GET)
