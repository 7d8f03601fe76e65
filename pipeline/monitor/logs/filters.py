"""The log's filter: everything in it is in the address of the page."""

import re
from datetime import datetime, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from pipeline.broker.queues import STAGES
from pipeline.core.url import BadURL, normal_form
from pipeline.models import Journey
from pipeline.monitor.logs import search_syntax
from pipeline.monitor.models import LogCount, LogEvent

LEVELS = [
    ("", "any level"),
    (10, "debug and above"),
    (20, "info and above"),
    (30, "warning and above"),
    (40, "error and above"),
]
SPANS = {
    "15m": ("last 15 minutes", timedelta(minutes=15)),
    "1h": ("last hour", timedelta(hours=1)),
    "24h": ("last 24 hours", timedelta(days=1)),
    "7d": ("last 7 days", timedelta(days=7)),
}
RARE_STAGES = ("discover", "summarise")  # the index log_rare_stage has them
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"})
ORDERED = ("run", "journey", "event")  # fields whose column has an index in the order of the log
TIMES = ("since", "until", "last")
JOURNEYS = 50
NAME = re.compile(
    r"[A-Za-z0-9_.:-]{1,60}"
)  # of an event; of a sentence the counts have no name (migrations/0004)
HOUR = timedelta(hours=1)
Span = tuple[datetime, datetime]


def journeys_of(url: str) -> list[int]:
    """The newest journeys of an address; it has no index of its own in the log."""
    try:
        found = Journey.objects.filter(key=normal_form(url)).order_by("-pk")
    except BadURL:
        return []
    return list(found.values_list("pk", flat=True)[:JOURNEYS])


class LogFilter(django_filters.FilterSet):
    """Level at least, place, moment; and a search in the form of `tokens`."""

    level = django_filters.TypedChoiceFilter(
        choices=LEVELS, coerce=int, lookup_expr="gte", empty_value=""
    )
    stage = django_filters.ChoiceFilter(
        choices=[(stage, stage) for stage in STAGES], empty_label="any stage"
    )
    last = django_filters.ChoiceFilter(
        choices=[(name, text) for name, (text, _) in SPANS.items()],
        empty_label="any time",
        method="in_span",
    )
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
        return search_syntax.apply(rows, text)

    def in_span(self, rows: QuerySet[LogEvent], _name: str, name: str) -> QuerySet[LogEvent]:
        return rows.filter(at__gte=timezone.now() - SPANS[name][1])

    @property
    def asked(self) -> dict[str, Any]:
        """The fields that say something, as values; nothing where one of them is wrong."""
        if not self.is_valid():
            return {}
        return {
            name: value for name, value in self.form.cleaned_data.items() if value not in (None, "")
        }

    @property
    def pieces(self) -> list[search_syntax.Token]:
        return list(search_syntax.read(self.asked.get("q", "")))

    def walk(self) -> tuple[QuerySet[LogEvent], bool]:
        """The events along one index, in the order of the log: those of the conditions that such an index serves.

        And whether these are all conditions: then the events need no look at each.
        """
        rows = LogEvent.objects.all()
        exact = True
        asked = self.asked
        for name, value in asked.items():
            if name in ORDERED or (name == "stage" and value in RARE_STAGES):
                rows = rows.filter(**{name: value})
            elif name in TIMES:
                rows = self.filters[name].filter(rows, value)
            elif name == "level" and value >= 30:
                rows = rows.filter(level__gte=value)
            elif name != "q" and value != 10:
                exact = False
        for piece in self.pieces:
            fits = search_syntax.column(piece)
            if fits is not None and piece.field in search_syntax.ORDERED and not piece.negated:
                rows = rows.filter(fits)
            elif (
                piece.field == "url"
                and not piece.negated
                and (journeys := journeys_of(piece.value))
            ):
                rows = rows.filter(journey__in=journeys)
                exact = False
            else:
                exact = False
        return rows, exact

    def counts(self) -> tuple[QuerySet[LogCount], bool]:
        """What was counted of the lines that fit, whenever they were; and whether every condition is in it."""
        rows = LogCount.objects.all()
        whole = True
        asked = self.asked
        for name, value in asked.items():
            if name == "level":
                rows = rows.filter(level__gte=value)
            elif name == "event" and not NAME.fullmatch(value):
                whole = False
            elif name in search_syntax.COUNTED:
                rows = rows.filter(**{name: value})
            elif name != "q" and name not in TIMES:
                whole = False
        for piece in self.pieces:
            if piece.field in search_syntax.COUNTED:
                fits = search_syntax.column(piece)
            else:
                fits = None
            if (
                fits is None
                or fits == Q(pk=None)
                or (piece.field == "event" and not NAME.fullmatch(piece.value))
            ):
                whole = False
            else:
                if piece.negated:
                    rows = rows.exclude(fits)
                else:
                    rows = rows.filter(fits)
        return rows, whole

    @property
    def is_counted(self) -> bool:
        """Whether something of what is asked for is told apart in the counts."""
        return bool(search_syntax.COUNTED & {*self.asked, *(piece.field for piece in self.pieces)})

    def counted_span(self) -> Span | None:
        """From when to when there can be lines that fit, by what was counted: what is told apart there need not be
        looked for line by line. None where there is none at all."""
        hours = self.counts()[0].filter(width=60).order_by("since").values_list("since", flat=True)
        first = hours.first()
        if first:
            last = hours.order_by("-since").first()
        else:
            last = None
        if first and last:
            return (first, last + HOUR)
        return None

    @property
    def walk_is_short(self) -> bool:
        """Whether the search is for one journey or one task, of which there are never many lines."""
        named = {piece.field for piece in self.pieces if not piece.negated}
        return "journey" in self.asked or bool(named & {"journey", "task"})
