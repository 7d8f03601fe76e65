"""Highlights: on the page of an article, all of a person's on one page, and as Markdown."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog import highlights
from catalog.models import Article, Passage
from catalog.paging import page_of, parse_id
from catalog.views.parts import article_address


@require_safe
def list_highlights(request: HttpRequest) -> HttpResponse:
    """List the person's highlights, the newest first."""
    page = page_of(highlights.listed(request.user.pk), request.GET)
    return render(request, "catalog/highlights.html", {"page": page})


@require_safe
def export_highlights(request: HttpRequest) -> StreamingHttpResponse:
    """Send the person's highlights as Markdown; with `article` only those of one."""
    found = highlights.listed(request.user.pk)
    article = parse_id(request.GET.get("article"))
    if article:
        found = found.filter(article=article)
    response = StreamingHttpResponse(
        highlights.markdown(found), content_type="text/markdown; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="highlights.md"'
    return response


@require_POST
def add_highlight(request: HttpRequest, pk: int) -> HttpResponse:
    """Highlight a passage: `quote`, about where it begins (`start`), and a `note`."""
    article = get_object_or_404(Article.objects.live().for_lists(), pk=pk)
    owner = request.user.pk
    if owner is None:
        raise Http404
    given = request.POST
    start = parse_id(given.get("start")) or 0
    try:
        passage = highlights.add(
            owner,
            article,
            given.get("quote", ""),
            given.get("note", ""),
            start,
        )
    except highlights.NotKept as error:
        messages.warning(request, str(error))
        return redirect(article_address(request, pk))
    return redirect(f"{article_address(request, pk)}#passage-{passage.pk}")


@require_POST
def change_highlight(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Change the note of a highlight of one's own, or delete it."""
    passage = get_object_or_404(Passage, pk=pk, owner=request.user.pk)
    if verb == "delete":
        passage.delete()
        messages.success(request, _("Highlight deleted."))
    elif verb == "note":
        highlights.change_note(passage, request.POST.get("note", ""))
        messages.success(request, _("Note saved."))
    else:
        raise Http404
    if "everywhere" in request.POST:
        return redirect("highlights")
    return redirect(f"{article_address(request, passage.article_id)}#highlights")
