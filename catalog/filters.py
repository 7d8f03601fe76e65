"""The catalogue's filter: one form, one query, and all of it in the address of the page."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast

import django_filters
from django import forms
from django.core.validators import EMPTY_VALUES
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from catalog.marks import STATES, in_state
from catalog.models import LABELLED, RESERVED, Article, ArticleQuerySet, Source
from catalog.rights import RIGHTS
from catalog.search.filter_keys import filter_key, on_days, with_keys
from catalog.search.newest import Days
from catalog.search.paging import ArticlePage, article_page
from catalog.search.query import MAX_SEARCH_LENGTH, Search, parse_search

# browsers want and show a day in ways of their own, whatever the language
DATE_INPUT = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
MAX_WORDS = 2**31 - 1
MAX_RUN = 2**53
COPIES = {
    "unique": gettext_noop("Unique"),
    "copied": gettext_noop("Original"),
    "copy": gettext_noop("Duplicate"),
}
HAS_CODE = {"yes": gettext_noop("with code"), "no": gettext_noop("without code")}
GONE = {"yes": gettext_noop("gone"), "no": gettext_noop("not known to be gone")}
POSITION = ("before", "after")  # the page in the list
# The filters that a key answers; "copies" for one of its values.
KEYED = {
    "source",
    "author",
    "tag",
    "language",
    "code",
    "has_code",
    "imports",
    "label",
    "run",
}
IN_LIST_ORDER = {"source", "language"}  # each has an index in the order of the list
FIRST_DAY = date(1000, 1, 1)
LAST_DAY = date(9000, 1, 1)


class ArticleFilter(django_filters.FilterSet):
    """Source by host; author, tag, language exactly; days and words inclusive; `q` as a person
    searches."""

    source = django_filters.ModelChoiceFilter(
        queryset=Source.objects.all(),
        to_field_name="host",
        label=_("Source"),
        empty_label=_("any source"),
    )
    author = django_filters.CharFilter(
        field_name="authors", method="contains", label=_("Author")
    )
    tag = django_filters.CharFilter(
        field_name="tags", method="contains", label=_("Tag")
    )
    language = django_filters.CharFilter(label=_("Language"))
    code = django_filters.CharFilter(
        field_name="code_languages", method="contains", label=_("Code language")
    )
    has_code = django_filters.ChoiceFilter(
        method="with_code", label=_("Code"), choices=list(HAS_CODE.items())
    )
    imports = django_filters.CharFilter(method="contains", label=_("Imports"))
    label = django_filters.CharFilter(method="labelled", label=_("Label"))
    run = django_filters.NumberFilter(
        method="added_by", label=_("Added by run"), min_value=1, max_value=MAX_RUN
    )
    copies = django_filters.ChoiceFilter(
        method="near_duplicate_filter",
        label=_("Near duplicates"),
        choices=list(COPIES.items()),
    )
    gone = django_filters.ChoiceFilter(
        method="with_original", label=_("Original page"), choices=list(GONE.items())
    )
    license = django_filters.CharFilter(method="under_license", label=_("License"))
    rights = django_filters.ChoiceFilter(
        method="reserved", label=_("Rights"), choices=list(RIGHTS.items())
    )
    month = django_filters.DateFilter(
        method="in_month", label=_("Month"), input_formats=["%Y-%m"]
    )
    since = django_filters.DateFilter(
        method="from_day", label=_("Published from"), widget=DATE_INPUT
    )
    until = django_filters.DateFilter(
        method="to_day", label=_("Published to"), widget=DATE_INPUT
    )
    words_from = django_filters.NumberFilter(
        field_name="word_count",
        lookup_expr="gte",
        min_value=0,
        max_value=MAX_WORDS,
        label=_("Words from"),
    )
    words_to = django_filters.NumberFilter(
        field_name="word_count",
        lookup_expr="lte",
        min_value=0,
        max_value=MAX_WORDS,
        label=_("Words to"),
    )
    state = django_filters.ChoiceFilter(
        method="in_state", label=_("State"), choices=list(STATES.items())
    )
    # The last one: it keeps the rows that the others leave.
    q = django_filters.CharFilter(
        method="search_for", label=_("Search"), max_length=MAX_SEARCH_LENGTH
    )

    class Meta:
        model = Article
        fields: list[str] = []

    # Once `qs` or `excluding` was asked for, where something is searched.
    search: Search | None = None
    # Whether a word that no article has stands for itself, and not for similar ones.
    exact_words = False
    _excluded = ""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._searches: dict[
            str | None, Search
        ] = {}  # by the language that they are for

    def active(self, query: QueryDict) -> list[tuple[str, str, str]]:
        """Return the filters that are set, as (label, value, the query string without it)."""
        return [
            (
                str(self.filters[name].label or name.title()),
                self._value_label(name, str(value)),
                without(query, name),
            )
            for name, value in query.items()
            if value and name in self.filters
        ]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What is wrong with the filters, as (label, text)."""
        return [
            (str(self.filters[name].label), " ".join(map(str, texts)))
            for name, texts in self.errors.items()
        ]

    def _value_label(self, name: str, value: str) -> str:
        """Return how a value is called that is one of few; any other is itself."""
        choices = dict(self.filters[name].extra.get("choices") or ())
        if value in choices:
            return gettext(choices[value])
        return value

    @property
    def _cleaned(self) -> dict[str, Any]:
        """The values that are set. As with `qs`, what is invalid is left out."""
        self.form.is_valid()
        return getattr(self.form, "cleaned_data", {})

    def excluding(self, name: str) -> QuerySet[Article]:
        """Return what matches all filters but this one."""
        rows: QuerySet[Article] = self.queryset.all()
        self._excluded = name
        for each, value in self._cleaned.items():
            if each != name:
                rows = self.filters[each].filter(rows, value)
        return rows

    def by_keys(self, excluded: str = "") -> ArticleQuerySet | None:
        """Return what matches all filters but this one, by the index of filter keys: to sort or
        to count it.

        None where no key helps: words are searched, or what has copies, or all are of one value
        that an index has in order.
        """
        values = {
            name: value
            for name, value in self._cleaned.items()
            if value not in EMPTY_VALUES and name != excluded
        }
        if "q" in values or values.get("copies") == "copied":
            return None
        keys = _keys(values)
        in_order_alone = len(values) == 1 and keys.keys() <= IN_LIST_ORDER
        if not keys or in_order_alone:
            return None
        rows: ArticleQuerySet = with_keys(self.queryset.all(), keys.values())
        for name in values.keys() - keys.keys():
            rows = self.filters[name].filter(rows, values[name])
        if "month" in values:
            begin, end = _month(values["month"])
            rows = on_days(rows, begin, end)
        return rows

    @property
    def days(self) -> Days:
        """The first and the last moment that matches may be published at; None where either end
        is open."""
        begins = []
        ends = []
        values = self._cleaned
        if values.get("month"):
            begin, end = _month(values["month"])
            begins.append(begin)
            ends.append(end)
        if values.get("since"):
            begins.append(_start(values["since"]))
        if values.get("until"):
            ends.append(_start(values["until"]) + timedelta(days=1))
        return max(begins, default=None), min(ends, default=None)

    def walked_rows(self, excluded: str = "") -> QuerySet[Article]:
        """Return what a walk in the order of the list looks at for what matches all filters but
        this one."""
        rows: QuerySet[Article] = self.queryset.all()
        for name in IN_LIST_ORDER - {excluded}:
            rows = self.filters[name].filter(rows, self.form.cleaned_data.get(name))
        return rows

    def search_for(
        self, rows: QuerySet[Article], _name: str, words: str
    ) -> QuerySet[Article]:
        """Filter by the words of a search."""
        language = None
        if self._excluded != "language":
            language = self.data.get("language") or None
        if language not in self._searches:
            self._searches[language] = parse_search(
                words, language, exact=self.exact_words
            )
        self.search = replace(self._searches[language], rows=rows)
        return self.search.apply(rows)

    def in_state(
        self, rows: QuerySet[Article], _name: str, state: str
    ) -> QuerySet[Article]:
        """Filter by what the reader of the list has read, starred or archived."""
        return in_state(rows, state, getattr(self.queryset, "reader_id", None))

    def contains(
        self, rows: QuerySet[Article], name: str, value: str
    ) -> QuerySet[Article]:
        """Filter by an element of an array."""
        return rows.filter(**{f"{name}__contains": [value]})

    def labelled(
        self, rows: QuerySet[Article], _name: str, label: str
    ) -> QuerySet[Article]:
        """Filter by a label. The index holds only articles that have labels."""
        return rows.filter(LABELLED, labels__contains=[label])

    def with_code(
        self, rows: QuerySet[Article], _name: str, answer: str
    ) -> QuerySet[Article]:
        """Filter by whether there is code."""
        return rows.filter(has_code=answer == "yes")

    def added_by(
        self, rows: QuerySet[Article], _name: str, run: Decimal
    ) -> QuerySet[Article]:
        """Filter by a run that stored the article."""
        return rows.filter(runs__contains=[int(run)])

    def near_duplicate_filter(
        self, rows: QuerySet[Article], _name: str, kind: str
    ) -> QuerySet[Article]:
        """Filter by whether other articles are nearly the same."""
        copies = Article.objects.live()
        if kind == "copy":
            return rows.filter(original__isnull=False)
        if kind == "unique":
            return rows.filter(
                ~Exists(copies.filter(original=OuterRef("pk"))), original=None
            )
        # Read at once from an index, and each article looked up in that: as a join it is expected
        # to leave so few that no walk along the order of a list is tried.
        originals = copies.filter(original__isnull=False).order_by().values("original")
        is_original = ExpressionWrapper(Q(pk__in=originals), BooleanField())
        return rows.filter(Coalesce(is_original, Value(False)), original=None)

    def with_original(
        self, rows: QuerySet[Article], _name: str, answer: str
    ) -> QuerySet[Article]:
        """Filter by whether the original page is gone."""
        return rows.filter(gone_at__isnull=answer == "no")

    def under_license(
        self, rows: QuerySet[Article], _name: str, license_name: str
    ) -> QuerySet[Article]:
        """Filter by the license. The index holds only articles that have one."""
        return rows.exclude(license="").filter(license=license_name)

    def reserved(
        self, rows: QuerySet[Article], _name: str, right: str
    ) -> QuerySet[Article]:
        """Filter by what a page reserves. The index holds only articles that reserve something."""
        return rows.filter(RESERVED, rights__contains=[right])

    def from_day(
        self, rows: QuerySet[Article], _name: str, day: date
    ) -> QuerySet[Article]:
        """Filter by the first day."""
        return rows.filter(published__gte=_start(day))

    def to_day(
        self, rows: QuerySet[Article], _name: str, day: date
    ) -> QuerySet[Article]:
        """Filter by the last day."""
        return rows.filter(published__lt=_start(day) + timedelta(days=1))

    def in_month(
        self, rows: QuerySet[Article], _name: str, first: date
    ) -> QuerySet[Article]:
        """Filter by a month."""
        begin, end = _month(first)
        return rows.filter(published__gte=begin, published__lt=end)


