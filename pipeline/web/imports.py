"""Imports: bring a list of blogs and articles, see what it holds, start it, see what came of it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from catalog.paging import page_of
from pipeline.broker.outages import BrokerError
from pipeline.exports.opml import opml
from pipeline.models import Import
from pipeline.runs import imports
from pipeline.runs.import_form import ImportForm
from pipeline.runs.import_results import AS_IN_THE_FILE, results, totals_of

LINES = 100  # a page
NO_BROKER = gettext_noop(
    "The message broker is unavailable, so the import was not started. Try again in a moment."
)
ONLY = {
    "problems": gettext_noop("With a problem"),
    "blogs": gettext_noop("Blogs"),
    "articles": gettext_noop("Single articles"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    """Show the form, and the imports that there are; a sent form becomes an import to look at."""
    form = ImportForm()
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES)
        if form.is_valid():
            return redirect(form.save(request.user))
    status = 422 if form.errors else 200
    shown = Import.objects.select_related("owner")[: imports.MAX_KEPT]
    context = {"form": form, "imports": shown}
    return render(request, "web/imports.html", context, status=status)


@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: what its lines are, and what came of each."""
    whole = get_object_or_404(Import.objects.select_related("owner"), pk=pk)
    rows = whole.rows.select_related("parent")
    only = request.GET.get("only", "")
    if only == "problems":
        rows = rows.exclude(problem="")
    elif only in ("blogs", "articles"):
        rows = rows.filter(problem="", is_page=only == "articles")
    page = page_of(rows, request.GET, LINES, AS_IN_THE_FILE)
    context = {
        "whole": whole,
        "totals": totals_of(whole),
        "page": page,
        "results": results(page.rows),
        "only": only,
        "choices": {value: _(label) for value, label in ONLY.items()},
        "runs": imports.runs_of(whole),
    }
    return render(request, "web/import.html", context)


@require_POST
def import_do(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Start an import, take all its lines for blogs or for articles, or delete it."""
    whole = get_object_or_404(Import, pk=pk)
    if verb == "start":
        return _start(request, whole)
    if verb == "take":
        imports.take_all_as(whole, request.POST.get("as", ""))
        return redirect(whole)
    if verb == "delete":
        imports.remove(whole)
        deleted = _("Import deleted: %(name)s. Its runs stay.")
        messages.success(request, deleted % {"name": whole})
        return redirect("imports")
    raise Http404


def _start(request: HttpRequest, whole: Import) -> HttpResponse:
    try:
        imports.start(whole, by=request.user.get_username())
    except BrokerError:
        messages.error(request, _(NO_BROKER))
    return redirect(whole)


@require_safe
def sources_opml(request: HttpRequest) -> StreamingHttpResponse:
    """Send all sources as OPML."""
    response = StreamingHttpResponse(opml(), content_type="text/x-opml; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="gleaner.opml"'
    return response
