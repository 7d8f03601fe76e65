"""What a run's page leads to: what it would take, what it found otherwise than before, and
another limit for it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalog.paging import parse_id
from pipeline.core.reasons import DRY_RUN
from pipeline.models import Journey, Run
from pipeline.summary.comparison import (
    compare_within,
    earlier,
    keep,
    last_before,
    urls_are_gone,
)
from pipeline.summary.progress import Progress, previewed, progress

SHOWN = 100
NAMED = 200  # URLs of one kind of change
CHOICES = 20  # earlier runs that can be compared with
STATES = ("found", *Journey.State.values[1:], "pending")


@require_safe
def run_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a run that only looked would take, in its order, with source, score and reasons;
    and what it would leave."""
    run = get_object_or_404(Run, pk=pk)
    rows = run.journeys.filter(reason=DRY_RUN).defer("attempts").order_by("pk")
    found = list(
        rows.filter(pk__gte=parse_id(request.GET.get("from")) or 0)[: SHOWN + 1]
    )
    counted = progress(run)
    context = {
        "run": run,
        "journeys": found[:SHOWN],
        "following": found[SHOWN].pk if len(found) > SHOWN else None,
        "takes": previewed(counted),
        "unchanged": counted.states["unchanged"],
        "leaves": [each for each in counted.reasons if each.reason != DRY_RUN],
    }
    return render(request, "web/preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def run_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the run found that differs from `?before=`, or from the last of the earlier ones. A
    POST has it kept."""
    run = get_object_or_404(Run, pk=pk)
    asked = parse_id(request.GET.get("before"))
    if asked is None:
        before = last_before(run)
    else:
        before = get_object_or_404(Run, pk=asked)
    context: dict[str, Any] = {
        "run": run,
        "before": before,
        "choices": earlier(run)[:CHOICES],
        "named": NAMED,
    }
    if before and request.method == "POST":
        if not keep(before, run):
            refusal = _(
                "Could not compare: a run has not ended, or there are too many URLs."
            )
            messages.warning(request, refusal)
        return HttpResponseRedirect(
            f"{reverse('run-compare', args=[pk])}?before={before.pk}", status=303
        )
    if before:
        found = compare_within(before, run)
        old = _sums(before)
        new = _sums(run)
        context["sums"] = [
            (name, old[name], new[name], new[name] - old[name]) for name in STATES
        ]
        context["urls"] = old["found"] + new["found"]
        context["over"] = before.ended and run.ended
        context["urls_are_gone"] = urls_are_gone(before, run)
        context["found"] = found
    if before and found:
        context["kinds"] = [
            (_("New"), _("articles that were not found before"), found.new),
            (_("Changed"), _("content changed"), found.changed),
            (
                _("Gone"),
                _("no longer listed, or 404 / 410"),
                found.gone,
            ),
            (_("Newly failing"), _("failed now but not before"), found.newly_failing),
        ]
        context["moves"] = found.moves
    return render(request, "web/compare.html", context)


def _sums(run: Run) -> dict[str, int]:
    """How many URLs it found, and of each state; of a run that is on, as far as it has come."""
    counted: Run | Progress
    if run.ended:
        counted = run
    else:
        counted = progress(run)
    return {"found": counted.found, **counted.states}
