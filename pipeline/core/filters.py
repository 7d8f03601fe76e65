"""Filter fields that more than one list has."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy
from django_filters.fields import IsoDateTimeField

FIRST_YEAR = 1970
LAST_YEAR = 2199
MOMENT = forms.DateTimeInput(
    format="%Y-%m-%d %H:%M:%S", attrs={"type": "datetime-local", "step": "1"}
)


def translated(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Return choices whose labels are in the language of the reader."""
    return [(value, gettext_lazy(str(label))) for value, label in choices]


class MomentField(IsoDateTimeField):
    """A moment within the years that a computer's arithmetic with time zones can bear."""

    def clean(self, value: str) -> datetime | None:
        moment: datetime | None = super().clean(value)
        if moment and not FIRST_YEAR < moment.year <= LAST_YEAR:
            raise forms.ValidationError(
                gettext_lazy("Enter a year from %(first)d to %(last)d.")
                % {"first": FIRST_YEAR + 1, "last": LAST_YEAR}
            )
        return moment


class MomentFilter(django_filters.IsoDateTimeFilter):
    """Compares with a moment that somebody entered."""

    field_class = MomentField

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"widget": MOMENT, **kwargs})
