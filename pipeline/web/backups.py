"""The page of backups: how they are, and each time that one was made or tried."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pipeline.backup.models import Backup
from pipeline.backup.schedule import status

SHOWN = 50


@require_safe
def backups(request: HttpRequest) -> HttpResponse:
    """Show the last backups, the newest first."""
    context = {
        "status": status(),
        "backups": Backup.objects.all()[:SHOWN],
        "keep": settings.BACKUP_KEEP.words(),
    }
    return render(request, "web/backups.html", context)
