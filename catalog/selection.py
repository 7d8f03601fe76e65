"""Which articles an action is for: those that were ticked, or all that fit a filter."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.facets import newest_of
from catalog.filters import ArticleFilter, without
from catalog.models import Article
from catalog.search.newest import NEWEST_FIRST, Patience
from catalog.search.paging import id_in
from catalog.search.timeouts import in_time

MOST = 5_000  # articles an action; the page says so where more fit
BATCH = 500  # articles a statement
COUNTED = 100_000
PATIENCE = 40  # milliseconds to count all that fit
SOME = Patience(
    20, 20, last=0, looks=2, together=30
)  # where that takes longer, to find some of them


@dataclass(frozen=True, slots=True)
class Fitting:
    """How many articles fit a filter: `number`, or more where not `exact`; `upto` is the newest id among them."""

    number: int
    exact: bool
    upto: int


def chosen(post: QueryDict) -> list[int]:
    """The ids: `id` as often as there are some; or with `everything` those that fit `query`, up to the id `upto`,
    which keeps out what came after the question was asked."""
    if not post.get("everything"):
        return [pk for each in post.getlist("id")[:MOST] if (pk := id_in(each)) is not None]
    fitting = ArticleFilter(QueryDict(post.get("query", "")), Article.objects.live())
    upto = id_in(post.get("upto", ""))
    if not fitting.is_valid() or upto is None:
        return []
    return list(
        fitting.qs.filter(pk__lte=upto).order_by(*NEWEST_FIRST).values_list("pk", flat=True)[:MOST]
    )


def delete(articles: list[int]) -> int:
    """Takes the articles out of the catalogue, each leaving a tombstone; returns how many were there."""
    now = timezone.now()
    return sum(
        Article.objects.live().filter(pk__in=part).update(deleted=now) for part in parts(articles)
    )


def parts(articles: list[int]) -> Iterator[list[int]]:
    """The articles in as many as a statement is for."""
    return (articles[at : at + BATCH] for at in range(0, len(articles), BATCH))


def back(request: HttpRequest) -> HttpResponse:
    """To the list as it was, or to the article whose page sent this."""
    article = id_in(request.POST.get("article", ""))
    if article and Article.objects.live().filter(pk=article).exists():
        return redirect("article", article)
    query = QueryDict(request.POST.get("query", "")).urlencode()
    return redirect(f"{reverse('articles')}{f'?{query}' if query else ''}")


@require_safe
def article_all(request: HttpRequest) -> HttpResponse:
    """What can be done with all articles that fit, after saying how many these are."""
    filters = ArticleFilter(request.GET, Article.objects.live())
    context = {
        "fitting": _fitting(filters) if filters.is_valid() else None,
        "filter": filters,
        "active": filters.active(request.GET),
        "query": without(request.GET),
        "most": MOST,
    }
    return render(request, "catalog/all.html", context)


def _fitting(filters: ArticleFilter) -> Fitting:
    rows = filters.qs.order_by()
    keyed = filters.by_keys()
    if keyed is None:
        counted = rows
    else:
        counted = keyed.order_by()
    number = in_time(PATIENCE, lambda: counted[: COUNTED + 1].count())
    last = Article.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if number is not None:
        return Fitting(min(number, COUNTED), number <= COUNTED, last)
    found, whole = newest_of(filters, "", SOME)
    return Fitting(len(found), whole, last)
