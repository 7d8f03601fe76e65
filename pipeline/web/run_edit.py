"""Another limit, other patterns or further addresses for a run that is on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from pipeline.models import Run
from pipeline.runs.control import InvalidState
from pipeline.runs.edit import add, change, validate_addition
from pipeline.runs.forms import ChangeForm, typed


def run_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another limit, other patterns or further addresses for a run that is on."""
    run = get_object_or_404(Run, pk=pk)
    now = {**typed(run.parameters), "addresses": ""}
    if request.method == "POST":
        form = ChangeForm(request.POST)
    else:
        form = ChangeForm(initial=now)
    if form.is_valid():
        try:
            did = _changed(run, form, request.user.get_username())
            messages.success(request, f"{did[:1].upper()}{did[1:]}.")
            return HttpResponseRedirect(run.get_absolute_url(), status=303)
        except InvalidState as refused:
            form.add_error(None, str(refused))
    changeable = run.state in (Run.State.QUEUED, Run.State.RUNNING, Run.State.PAUSED)
    run.refresh_from_db()
    context = {"run": run, "form": form, "changeable": changeable}
    return render(
        request, "web/change.html", context, status=422 if form.errors else 200
    )


def _changed(run: Run, form: ChangeForm, by: str) -> str:
    """Return what was done. Raises InvalidState before anything is, where it can be told by
    then."""
    options = form.options(run.parameters)
    addresses = form.cleaned_data["addresses"]
    if addresses:
        validate_addition(run, addresses)
    if options:
        did = [change(run.pk, by=by, **options)]
    else:
        did = []
    did += [add(run.pk, addresses, by=by)] if addresses else []
    return "; ".join(did) or _("no changes")
