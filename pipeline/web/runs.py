"""The list of runs, and the buttons that steer one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from catalog.paging import Page, page_of
from pipeline.models import Run
from pipeline.runs import control
from pipeline.runs.control import VERBS
from pipeline.summary.progress import under_way


@require_safe
def run_list(request: HttpRequest) -> HttpResponse:
    """All runs, newest first."""
    page: Page[Run] = page_of(Run.objects.all(), request.GET, 50)
    return render(request, "web/runs.html", {"page": page, "under_way": under_way(page.rows)})


@require_POST
def run_steer(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Cancels, pauses, resumes the run, or sends its failed URLs again."""
    run = get_object_or_404(Run, pk=pk)
    try:
        VERBS[verb](run.pk, by=request.user.get_username())
    except KeyError:
        raise Http404 from None
    except control.InvalidState as refused:
        messages.warning(request, str(refused))
    return redirect(run)
