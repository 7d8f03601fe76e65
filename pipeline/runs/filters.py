"""The filter of runs, and that of jobs: everything in it is in the address of the page."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.paging import parse_id
from pipeline.core.filters import MomentFilter, translated
from pipeline.models import Job, Run

CRAWL, PREVIEW, AGAIN = "crawl", "preview", "re-extraction"
KINDS = [(CRAWL, _("Crawls")), (PREVIEW, _("Previews")), (AGAIN, _("Re-extractions"))]
MAX_JOBS_LISTED = 100
IS_PREVIEW = Q(parameters__contains={"dry_run": True})
IS_AGAIN = Q(parameters__has_key="again")
SCHEDULES = [
    ("scheduled", _("Scheduled")),
    ("paused", _("Paused")),
    ("manual", _("Manual")),
]


def has_name_or_address(text: str) -> Q:
    """Return the condition that a run's or a job's name, or one of its URLs, holds a text."""
    return Q(name__icontains=text) | Q(parameters__addresses__icontains=text)


class RunFilter(django_filters.FilterSet):
    """State, kind and job exactly; a source by its host, text in name and URLs; moments
    inclusive."""

    q = django_filters.CharFilter(method="has_text", label=_("Name or URL"))
    state = django_filters.ChoiceFilter(
        choices=translated(Run.State.choices),
        empty_label=_("Any state"),
        label=_("State"),
    )
    kind = django_filters.ChoiceFilter(
        choices=KINDS, method="of_kind", empty_label=_("Any kind"), label=_("Kind")
    )
    job = django_filters.ModelChoiceFilter(
        queryset=Job.objects.order_by("name"), empty_label=_("Any job"), label=_("Job")
    )
    source = django_filters.CharFilter(method="of_source", label=_("Source"))
    since = MomentFilter(field_name="created_at", lookup_expr="gte", label=_("From"))
    until = MomentFilter(field_name="created_at", lookup_expr="lte", label=_("To"))

    class Meta:
        model = Run
        fields: list[str] = []

    def list_jobs(self) -> None:
        """Offer the first jobs to choose from, and the chosen one: a list of thousands would be
        most of the page."""
        jobs = list(Job.objects.order_by("name").only("name")[:MAX_JOBS_LISTED])
        chosen = parse_id((self.data or {}).get("job"))
        if chosen and chosen not in [job.pk for job in jobs]:
            jobs += Job.objects.filter(pk=chosen).only("name")
        names = [(job.pk, job.name) for job in jobs]
        self.form.fields["job"].widget.choices = [("", _("Any job")), *names]

    def has_text(self, rows: QuerySet[Run], _name: str, text: str) -> QuerySet[Run]:
        return rows.filter(has_name_or_address(text))

    def of_source(self, rows: QuerySet[Run], _name: str, host: str) -> QuerySet[Run]:
        return rows.filter(parameters__addresses__icontains=host)

    def of_kind(self, rows: QuerySet[Run], _name: str, kind: str) -> QuerySet[Run]:
        if kind == PREVIEW:
            return rows.filter(IS_PREVIEW)
        if kind == AGAIN:
            return rows.filter(IS_AGAIN)
        return rows.exclude(IS_PREVIEW).exclude(IS_AGAIN)


class JobFilter(django_filters.FilterSet):
    """Text in name and URLs; whether a schedule starts the job."""

    q = django_filters.CharFilter(method="has_text", label=_("Name or URL"))
    schedule = django_filters.ChoiceFilter(
        choices=SCHEDULES,
        method="is_started",
        empty_label=_("Any"),
        label=_("Schedule"),
    )

    class Meta:
        model = Job
        fields: list[str] = []

    def has_text(self, rows: QuerySet[Job], _name: str, text: str) -> QuerySet[Job]:
        return rows.filter(has_name_or_address(text))

    def is_started(self, rows: QuerySet[Job], _name: str, how: str) -> QuerySet[Job]:
        if how == "manual":
            return rows.filter(schedule=None)
        return rows.filter(schedule__enabled=how == "scheduled")
