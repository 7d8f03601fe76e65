"""The catalogue's filter: one form, one query, and all of it in the address of the page."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.core.validators import EMPTY_VALUES
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone

from catalog.models import LABELLED, Article, ArticleQuerySet, Source
from catalog.search.filter_keys import key, of_days, with_keys
from catalog.search.query import LONGEST, Search, read

DAY = forms.DateInput(attrs={"type": "date"})
MOST_WORDS = 2**31 - 1
MOST_RUNS = 2**53
COPIES = {"unique": "no other like it", "copied": "has copies", "copy": "is a copy"}
POSITION = ("before", "after")  # the place in the list
# What a key answers by itself; "copies" for one of its values.
KEYED = {"source", "author", "tag", "language", "code", "has_code", "imports", "label", "run"}
IN_ORDER = {"source", "language"}  # each has an index in the order of the list
FIRST_DAY = date(1000, 1, 1)
LAST_DAY = date(9000, 1, 1)


class ArticleFilter(django_filters.FilterSet):
    """Source by host; author, tag, language exactly; days and words inclusive; `q` as a person searches."""

    source = django_filters.ModelChoiceFilter(
        queryset=Source.objects.all(), to_field_name="host", empty_label="any source"
    )
    author = django_filters.CharFilter(field_name="authors", method="holds", label="Author")
    tag = django_filters.CharFilter(field_name="tags", method="holds", label="Tag")
    language = django_filters.CharFilter(label="Language")
    code = django_filters.CharFilter(field_name="code_languages", method="holds", label="Code in")
    has_code = django_filters.ChoiceFilter(
        method="with_code", label="Code", choices=[("yes", "with code"), ("no", "without code")]
    )
    imports = django_filters.CharFilter(method="holds", label="Imports")
    label = django_filters.CharFilter(method="labelled", label="Label")
    run = django_filters.NumberFilter(
        method="stored_by", label="Stored by run", min_value=1, max_value=MOST_RUNS
    )
    copies = django_filters.ChoiceFilter(
        method="alike", label="Near duplicates", choices=list(COPIES.items())
    )
    month = django_filters.DateFilter(method="in_month", label="Month", input_formats=["%Y-%m"])
    since = django_filters.DateFilter(method="from_day", label="Published from", widget=DAY)
    until = django_filters.DateFilter(method="to_day", label="Published to", widget=DAY)
    words_from = django_filters.NumberFilter(
        field_name="word_count",
        lookup_expr="gte",
        min_value=0,
        max_value=MOST_WORDS,
        label="Words from",
    )
    words_to = django_filters.NumberFilter(
        field_name="word_count",
        lookup_expr="lte",
        min_value=0,
        max_value=MOST_WORDS,
        label="Words to",
    )
    # The last one: it keeps what the others leave.
    q = django_filters.CharFilter(method="has_words", label="Search", max_length=LONGEST)

    class Meta:
        model = Article
        fields: list[str] = []

    search: Search | None = (
        None  # once `qs` was asked for, or `besides`, where something is searched
    )
    _left_out = ""  # the filter that `besides` leaves out

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._read: dict[str | None, Search] = {}  # by the only language that it is for

    def active(self, query: QueryDict) -> list[tuple[str, str, str]]:
        """The filters that are set, as (label, value, the query string without it)."""
        found = [(name, value) for name, value in query.items() if name in self.filters and value]
        return [
            (str(self.filters[name].label or name.title()), str(value), without(query, name))
            for name, value in found
        ]

    @property
    def _said(self) -> dict[str, Any]:
        """What was asked for; as with `qs`, what makes no sense is left out."""
        self.form.is_valid()
        return getattr(self.form, "cleaned_data", {})

    def besides(self, name: str) -> QuerySet[Article]:
        """What fits all filters but this one."""
        rows: QuerySet[Article] = self.queryset.all()
        self._left_out = name
        for each, value in self._said.items():
            if each != name:
                rows = self.filters[each].filter(rows, value)
            else:
                rows = rows
        return rows

    def by_keys(self, left_out: str = "") -> ArticleQuerySet | None:
        """What fits all filters but this one, asked for by the index of keys: for what is sorted or counted, not for a
        walk. None where no key helps: words are searched, or what has copies, or all are of one value that an index has
        in order."""
        given = {
            name: value
            for name, value in self._said.items()
            if value not in EMPTY_VALUES and name != left_out
        }
        keys = {name: text for name, value in given.items() if (text := _key(name, value))}
        if (
            not keys
            or "q" in given
            or given.get("copies") == "copied"
            or (len(given) == 1 and keys.keys() <= IN_ORDER)
        ):
            return None
        rows: ArticleQuerySet = with_keys(self.queryset.all(), keys.values())
        for name in given.keys() - keys.keys():
            rows = self.filters[name].filter(rows, given[name])
        if "month" in given:
            begin, end = _month(given["month"])
            rows = of_days(rows, begin, end)
        return rows

    @property
    def days(self) -> tuple[datetime | None, datetime | None]:
        """The first and the last moment that what fits may be published at; None where either end is open."""
        said = self._said
        month: tuple[datetime | None, datetime | None] = (None, None)
        if said.get("month"):
            month = _month(said["month"])
        begins = [each for each in (month[0], said.get("since") and _start(said["since"])) if each]
        ends = [
            each
            for each in (month[1], said.get("until") and _start(said["until"]) + timedelta(days=1))
            if each
        ]
        return max(begins, default=None), min(ends, default=None)

    def in_order(self, left_out: str = "") -> QuerySet[Article]:
        """What a walk in the order of the list has to look at for what fits all filters but this one."""
        rows: QuerySet[Article] = self.queryset.all()
        for name in IN_ORDER - {left_out}:
            rows = self.filters[name].filter(rows, self.form.cleaned_data.get(name))
        return rows

    def has_words(self, rows: QuerySet[Article], _name: str, words: str) -> QuerySet[Article]:
        if self._left_out != "language":
            language = self.data.get("language")
        else:
            language = None
        if (language or None) not in self._read:
            self._read[language or None] = read(words, language or None)
        self.search = replace(self._read[language or None], rows=rows)
        return self.search.among(rows)

    def holds(self, rows: QuerySet[Article], name: str, value: str) -> QuerySet[Article]:
        return rows.filter(**{f"{name}__contains": [value]})

    def labelled(self, rows: QuerySet[Article], _name: str, label: str) -> QuerySet[Article]:
        return rows.filter(
            LABELLED, labels__contains=[label]
        )  # the index knows only those that have labels

    def with_code(self, rows: QuerySet[Article], _name: str, answer: str) -> QuerySet[Article]:
        return rows.filter(has_code=answer == "yes")

    def stored_by(self, rows: QuerySet[Article], _name: str, run: Decimal) -> QuerySet[Article]:
        return rows.filter(runs__contains=[int(run)])

    def alike(self, rows: QuerySet[Article], _name: str, how: str) -> QuerySet[Article]:
        copies = Article.objects.live()
        if how == "copy":
            return rows.filter(original__isnull=False)
        if how == "unique":
            return rows.filter(~Exists(copies.filter(original=OuterRef("pk"))), original=None)
        # Read at once from an index, and each article looked up in that: as a join it is expected to leave so few that
        # no walk along the order of a list is tried.
        among = Q(pk__in=copies.filter(original__isnull=False).order_by().values("original"))
        return rows.filter(
            Coalesce(ExpressionWrapper(among, BooleanField()), Value(False)), original=None
        )

    def from_day(self, rows: QuerySet[Article], _name: str, day: date) -> QuerySet[Article]:
        return rows.filter(published__gte=_start(day))

    def to_day(self, rows: QuerySet[Article], _name: str, day: date) -> QuerySet[Article]:
        return rows.filter(published__lt=_start(day) + timedelta(days=1))

    def in_month(self, rows: QuerySet[Article], _name: str, first: date) -> QuerySet[Article]:
        begin, end = _month(first)
        return rows.filter(published__gte=begin, published__lt=end)


def _start(day: date) -> datetime:
    day = min(
        max(day, FIRST_DAY), LAST_DAY
    )  # nearer to the ends of the calendar, the day after does not exist
    return timezone.make_aware(datetime.combine(day, time.min))


def _month(first: date) -> tuple[datetime, datetime]:
    begin = _start(first)
    return begin, (begin + timedelta(days=32)).replace(day=1)


def _key(name: str, value: Any) -> str:
    """The key that a filter's value asks for, "" where none does."""
    if name == "copies" and value == "copy":
        return key(name, value)
    if name not in KEYED:
        return ""
    said = {
        "source": lambda: value.pk,
        "run": lambda: int(value),
        "has_code": lambda: str(value == "yes").lower(),
    }
    return key(name, said[name]() if name in said else value)


def others(query: QueryDict, *names: str) -> QueryDict:
    """The query without these, and from its first page."""
    left = query.copy()
    for each in (*names, *POSITION):
        left.pop(each, None)
    return left


def without(query: QueryDict, *names: str) -> str:
    """The same as a query string."""
    return others(query, *names).urlencode()
