"""Which articles an action is for: those that were ticked, or all that fit a filter."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.filters import ArticleFilter, without
from catalog.models import Article, ArticleQuerySet
from catalog.newest import NEWEST_FIRST
from catalog.patience import in_time

MOST = 5_000  # articles an action; the page says so where more fit
COUNTED = 100_000
PATIENCE = 300  # milliseconds


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
        return [int(pk) for pk in post.getlist("id")[:MOST] if pk.isdecimal() and len(pk) < 19]
    fitting, upto = ArticleFilter(QueryDict(post.get("query", "")), Article.objects.live()), post.get("upto", "")
    if not fitting.is_valid() or not upto.isdecimal() or len(upto) > 18:
        return []
    return list(fitting.qs.filter(pk__lte=int(upto)).order_by(*NEWEST_FIRST).values_list("pk", flat=True)[:MOST])


def back(request: HttpRequest) -> HttpResponse:
    """To the list as it was, or to the article whose page sent this."""
    article = request.POST.get("article", "")
    if article.isdecimal() and len(article) < 19 and Article.objects.live().filter(pk=article).exists():
        return redirect("article", int(article))
    query = QueryDict(request.POST.get("query", "")).urlencode()
    return redirect(f"{reverse('articles')}{f'?{query}' if query else ''}")


@require_safe
def article_all(request: HttpRequest) -> HttpResponse:
    """What can be done with all articles that fit, after saying how many these are."""
    filters = ArticleFilter(request.GET, Article.objects.live())
    context = {
        "fitting": _fitting(filters.qs) if filters.is_valid() else None,
        "filter": filters,
        "active": filters.active(request.GET),
        "query": without(request.GET),
        "most": MOST,
    }
    return render(request, "catalog/all.html", context)


def _fitting(rows: ArticleQuerySet) -> Fitting:
    number = in_time(PATIENCE, lambda: rows.order_by()[: COUNTED + 1].count())
    last = Article.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if number is None:
        return Fitting(MOST, False, last)
    return Fitting(min(number, COUNTED), number <= COUNTED, last)
