"""The audit log's filter: everything in it is in the address of the page."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pipeline.access.audit_words import KINDS, VERBS, WAYS, kept_as
from pipeline.access.models import AuditEntry
from pipeline.core.filters import MomentFilter, translated


class EntryFilter(django_filters.FilterSet):
    """Who, what and how exactly; the object by any part of it; moments inclusive."""

    who = django_filters.CharFilter(label=_("User"))
    verb = django_filters.CharFilter(method="by_verb", label=_("Action"))
    kind = django_filters.CharFilter(method="by_kind", label=_("Kind"))
    object = django_filters.CharFilter(lookup_expr="icontains", label=_("Object"))
    way = django_filters.ChoiceFilter(
        choices=translated((way, way) for way in WAYS),
        empty_label=_("Any"),
        label=_("Via"),
    )
    since = MomentFilter(field_name="at", lookup_expr="gte", label=_("From"))
    until = MomentFilter(field_name="at", lookup_expr="lte", label=_("To"))

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    def by_verb(
        self, entries: QuerySet[AuditEntry], name: str, value: str
    ) -> QuerySet[AuditEntry]:
        """Those of an action, in English or as the page shows it."""
        return entries.filter(verb__in=kept_as(value, VERBS))

    def by_kind(
        self, entries: QuerySet[AuditEntry], name: str, value: str
    ) -> QuerySet[AuditEntry]:
        """Those of a kind of object, likewise."""
        return entries.filter(kind__in=kept_as(value, KINDS))
