"""Blocks of a source's pages that people want kept: chosen, previewed, undone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from catalog.models import KeptBlock, Source
from pipeline.models import Run
from pipeline.runs import kept_blocks
from pipeline.runs.control import InvalidState

NO_PAGE = gettext_noop(
    "No stored page is left to extract again, so this applies from the next crawl on."
)


@require_http_methods(["GET", "HEAD", "POST"])
def source_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what keeping a block, or all that a rule leaves out, would concern; preview it or do
    it."""
    source = get_object_or_404(Source, pk=pk)
    given = request.GET
    if request.method == "POST":
        given = request.POST
    rule = given.get("rule", "")
    words = given.get("words", "")
    try:
        kept_blocks.check(rule, words)
    except InvalidState as refused:
        refusal = _("Not possible: %(reason)s.") % {"reason": refused}
        messages.warning(request, refusal)
        return redirect("source", pk=pk)
    if request.method == "POST":
        return _keep(request, source, rule, words)
    choices = [(words, kept_blocks.count_without(source, rule, words))]
    if words:
        choices.append(("", kept_blocks.count_without(source, rule)))
    context = {"source": source, "rule": rule, "choices": choices}
    return render(request, "web/keep.html", context)


def _keep(request: HttpRequest, source: Source, rule: str, words: str) -> HttpResponse:
    by = request.user.get_username()
    try:
        if request.POST.get("preview"):
            return redirect(kept_blocks.preview_keep(source, rule, words, by))
        _kept, run = kept_blocks.keep_and_extract(source, rule, words, by)
    except InvalidState as refused:
        refusal = _("Not possible: %(reason)s.") % {"reason": refused}
        messages.warning(request, refusal)
        return redirect("source", pk=source.pk)
    return _to_run(request, source, run, _("Kept from now on."))


@require_POST
def source_keep_undo(request: HttpRequest, pk: int, kept: int) -> HttpResponse:
    """Leave out again what was kept, or preview that."""
    found = get_object_or_404(KeptBlock, pk=kept, source=pk)
    source = found.source
    by = request.user.get_username()
    try:
        if request.POST.get("preview"):
            return redirect(kept_blocks.preview_undo(found, by))
    except InvalidState as refused:
        refusal = _("Nothing to preview: %(reason)s.") % {"reason": refused}
        messages.warning(request, refusal)
        return redirect("source", pk=pk)
    return _to_run(
        request, source, kept_blocks.undo_and_extract(found, by), _("No longer kept.")
    )


def _to_run(
    request: HttpRequest, source: Source, run: Run | None, said: str
) -> HttpResponse:
    """Go on to the run that extracts again; without one, back to the source."""
    if run is None:
        messages.success(request, f"{said} {_(NO_PAGE)}")
        return redirect("source", pk=source.pk)
    messages.success(request, said)
    return redirect(run)
