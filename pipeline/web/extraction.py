"""Extracting an article again from the reader: looked at in place, and saved in place."""

import threading

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.models import Article
from pipeline.diagnosis.reextract import compare_extraction
from pipeline.models import Journey
from pipeline.runs.control import InvalidState
from pipeline.runs.launch import launch_extraction

SAVED_TEXTS = {
    Journey.State.STORED: gettext_noop("Extraction saved. This is the new version."),
    Journey.State.UNCHANGED: gettext_noop(
        "Extraction saved. The text is the same as before."
    ),
}
extractions = threading.Lock()  # one at a time: it takes a core


@require_safe
@vary_on_headers("HX-Request")  # a part, or a page of its own
def article_extraction(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what extracting the article's stored page again would change; nothing is stored."""
    article = get_object_or_404(Article.objects.live().select_related("source"), pk=pk)
    if _is_part(request):
        template = "web/_article_extraction.html"
    else:
        template = "web/article_extraction.html"
    with extractions:
        comparison = compare_extraction(article)
    return render(request, template, {"article": article, "comparison": comparison})


@require_POST
def article_extraction_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Start a run that extracts the article again; the reader waits for it in place."""
    article = get_object_or_404(Article.objects.live(), pk=pk)
    try:
        run = launch_extraction([article.pk], by=request.user.get_username())
    except InvalidState as refused:
        problem = _("Nothing to extract again: %(reason)s.") % {"reason": refused}
        if _is_part(request):
            return _saving(request, {"problem": problem})
        messages.warning(request, problem)
        return redirect(article)
    if _is_part(request):
        return _saving(request, {"article": article, "run": run})
    started = _("Extracting again (%(run)s). Reload this page to see the new version.")
    messages.info(request, started % {"run": run})
    return redirect(article)


@require_safe
def article_extraction_saved(request: HttpRequest, pk: int, run: int) -> HttpResponse:
    """Load the reader anew once the run has stored the article; say why where it did not."""
    article = get_object_or_404(Article.objects.live(), pk=pk)
    journey = get_object_or_404(
        Journey.objects.select_related("run"), run=run, run__parameters__again=1
    )
    if not _is_part(request):
        return redirect(article)
    if journey.state == Journey.State.PENDING:
        return HttpResponse(status=204)
    text = SAVED_TEXTS.get(Journey.State(journey.state))
    if text is None:
        return _saving(request, {"journey": journey})
    messages.success(request, _(text))
    return HttpResponse(headers={"HX-Refresh": "true"})


def _is_part(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _saving(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    return render(request, "web/_extraction_saving.html", context)