def filtered_page(filters: ArticleFilter, query: Mapping[str, str]) -> ArticlePage:
    """Return the page of what matches the filters, as `article_page`."""
    rows = cast(ArticleQuerySet, filters.qs).for_lists()
    return article_page(rows, query, filters.search, filters.by_keys(), filters.days)


def _start(day: date) -> datetime:
    """Return when the day begins. Nearer to the ends of the calendar, the day after does not
    exist."""
    day = min(max(day, FIRST_DAY), LAST_DAY)
    return timezone.make_aware(datetime.combine(day, time.min))


def _month(first: date) -> tuple[datetime, datetime]:
    begin = _start(first)
    return begin, (begin + timedelta(days=32)).replace(day=1)


def _keys(values: dict[str, Any]) -> dict[str, str]:
    """Return the keys that these values of filters ask for, by the filter's name."""
    return {
        name: _key(name, value)
        for name, value in values.items()
        if _has_key(name, value)
    }


def _has_key(name: str, value: Any) -> bool:
    return name in KEYED or (name == "copies" and value == "copy")


def _key(name: str, value: Any) -> str:
    if name == "source":
        value = value.pk
    elif name == "run":
        value = int(value)
    elif name == "has_code":
        value = str(value == "yes").lower()
    return filter_key(name, value)


def others(query: QueryDict, *names: str) -> QueryDict:
    """Return the query without these, from its first page."""
    left = query.copy()
    for each in (*names, *POSITION):
        left.pop(each, None)
    return left


def without(query: QueryDict, *names: str) -> str:
    """Return the query without these, from its first page, as a string."""
    return others(query, *names).urlencode()
