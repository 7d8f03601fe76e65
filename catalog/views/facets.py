"""What the list of articles can be narrowed to: beside the list, or one field by itself."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.facets import facet_values, facets, total
from catalog.filters import others, without
from catalog.histogram import histogram
from catalog.models import Article
from catalog.views.parts import part_or_page

FIND = "find"
MAX_FIND_LENGTH = 100  # characters
VALUES_SHOWN = 6  # values of a field beside the list
# Fields with many values, which can be looked through by themselves.
LISTED_ALONE = (
    "source",
    "author",
    "language",
    "tag",
    "label",
    "run",
    "code",
    "imports",
)


@require_safe
@vary_on_headers("HX-Request")  # a part, or a page of its own
@cache_control(private=True, max_age=20)
def article_facets(request: HttpRequest) -> HttpResponse:
    """Show what the filter can be narrowed to, with counts: a slower part of the list."""
    rows = Article.objects.live().for_reader(request.user.pk)
    found = facets(request.GET, rows)
    context = {
        "facets": found,
        "total": total(found),
        "query": without(request.GET),
        "few": f":{VALUES_SHOWN}",
        "few_number": VALUES_SHOWN,
        "listed_alone": LISTED_ALONE,
        "find": None,
    }
    return render(request, part_or_page(request, "facets"), context)


@require_safe
@vary_on_headers("HX-Request")  # a part, or a page of its own
@cache_control(private=True, max_age=20)
def article_histogram(request: HttpRequest) -> HttpResponse:
    """Show when the articles of the list were published: a part of the list, or a page."""
    rows = Article.objects.live().for_reader(request.user.pk)
    context = {
        "histogram": histogram(request.GET, rows),
        "query": without(request.GET),
    }
    return render(request, part_or_page(request, "histogram"), context)


@require_safe
@vary_on_headers("HX-Request")  # a part, or a page of its own
def article_facet(request: HttpRequest, name: str) -> HttpResponse:
    """Show many values of one field, those that have the text in `find`."""
    if name not in LISTED_ALONE:
        raise Http404
    query = others(request.GET, FIND)
    find = request.GET.get(FIND, "")[:MAX_FIND_LENGTH].strip()
    exact = ""
    if find:
        exact = _joined(without(query, name), urlencode({name: find}))
    rows = Article.objects.live().for_reader(request.user.pk)
    context = {
        "facet": facet_values(name, query, rows, find),
        "find": find,
        "exact": exact,
        "query": query.urlencode(),
        "hidden": [(each, value) for each, value in query.items() if value],
        "few": ":",
        "listed_alone": LISTED_ALONE,
    }
    return render(request, part_or_page(request, "facet"), context)


def _joined(*parts: str) -> str:
    return "&".join(part for part in parts if part)
