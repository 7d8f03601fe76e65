"""What the pipeline knows of an article: its stored page, its runs, its log; and extracting many
again."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.models import Article
from catalog.selection import selection
from catalog.views.bulk import back
from pipeline.core.records import LeftOut
from pipeline.exports import markdown
from pipeline.fetching import snapshots
from pipeline.fetching.snapshots import original_of
from pipeline.http.stored_page import marked_page_response, stored_page_response
from pipeline.models import Journey
from pipeline.monitor.logs.filters import DEFAULT_LEVEL
from pipeline.monitor.models import LogEvent
from pipeline.runs import control
from pipeline.runs.launch import launch_extraction

JOURNEYS = 20  # of an article whose log is shown, the newest
EVENTS = 60


@require_safe
@xframe_options_sameorigin
def article_original(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the stored page, to be shown in a frame beside the article; with `marks` on what was
    left out of the article."""
    article = get_object_or_404(Article.objects.live(), pk=pk)
    snapshot = original_of(article)
    if snapshot is None:
        text = _(
            "No stored page: the article came from a feed, or its page has expired."
        )
        response = HttpResponse(
            text, status=404, content_type="text/plain; charset=utf-8"
        )
        response["Content-Security-Policy"] = (
            "sandbox; default-src 'none'; frame-ancestors 'self'"
        )
        return response
    if "marks" in request.GET and article.left_out:
        left_out = [LeftOut(**block) for block in article.left_out]
        return marked_page_response(snapshot, left_out)
    return stored_page_response(snapshot)


@require_safe
@vary_on_headers("HX-Request")  # a part, or a page of its own
def article_log(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the latest log lines of an article's journeys. A part of the article's page, or a page
    of its own."""
    article = get_object_or_404(Article, pk=pk)
    own = Journey.objects.filter(Q(article=article) | Q(key=article.key)).order_by(
        "-pk"
    )[:JOURNEYS]
    numbers = list(own.values_list("pk", flat=True))
    events = LogEvent.objects.none()
    if numbers:
        events = LogEvent.objects.filter(
            journey__in=numbers, level__gte=DEFAULT_LEVEL
        ).order_by("-at", "-pk")[:EVENTS]
    if getattr(request, "htmx", False):
        template = "web/_article_log.html"
    else:
        template = "web/article_log.html"
    context = {
        "article": article,
        "events": events,
        "nothing": _("No log entries, or they have expired."),
    }
    return render(request, template, context)


@require_safe
@vary_on_headers("HX-Request")  # a part, or a page of its own
def article_journeys(request: HttpRequest, pk: int) -> HttpResponse:
    """In which runs an article was met. A part of the article's page, or a page of its own."""
    article = get_object_or_404(Article, pk=pk)
    met = (
        Journey.objects.filter(article=article)
        .select_related("run", "snapshot")
        .order_by("-pk")[:10]
    )
    if getattr(request, "htmx", False):
        template = "web/_article_journeys.html"
    else:
        template = "web/article_journeys.html"
    return render(request, template, {"article": article, "journeys": met})


@require_POST
def extract_again(request: HttpRequest) -> HttpResponse:
    """Start a run that extracts the chosen articles anew from their stored pages."""
    try:
        preview = bool(request.POST.get("preview"))
        return redirect(
            launch_extraction(
                selection(request.POST, request.user.pk),
                by=request.user.get_username(),
                preview=preview,
            )
        )
    except control.InvalidState as refused:
        refusal = _("Nothing to extract again: %(reason)s.") % {"reason": refused}
        messages.warning(request, refusal)
        return back(request)


@require_safe
def stored_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the page as it was fetched."""
    return stored_page_response(
        get_object_or_404(snapshots.readable().select_related("body"), pk=pk)
    )


@require_safe
def article_markdown(request: HttpRequest, pk: int) -> HttpResponse:
    """One article as a Markdown file."""
    article = get_object_or_404(Article.objects.live().select_related("source"), pk=pk)
    return markdown.response(article)
