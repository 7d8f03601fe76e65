"""The log's filter: everything in it is in the address of the page."""

import django_filters
from django import forms
from django.db.models import QuerySet

from pipeline.monitor import tokens
from pipeline.monitor.models import LogEvent
from pipeline.queues import STAGES

LEVELS = [
    ("", "any level"),
    (10, "debug and above"),
    (20, "info and above"),
    (30, "warning and above"),
    (40, "error and above"),
]
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"})


class LogFilter(django_filters.FilterSet):
    """Level at least, place, moment; and a search in the form of `tokens`."""

    level = django_filters.TypedChoiceFilter(choices=LEVELS, coerce=int, lookup_expr="gte", empty_value="")
    stage = django_filters.ChoiceFilter(choices=[(stage, stage) for stage in STAGES], empty_label="any stage")
    run = django_filters.NumberFilter(min_value=0, max_value=2**62)
    journey = django_filters.NumberFilter(min_value=0, max_value=2**62)
    event = django_filters.CharFilter()
    url = django_filters.CharFilter(lookup_expr="icontains")
    q = django_filters.CharFilter(method="has_text", label="Text")
    since = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte", widget=MOMENT)
    until = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="lte", widget=MOMENT)

    class Meta:
        model = LogEvent
        fields: list[str] = []

    def has_text(self, rows: QuerySet[LogEvent], _name: str, text: str) -> QuerySet[LogEvent]:
        return tokens.apply(rows, text)
