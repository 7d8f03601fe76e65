"""How long articles, their versions and stored pages are kept: by the settings, and by source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog import trash
from catalog.models import Article, ArticleVersion, Source
from pipeline.core.batched import batched
from pipeline.journeys.erased import delete_in_batches
from pipeline.models import Snapshot, SourceRetention

ROWS_AT_ONCE = 500
MAX_DAYS = 36_500
BY = "retention"  # who deleted an article that is past its days
FIELDS = ("article_days", "version_days", "snapshot_days")


class RetentionForm(forms.ModelForm):
    """The days of a source; an empty one is as for all."""

    article_days = forms.IntegerField(
        label=_("Articles"), min_value=0, max_value=MAX_DAYS, required=False
    )
    version_days = forms.IntegerField(
        label=_("Versions"), min_value=0, max_value=MAX_DAYS, required=False
    )
    snapshot_days = forms.IntegerField(
        label=_("Stored pages"), min_value=0, max_value=MAX_DAYS, required=False
    )

    class Meta:
        model = SourceRetention
        fields = FIELDS


@dataclass(frozen=True, slots=True)
class Days:
    """Days that are kept; 0 is forever. `own` names those that the source has of its own."""

    article_days: int
    version_days: int
    snapshot_days: int
    own: frozenset[str] = frozenset()


def of_all() -> Days:
    """Return the settings."""
    return Days(settings.ARTICLE_DAYS, settings.VERSION_DAYS, settings.SNAPSHOT_DAYS)


def of_source(source: Source) -> Days:
    """Return what holds for a source."""
    return days_of(own_row(source))


def own_row(source: Source) -> SourceRetention:
    """Return the row of a source's own days, a new one without any where there is none."""
    kept: SourceRetention | None = getattr(source, "retention", None)
    return kept or SourceRetention(source=source)


def days_of(kept: SourceRetention) -> Days:
    """Return what holds for a source with this row."""
    general = of_all()
    values = {}
    own = set()
    for name in FIELDS:
        value = getattr(kept, name)
        if value is None:
            value = getattr(general, name)
        else:
            own.add(name)
        values[name] = value
    return Days(**values, own=frozenset(own))


def keep(source: Source, days: Mapping[str, int | None]) -> Days:
    """Keep the days of a source; None is as for all."""
    SourceRetention.objects.update_or_create(source=source, defaults=dict(days))
    return of_source(source)


def prune_sources(now: datetime) -> dict[str, int]:
    """Remove what is past its days; return how many rows of each kind went. Articles go to the
    trash, and from there with its days. Harmless to repeat."""
    own = {kept.pk: days_of(kept) for kept in SourceRetention.objects.all()}
    counts = {"articles_expired": 0, "versions": 0, "source_snapshots": 0}
    for sources, days in _groups(own):
        counts["articles_expired"] += _prune_articles(sources, days.article_days, now)
        counts["versions"] += _prune_versions(sources, days.version_days, now)
    for pk, days in own.items():
        if "snapshot_days" in days.own:
            counts["source_snapshots"] += _prune_pages(pk, days.snapshot_days, now)
    return counts


def _groups(own: dict[int, Days]) -> Iterator[tuple[Q, Days]]:
    """Yield the sources without days of their own, as one, and each of the others."""
    yield ~Q(source__in=list(own)), of_all()
    for pk, days in own.items():
        yield Q(source=pk), days


def _prune_articles(sources: Q, days: int, now: datetime) -> int:
    if not days:
        return 0
    old = Article.objects.live().filter(
        sources, first_seen_at__lt=now - timedelta(days=days)
    )
    deleted = 0
    for part in _ids(old.order_by("pk")):
        deleted += trash.delete(part, now, BY)
    return deleted


def _prune_versions(sources: Q, days: int, now: datetime) -> int:
    if not days:
        return 0
    articles = Article.objects.filter(sources)
    old = ArticleVersion.objects.filter(
        replaced_at__lt=now - timedelta(days=days), article__in=articles.values("pk")
    )
    gone = 0
    for part in _ids(old.order_by("pk")):
        gone += ArticleVersion.objects.filter(pk__in=part).delete()[0]
    return gone


def _prune_pages(source: int, days: int, now: datetime) -> int:
    """Remove stored pages of a source, the newest of a URL too: so it was asked for."""
    if not days:
        return 0
    host = Source.objects.values_list("host", flat=True).get(pk=source)
    old = Snapshot.objects.filter(
        Q(key__startswith=f"https://{host}/") | Q(key__startswith=f"http://{host}/"),
        fetched_at__lt=now - timedelta(days=days),
    )
    return delete_in_batches(old)


def _ids(rows: QuerySet) -> Iterator[list[int]]:
    ids = list(rows.values_list("pk", flat=True))
    for part in batched(ids, ROWS_AT_ONCE):
        yield list(part)
