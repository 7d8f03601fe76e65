"""The page "Why is this URL not here?"."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pipeline.core.url import read_addresses
from pipeline.diagnosis.predict import predict
from pipeline.diagnosis.probe import probe
from pipeline.diagnosis.report import explain, find_url

MAX_ADDRESS_LENGTH = 2_000  # characters of an address


@require_safe
def why(request: HttpRequest) -> HttpResponse:
    """Everything that is known of an address. Asks nobody but our own database."""
    return render(request, "web/why.html", _context(request.GET.get("url", "")))


@require_POST
def look_now(request: HttpRequest) -> HttpResponse:
    """Show the same with one polite look at the page itself: robots.txt, guard and pace hold as for
    every fetch."""
    context = _context(request.POST.get("url", ""))
    if url := context.get("url"):
        context["look"] = probe(url)
    return render(request, "web/why.html", context)


def _context(text: str) -> dict[str, Any]:
    text = text.strip()[:MAX_ADDRESS_LENGTH]
    good, bad = read_addresses(text)
    found: dict[str, Any] = {}
    if good:
        found = find_url(good[0])
    elif bad:
        found = {"error": bad[0].error}
    if found.get("last"):
        found["steps"] = explain(found["last"])
    elif found.get("key") and not found["article"]:
        found["prospects"] = predict(found["url"], found["source"], timezone.now())
    return {"why_url": text, **found}
