"""Saved views: what the list shows, with its filters and its order, under a name, for oneself or
for everybody."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from catalog.filters import POSITION
from catalog.models import SavedView

MAX_VIEWS = 100  # of a person
MAX_LISTED = 2 * MAX_VIEWS
SHOWN = 30  # above the list


class ViewForm(forms.ModelForm):
    """A name, and whether others see the view."""

    class Meta:
        model = SavedView
        fields = ["name", "shared"]

    def clean_name(self) -> str:
        """Return the name without what cannot be seen."""
        name = "".join(
            character if character.isprintable() else " "
            for character in self.cleaned_data["name"]
        )
        if not name.strip():
            raise forms.ValidationError(_("Enter a name."))
        return " ".join(name.split())


def visible_to(user_id: int | None) -> QuerySet[SavedView]:
    """Return the person's own views, and those that others share."""
    views = SavedView.objects.filter(Q(owner=user_id) | Q(shared=True))
    return views.select_related("owner")


def links(user_id: int | None, query: QueryDict) -> list[SavedView]:
    """Return the views that are links above the list, one's own first; each knows whether it is
    shown now."""
    views = sorted(
        visible_to(user_id)[:MAX_LISTED],
        key=lambda view: (view.owner_id != user_id, view.name),
    )
    shown = normalized(query)
    for view in views:
        view.here = view.query == shown
    return views[:SHOWN]


def normalized(query: QueryDict) -> str:
    """Return a query string that is the same for the same view: without the page and empty
    fields, in order."""
    kept = QueryDict(mutable=True)
    for name, values in sorted(query.lists()):
        for value in sorted(values):
            if value and name not in POSITION:
                kept.appendlist(name, value)
    return kept.urlencode()


def save(
    owner_id: int | None, given: Mapping[str, Any], query: str
) -> tuple[SavedView, bool]:
    """Save the query under the given name; return the view, and whether it is new.

    One's own view of that name is replaced. Raises ValidationError.
    """
    form = ViewForm(given)
    if not form.is_valid():
        raise forms.ValidationError(_errors(form))
    if len(query) > SavedView.MAX_QUERY_LENGTH:
        raise forms.ValidationError(_("The filter is too long to be saved."))
    name = form.cleaned_data["name"]
    own = SavedView.objects.filter(owner=owner_id)
    if own.count() >= MAX_VIEWS and not own.filter(name=name).exists():
        full = _("You have %(most)s views. Delete one first.")
        raise forms.ValidationError(full % {"most": MAX_VIEWS})
    values = {"query": query, "shared": form.cleaned_data["shared"]}
    return SavedView.objects.update_or_create(
        owner_id=owner_id, name=name, defaults=values
    )


def change(view: SavedView, given: Mapping[str, Any]) -> None:
    """Rename the view, share it or share it no more. Raises ValidationError."""
    form = ViewForm(given, instance=view)
    if not form.is_valid():
        raise forms.ValidationError(_errors(form))
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError as error:
        taken = _("You already have a view “%(name)s”.")
        raise forms.ValidationError(taken % {"name": view.name}) from error


def _errors(form: forms.ModelForm) -> list[str]:
    return [str(each) for errors in form.errors.values() for each in errors]
