"""An article's own stored page, and what the log says of it."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.models import Article
from pipeline.models import Journey, Snapshot
from pipeline.monitor.models import LogEvent
from pipeline.web.journeys import shown_as_stored

JOURNEYS = 20  # of an article whose log is shown, the newest
EVENTS = 60


def original_of(article: Article) -> Snapshot | None:
    """The page that an article was made from, its body included: of the last journey that stored it, else the newest
    page of its address."""
    stored = Journey.objects.filter(
        article=article, state=Journey.State.STORED, snapshot__isnull=False
    )
    journey = stored.select_related("snapshot__body").order_by("-pk").first()
    if journey:
        return journey.snapshot
    return (
        Snapshot.objects.filter(key=article.key)
        .select_related("body")
        .order_by("-fetched_at")
        .first()
    )


@require_safe
@xframe_options_sameorigin
def article_original(request: HttpRequest, pk: int) -> HttpResponse:
    """The stored page, to be shown in a frame beside the article."""
    snapshot = original_of(get_object_or_404(Article.objects.live(), pk=pk))
    if snapshot is None:
        text = "No page is stored of this article: it came from a feed, or its page was pruned."
        response = HttpResponse(text, status=404, content_type="text/plain; charset=utf-8")
        response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'self'"
        return response
    return shown_as_stored(snapshot)


@require_safe
@vary_on_headers("HX-Request")  # a part, or a page of its own
def article_log(request: HttpRequest, pk: int) -> HttpResponse:
    """The latest log lines of an article's journeys. A part of the article's page, or a page of its own."""
    article = get_object_or_404(Article, pk=pk)
    own = Journey.objects.filter(Q(article=article) | Q(key=article.key)).order_by("-pk")[:JOURNEYS]
    numbers = list(own.values_list("pk", flat=True))
    events = LogEvent.objects.none()
    if numbers:
        events = LogEvent.objects.filter(journey__in=numbers).order_by("-at", "-pk")[:EVENTS]
    if getattr(request, "htmx", False):
        template = "web/_article_log.html"
    else:
        template = "web/article_log.html"
    context = {"article": article, "events": events, "nothing": "No log line of it is still kept."}
    return render(request, template, context)
