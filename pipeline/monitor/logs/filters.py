"""The log's filter: everything in it is in the address of the page."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pipeline.broker.queues import STAGES
from pipeline.core.filters import MomentFilter
from pipeline.core.url import BadURL, normal_form
from pipeline.models import Journey
from pipeline.monitor.logs import search_syntax
from pipeline.monitor.models import LogCount, LogEvent

ALL_LEVELS = 10
DEFAULT_LEVEL = 20  # routine lines are below it, see routine.py
LEVELS = [
    (20, _("Info and above")),
    (30, _("Warning and above")),
    (40, _("Error and above")),
    (ALL_LEVELS, _("Everything, with routine activity")),
]
SPANS = {
    "15m": (_("Last 15 minutes"), timedelta(minutes=15)),
    "1h": (_("Last hour"), timedelta(hours=1)),
    "24h": (_("Last 24 hours"), timedelta(days=1)),
    "7d": (_("Last 7 days"), timedelta(days=7)),
}
LINK_CHECK = "linkcheck"  # lines of the link check, which is no stage of a run
RARE_STAGES = ("discover", "summarise")  # the index log_rare_stage has them
ORDERED = (
    "run",
    "journey",
    "event",
)  # fields whose column has an index in the order of the log
TIMES = ("since", "until", "last")
JOURNEYS = 50
NAME = re.compile(
    r"[A-Za-z0-9_.:-]{1,60}"
)  # of an event; of a sentence the counts have no name (migrations/0004)
HOUR = timedelta(hours=1)
Span = tuple[datetime, datetime]


def journeys_of(url: str) -> list[int]:
    """Return the newest journeys of an address; it has no index of its own in the log."""
    try:
        found = Journey.objects.filter(key=normal_form(url)).order_by("-pk")
    except BadURL:
        return []
    return list(found.values_list("pk", flat=True)[:JOURNEYS])


def default_level(query: Mapping[str, str]) -> int:
    """Return the level of a query that names none: all lines of an event that is named, else
    without routine lines."""
    named = {term.field for term in search_syntax.read(query.get("q", ""))}
    if query.get("event") or named & {"event", "level"}:
        return ALL_LEVELS
    return DEFAULT_LEVEL


class SearchField(forms.CharField):
    """A search whose fields exist and whose values they can have."""

    def clean(self, value: str) -> str:
        text: str = super().clean(value)
        wrong = search_syntax.wrong_values(text)
        for name in search_syntax.unknown_fields(text):
            wrong.append(
                f"Unknown field “{name[:60]}”. To search for the words, put them in quotes."
            )
        if wrong:
            raise forms.ValidationError(wrong)
        return text


class SearchFilter(django_filters.CharFilter):
    """Words and fields, see search_syntax."""

    field_class = SearchField


class LogFilter(django_filters.FilterSet):
    """Level at least, place, moment; and a search in the form of `search_syntax`.

    Without a level, routine lines are left out. Where a field is wrong nothing matches, and
    `errors` says why.
    """

    level = django_filters.TypedChoiceFilter(
        choices=LEVELS, coerce=int, lookup_expr="gte", empty_value=""
    )
    stage = django_filters.ChoiceFilter(
        choices=[(stage, _(stage)) for stage in (*STAGES, LINK_CHECK)],
        empty_label=_("Any stage"),
    )
    last = django_filters.ChoiceFilter(
        choices=[(name, text) for name, (text, _) in SPANS.items()],
        empty_label=_("Any time"),
        method="in_span",
    )
    run = django_filters.NumberFilter(min_value=0, max_value=2**62)
    journey = django_filters.NumberFilter(min_value=0, max_value=2**62)
    event = django_filters.CharFilter()
    url = django_filters.CharFilter(lookup_expr="icontains")
    q = SearchFilter(method="has_text", label="Search")
    since = MomentFilter(field_name="at", lookup_expr="gte")
    until = MomentFilter(field_name="at", lookup_expr="lte")

    class Meta:
        model = LogEvent
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[LogEvent]) -> None:
        if not data.get("level"):
            data = data.copy()
            data["level"] = str(default_level(data))
        super().__init__(data, queryset)

    def filter_queryset(self, queryset: QuerySet[LogEvent]) -> QuerySet[LogEvent]:
        if self.errors:
            return queryset.none()
        return super().filter_queryset(queryset)

    def has_text(
        self, rows: QuerySet[LogEvent], _name: str, text: str
    ) -> QuerySet[LogEvent]:
        return search_syntax.apply(rows, text)

    def in_span(
        self, rows: QuerySet[LogEvent], _name: str, name: str
    ) -> QuerySet[LogEvent]:
        return rows.filter(at__gte=timezone.now() - SPANS[name][1])

    @property
    def asked(self) -> dict[str, Any]:
        """The fields that say something, as values; nothing where one of them is wrong."""
        if not self.is_valid():
            return {}
        return {
            name: value
            for name, value in self.form.cleaned_data.items()
            if value not in (None, "")
        }

    @property
    def terms(self) -> list[search_syntax.Term]:
        return list(search_syntax.read(self.asked.get("q", "")))

    def walk(self) -> tuple[QuerySet[LogEvent], bool]:
        """Return the events along one index, in the order of the log: those of the conditions that
        such an index serves.

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
            elif name == "level" and value >= DEFAULT_LEVEL:
                rows = rows.filter(level__gte=value)
            elif name != "q" and value != ALL_LEVELS:
                exact = False
        for term in self.terms:
            fits = search_syntax.column(term)
            if (
                fits is not None
                and term.field in search_syntax.ORDERED
                and not term.negated
            ):
                rows = rows.filter(fits)
            elif (
                term.field == "url"
                and not term.negated
                and (journeys := journeys_of(term.value))
            ):
                rows = rows.filter(journey__in=journeys)
                exact = False
            else:
                exact = False
        return rows, exact

    def counts(self) -> tuple[QuerySet[LogCount], bool]:
        """Return what was counted of the lines that fit, whenever they were; and whether every
        condition is in it."""
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
        for term in self.terms:
            matches = _counted_condition(term)
            if matches is None:
                whole = False
            elif term.negated:
                rows = rows.exclude(matches)
            else:
                rows = rows.filter(matches)
        return rows, whole

    @property
    def is_counted(self) -> bool:
        """Whether something of what is asked for is told apart in the counts."""
        asked = dict(self.asked)
        if asked.get("level") == DEFAULT_LEVEL:  # of most lines
            del asked["level"]
        return bool(
            search_syntax.COUNTED & {*asked, *(term.field for term in self.terms)}
        )

    def counted_span(self) -> Span | None:
        """From when to when there can be lines that fit, by what was counted: what is told apart
        there need not be looked for line by line. None where there is none at all."""
        hours = (
            self.counts()[0]
            .filter(width=60)
            .order_by("since")
            .values_list("since", flat=True)
        )
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
        """Whether the search is for one journey or one task, of which there are never many
        lines."""
        named = {term.field for term in self.terms if not term.negated}
        return "journey" in self.asked or bool(named & {"journey", "task"})


def _counted_condition(term: search_syntax.Term) -> Q | None:
    """Return the condition on the counts that a term sets; None where they cannot answer it."""
    if term.field not in search_syntax.COUNTED:
        return None
    if term.field == "event" and not NAME.fullmatch(term.value):
        return None
    matches = search_syntax.column(term)
    if matches is None or matches == Q(pk=None):
        return None
    return matches
