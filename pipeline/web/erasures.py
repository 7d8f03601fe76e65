"""The page that erases for good: preview, start, progress, and the list of what was erased."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from catalog.models import Source
from catalog.paging import parse_id
from catalog.told import counted
from pipeline.models import ErasedURL
from pipeline.privacy import listed, requests
from pipeline.privacy.requests import NotErased

SHOWN = 50
URLS_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def erasures(request: HttpRequest) -> HttpResponse:
    """Show what was erased, and start erasing what was previewed."""
    if request.method != "POST":
        source = Source.objects.filter(pk=parse_id(request.GET.get("source", "")) or 0)
        host = source.values_list("host", flat=True).first() or ""
        return _page(request, {"host": host})
    host, pattern = _asked(request)
    try:
        erasure = requests.start(host, pattern, request.user.get_username())
    except NotErased as error:
        return _page(request, _said(host, pattern, error), 422)
    started = counted(
        "Erasing %(number)s article.", "Erasing %(number)s articles.", erasure.found
    )
    messages.success(request, started)
    return redirect("erasures")


@require_POST
def erasure_preview(request: HttpRequest) -> HttpResponse:
    """Show how many articles would be erased."""
    host, pattern = _asked(request)
    try:
        found = requests.preview(host, pattern)
    except NotErased as error:
        return _page(request, _said(host, pattern, error), 422)
    return _page(request, {"host": host, "pattern": pattern, "found": found})


@require_POST
def erased_lift(request: HttpRequest) -> HttpResponse:
    """Take a URL off the list of what was erased."""
    try:
        listed.lift(request.POST.get("name", "")[:2_000])
    except NotErased as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Off the list: a crawl may bring it back."))
    return redirect("erasures")


def _asked(request: HttpRequest) -> tuple[str, str]:
    return request.POST.get("host", "").strip(), request.POST.get("pattern", "").strip()


def _said(host: str, pattern: str, error: NotErased) -> dict[str, Any]:
    return {"host": host, "pattern": pattern, "problem": str(error)}


def _page(
    request: HttpRequest, asked: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {
        "erasures": requests.erasures()[:SHOWN],
        "urls": ErasedURL.objects.order_by("-erased_at", "digest")[:URLS_SHOWN],
        "number": ErasedURL.objects.count(),
    }
    return render(request, "web/erasures.html", context | asked, status=status)
