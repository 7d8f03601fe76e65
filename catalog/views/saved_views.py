"""Pages of the saved views."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from catalog import saved_views
from catalog.models import SavedView


@require_safe
def list_views(request: HttpRequest) -> HttpResponse:
    """List all views, to rename, share and delete."""
    views = saved_views.visible_to(request.user.pk).order_by("name")
    return render(
        request, "catalog/saved.html", {"views": views[: saved_views.MAX_LISTED]}
    )


@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Save what the list shows under a name; one's own view of that name is replaced."""
    query = saved_views.normalized(QueryDict(request.POST.get("query", "")))
    try:
        view, created = saved_views.save(request.user.pk, request.POST, query)
    except forms.ValidationError as error:
        messages.warning(request, f"Not saved: {'; '.join(error.messages)}")
    else:
        done = "replaced"
        if created:
            done = "saved"
        messages.success(request, f"View “{view.name}” {done}.")
    return redirect(f"{reverse('articles')}?{query}")


@require_POST
def change_view(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Rename, share or delete a view of one's own."""
    view = get_object_or_404(SavedView, pk=pk, owner=request.user.pk)
    if verb == "delete":
        view.delete()
        messages.success(request, f"View “{view.name}” deleted.")
    elif verb == "change":
        _change(request, view)
    else:
        raise Http404
    return redirect("saved-views")


def _change(request: HttpRequest, view: SavedView) -> None:
    before = view.name
    try:
        saved_views.change(view, request.POST)
    except forms.ValidationError as error:
        messages.warning(request, "; ".join(error.messages))
        return
    if view.name == before:
        messages.success(request, f"View “{before}” changed.")
    else:
        messages.success(request, f"View “{before}” is now “{view.name}”.")
