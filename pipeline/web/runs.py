"""The list of runs, and the buttons that steer one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.paging import Page, page_of
from pipeline.http.conditional import polled, tag_of
from pipeline.models import Run
from pipeline.runs import control
from pipeline.runs.filters import RunFilter
from pipeline.runs.steering import VERBS
from pipeline.summary.progress import Progress, running_progress

PAGE_SIZE = 50


@require_safe
@vary_on_headers("HX-Request")  # the table alone, or the page
def run_list(request: HttpRequest) -> HttpResponse:
    """Show the runs that match, newest first; the table updates itself."""
    chosen = RunFilter(request.GET, Run.objects.all())
    page: Page[Run] = page_of(chosen.qs, request.GET, PAGE_SIZE)
    counted = running_progress(page.rows)
    state = list_state(page.rows, counted)
    context = {
        "page": page,
        "running_progress": counted,
        "filter": chosen,
        "filtered": any(request.GET.get(name) for name in chosen.filters),
    }
    if getattr(request, "htmx", False):
        return polled(request, "web/_runs.html", state, lambda: context)
    chosen.list_jobs()
    return render(request, "web/runs.html", context | {"etag": tag_of(request, state)})


def list_state(
    runs: list[Run], counted: dict[int, Progress]
) -> list[tuple[object, ...]]:
    """All that a list of runs is made from."""
    return [
        (run.pk, run.state, run.finished_at, run.discovery, counted.get(run.pk))
        for run in runs
    ]


@require_POST
def run_steer(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Cancel, pause or resume the run, or send its failed URLs again."""
    run = get_object_or_404(Run, pk=pk)
    try:
        VERBS[verb](run.pk, by=request.user.get_username())
    except KeyError:
        raise Http404 from None
    except control.InvalidState as refused:
        messages.warning(request, str(refused))
    return redirect(run)
