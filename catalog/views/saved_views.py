"""Pages of the saved views."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
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
        not_saved = _("Not saved: %(reasons)s")
        messages.warning(request, not_saved % {"reasons": "; ".join(error.messages)})
    else:
        done = _("View “%(name)s” replaced.")
        if created:
            done = _("View “%(name)s” saved.")
        messages.success(request, done % {"name": view.name})
    return redirect(f"{reverse('articles')}?{query}")


@require_POST
def change_view(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Rename, share or delete a view of one's own."""
    view = get_object_or_404(SavedView, pk=pk, owner=request.user.pk)
    if verb == "delete":
        view.delete()
        deleted = _("View “%(name)s” deleted.")
        messages.success(request, deleted % {"name": view.name})
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
    done = _("View “%(name)s” is now “%(new_name)s”.")
    if view.name == before:
        done = _("View “%(name)s” changed.")
    messages.success(request, done % {"name": before, "new_name": view.name})
