"""The audit log's filter: everything in it is in the address of the page."""

import django_filters
from django.utils.translation import gettext_lazy as _

from pipeline.access.models import AuditEntry
from pipeline.core.filters import MomentFilter

WAYS = [(way, way) for way in ("page", "API", "command", "schedule")]


class EntryFilter(django_filters.FilterSet):
    """Who, what and how exactly; the object by any part of it; moments inclusive."""

    who = django_filters.CharFilter(label=_("User"))
    verb = django_filters.CharFilter(label=_("Action"))
    kind = django_filters.CharFilter(label=_("Kind"))
    object = django_filters.CharFilter(lookup_expr="icontains", label=_("Object"))
    way = django_filters.ChoiceFilter(
        choices=WAYS, empty_label=_("Any"), label=_("Via")
    )
    since = MomentFilter(field_name="at", lookup_expr="gte", label=_("From"))
    until = MomentFilter(field_name="at", lookup_expr="lte", label=_("To"))

    class Meta:
        model = AuditEntry
        fields: list[str] = []
