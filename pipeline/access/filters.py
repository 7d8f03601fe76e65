"""The audit log's filter: everything in it is in the address of the page."""

import django_filters

from pipeline.access.models import AuditEntry
from pipeline.core.filters import MomentFilter

WAYS = [(way, way) for way in ("page", "API", "command", "schedule")]


class EntryFilter(django_filters.FilterSet):
    """Who, what and how exactly; the object by any part of it; moments inclusive."""

    who = django_filters.CharFilter(label="User")
    verb = django_filters.CharFilter(label="Action")
    kind = django_filters.CharFilter(label="Kind")
    object = django_filters.CharFilter(lookup_expr="icontains", label="Object")
    way = django_filters.ChoiceFilter(choices=WAYS, empty_label="Any", label="Via")
    since = MomentFilter(field_name="at", lookup_expr="gte", label="From")
    until = MomentFilter(field_name="at", lookup_expr="lte", label="To")

    class Meta:
        model = AuditEntry
        fields: list[str] = []
