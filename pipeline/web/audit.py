"""The audit log: every change that somebody made."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.paging import page_of
from pipeline.access.audit import days_kept
from pipeline.access.filters import EntryFilter
from pipeline.access.models import AuditEntry

ENTRIES = 100  # a page


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Every change that somebody made, the newest first."""
    chosen = EntryFilter(request.GET, AuditEntry.objects.all())
    page = page_of(chosen.qs, request.GET, ENTRIES)
    return render(
        request, "web/audit.html", {"filter": chosen, "page": page, "days": days_kept()}
    )
