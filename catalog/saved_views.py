"""Saved views: a name for what the list shows, with its filters and its order, for oneself or for everybody."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from catalog.filters import POSITION
from catalog.models import SavedView

MOST = 100  # views a person
SHOWN = 30  # in the row above the list


class ViewForm(forms.ModelForm):
    """A name, and whether others see it; the query only where the view is new."""

    class Meta:
        model = SavedView
        fields = ["name", "shared"]

    def clean_name(self) -> str:
        name = "".join(
            character if character.isprintable() else " " for character in self.cleaned_data["name"]
        )
        if not name.strip():
            raise forms.ValidationError("Give it a name.")
        return " ".join(name.split())


def visible(request: HttpRequest) -> QuerySet[SavedView]:
    """One's own views, and those that others share."""
    return SavedView.objects.filter(Q(owner=request.user.pk) | Q(shared=True)).select_related(
        "owner"
    )


def row(request: HttpRequest) -> list[SavedView]:
    """The views that are links above the list, one's own first; each knows whether it is shown now."""
    views = sorted(
        visible(request)[: MOST * 2], key=lambda view: (view.owner_id != request.user.pk, view.name)
    )[:SHOWN]
    here = normal(request.GET)
    for view in views:
        view.here = view.query == here
    return views


def normal(query: QueryDict) -> str:
    """A query string that is the same for the same view: without the place in the list and empty fields, in order."""
    pairs = sorted((name, value) for name, values in query.lists() for value in values if value)
    kept = QueryDict(mutable=True)
    for name, value in pairs:
        if name not in POSITION:
            kept.appendlist(name, value)
    return kept.urlencode()


@require_safe
def saved_views(request: HttpRequest) -> HttpResponse:
    """All views, to rename, share and delete."""
    return render(
        request, "catalog/saved.html", {"views": visible(request).order_by("name")[: MOST * 2]}
    )


@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keeps what the list shows under a name; one's own view of that name is replaced."""
    query = normal(QueryDict(request.POST.get("query", "")))
    try:
        view, made = keep(request.user.pk, request.POST, query)
        messages.success(request, f"View “{view.name}” {'saved' if made else 'replaced'}.")
    except forms.ValidationError as error:
        messages.warning(request, f"Not saved: {'; '.join(error.messages)}")
    return redirect(f"{reverse('articles')}?{query}")


def keep(owner: int | None, given: Mapping[str, Any], query: str) -> tuple[SavedView, bool]:
    """Keeps the query under the given name; whether it is a new one. Raises ValidationError."""
    form = ViewForm(given)
    if not form.is_valid():
        raise forms.ValidationError(told(form))
    if len(query) > SavedView.LONGEST:
        raise forms.ValidationError("the filter is too long to be kept")
    name = form.cleaned_data["name"]
    mine = SavedView.objects.filter(owner=owner)
    if mine.count() >= MOST and not mine.filter(name=name).exists():
        raise forms.ValidationError(f"you have {MOST} views. Delete one first.")
    values = {"query": query, "shared": form.cleaned_data["shared"]}
    return SavedView.objects.update_or_create(owner_id=owner, name=name, defaults=values)


def told(form: forms.ModelForm) -> list[str]:
    """What is wrong with it."""
    return [str(each) for errors in form.errors.values() for each in errors]


@require_POST
def change_view(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Renames, shares or deletes a view of one's own."""
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
        change(view, request.POST)
    except forms.ValidationError as error:
        messages.warning(request, "; ".join(error.messages))
        return
    messages.success(
        request, f"View “{before}” {f'is now “{view.name}”' if view.name != before else 'changed'}."
    )


def change(view: SavedView, given: Mapping[str, Any]) -> None:
    """Renames it, shares it or keeps it to oneself. Raises ValidationError."""
    form = ViewForm(given, instance=view)
    if not form.is_valid():
        raise forms.ValidationError(told(form))
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError as error:
        raise forms.ValidationError(f"You have a view “{view.name}” already.") from error
