"""The trash: deleted articles, which can be restored for some days."""

from datetime import datetime

import structlog
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Article, ArticleQuerySet
from catalog.paging import page_of, parse_moment
from catalog.selection import selection
from catalog.told import counted
from catalog.trash import (
    BY_DELETION,
    deletions,
    erase,
    in_trash,
    restore,
    trash_days,
)

log = structlog.get_logger(__name__)


@require_safe
def trash(request: HttpRequest) -> HttpResponse:
    """List the deleted articles, the last deleted first: those that went together as one group."""
    rows = in_trash().for_lists().order_by()
    page = page_of(rows, request.GET, order=BY_DELETION)
    context = {
        "page": page,
        "groups": deletions(page.rows, timezone.now()),
        "days": trash_days(),
    }
    return render(request, "catalog/trash.html", context)


@require_POST
def restore_articles(request: HttpRequest, verb: str) -> HttpResponse:
    """Restore the selected articles, or with `deleted_at` all that were deleted together."""
    if verb != "restore":
        raise Http404
    number = restore(_selected(request))
    log.info("articles_restored", number=number, by=request.user.get_username())
    if number:
        restored = counted(
            "%(number)s article restored.", "%(number)s articles restored.", number
        )
        messages.success(request, restored)
    else:
        gone = _("No articles restored: they are no longer in the trash.")
        messages.info(request, gone)
    undone_from_message = "deleted_at" in request.POST and "from" not in request.POST
    if undone_from_message:
        return redirect("articles")
    return redirect("trash")


@require_POST
def erase_articles(request: HttpRequest) -> HttpResponse:
    """Erase the selected articles for good."""
    number = erase(_selected(request), timezone.now())
    log.info("articles_erased", number=number, by=request.user.get_username())
    erased = counted(
        "%(number)s article erased.", "%(number)s articles erased.", number
    )
    messages.success(request, erased)
    return redirect("trash")


def _selected(request: HttpRequest) -> ArticleQuerySet:
    deleted_at = _moment(request.POST.get("deleted_at", ""))
    if deleted_at:
        return Article.objects.filter(deleted_at=deleted_at)
    return Article.objects.filter(pk__in=selection(request.POST))


def _moment(text: str) -> datetime | None:
    try:
        return parse_moment(text)
    except ValueError:
        return None
