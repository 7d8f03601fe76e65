"""The catalogue's filter: one form, one query, and all of it in the address of the page."""

from datetime import date, datetime, time, timedelta

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import Article, Source
from catalog.searching import LONGEST, Search, read

DAY = forms.DateInput(attrs={"type": "date"})
MOST_WORDS = 2**31 - 1
FIRST_DAY, LAST_DAY = date(1000, 1, 1), date(9000, 1, 1)


class ArticleFilter(django_filters.FilterSet):
    """Source by host; author, tag, language exactly; days and words inclusive; `q` as a person searches."""

    q = django_filters.CharFilter(method="has_words", label="Search", max_length=LONGEST)
    source = django_filters.ModelChoiceFilter(
        queryset=Source.objects.all(), to_field_name="host", empty_label="any source"
    )
    author = django_filters.CharFilter(field_name="authors", method="holds", label="Author")
    tag = django_filters.CharFilter(field_name="tags", method="holds", label="Tag")
    language = django_filters.CharFilter(label="Language")
    code = django_filters.CharFilter(field_name="code_languages", method="holds", label="Code in")
    month = django_filters.DateFilter(method="in_month", label="Month", input_formats=["%Y-%m"])
    since = django_filters.DateFilter(method="from_day", label="Published from", widget=DAY)
    until = django_filters.DateFilter(method="to_day", label="Published to", widget=DAY)
    words_from = django_filters.NumberFilter(
        field_name="word_count", lookup_expr="gte", min_value=0, max_value=MOST_WORDS, label="Words from"
    )
    words_to = django_filters.NumberFilter(
        field_name="word_count", lookup_expr="lte", min_value=0, max_value=MOST_WORDS, label="Words to"
    )

    class Meta:
        model = Article
        fields: list[str] = []

    search: Search | None = None  # once `qs` was asked for, where something is searched

    def has_words(self, rows: QuerySet[Article], _name: str, words: str) -> QuerySet[Article]:
        self.search = read(words)
        return self.search.among(rows)

    def holds(self, rows: QuerySet[Article], name: str, value: str) -> QuerySet[Article]:
        return rows.filter(**{f"{name}__contains": [value]})

    def from_day(self, rows: QuerySet[Article], _name: str, day: date) -> QuerySet[Article]:
        return rows.filter(published__gte=_start(day))

    def to_day(self, rows: QuerySet[Article], _name: str, day: date) -> QuerySet[Article]:
        return rows.filter(published__lt=_start(day) + timedelta(days=1))

    def in_month(self, rows: QuerySet[Article], _name: str, first: date) -> QuerySet[Article]:
        begin = _start(first)
        return rows.filter(published__gte=begin, published__lt=(begin + timedelta(days=32)).replace(day=1))


def _start(day: date) -> datetime:
    day = min(max(day, FIRST_DAY), LAST_DAY)  # nearer to the ends of the calendar, the day after does not exist
    return timezone.make_aware(datetime.combine(day, time.min))
