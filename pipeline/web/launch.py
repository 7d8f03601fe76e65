"""The launch form, and what it is understood to mean while somebody types."""

from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from catalog.paging import parse_id
from pipeline.broker.outages import BrokerError
from pipeline.fetching.addresses import read_fetchable
from pipeline.models import Run
from pipeline.runs import preview
from pipeline.runs.forms import CrawlForm, LaunchForm, shorten, typed
from pipeline.runs.inputs import MAX_BYTES, MAX_LEFT_OUT, BadFile, read_file
from pipeline.runs.launch import launch_parts
from pipeline.web.home import home_context, home_live

log = structlog.get_logger(__name__)
OPTIONS = {
    "file",
    "name",
    "since",
    "until",
    "limit",
    "skip",
    "include",
    "exclude",
    "language",
    "refetch",
}
LONGEST_LOOK = 50_000  # characters of the form that are looked at while somebody types


NO_BROKER = gettext_noop(
    "The message broker is unavailable, so no crawl was started. Your input is still here: try"
    " again in a moment."
)


@vary_on_headers("HX-Request")  # the moving part alone, or the page
def launch(request: HttpRequest) -> HttpResponse:
    """Show the first page: the form, and how things are. A sent form becomes a run."""
    if request.method != "POST" and getattr(request, "htmx", False):
        return home_live(request)
    if request.method != "POST":
        return _launch_page(request, LaunchForm(initial=_again(request)))
    form = _form_of(request)
    if not form.is_valid():
        return _launch_page(request, form, 422)
    try:
        runs = launch_parts(
            form.parameters,
            by=request.user.get_username(),
            name=form.cleaned_data["name"],
            key=form.idempotency_key,
            notes=form.notes,
        )
    except BrokerError as error:
        log.error("launch_refused", error=str(error))
        form.add_error(None, _(NO_BROKER))
        return _launch_page(request, form, 503)
    if len(runs) > 1:
        return HttpResponseRedirect(reverse("runs"), status=303)
    return HttpResponseRedirect(runs[0].get_absolute_url(), status=303)


def _form_of(request: HttpRequest) -> LaunchForm:
    """Return the form as it was sent, with the addresses of a file among those that were typed, and
    without what is no URL where the button said so.

    What a file names beside URLs goes along as left out.
    """
    sent = request.POST.copy()
    problems: list[str] = []
    upload = request.FILES.get("file")
    if upload:
        try:
            rows = read_file(upload.read(MAX_BYTES + 1), upload.name or "")
        except BadFile as error:
            rows = []
            problems = [str(error)]
        addresses = [row.address for row in rows if row.address]
        on_line = _("Line %(line)s: %(problem)s")
        problems += [
            on_line % {"line": row.line, "problem": row.problem}
            for row in rows
            if row.problem
        ]
        sent["addresses"] = "\n".join([sent.get("addresses", ""), *addresses]).strip()
        leave_out(sent, [f"{upload.name}: {problem}" for problem in problems])
    form = LaunchForm(sent)
    if sent.get("only_valid"):
        sent["addresses"] = "\n".join(form.valid_addresses())
        leave_out(sent, [each.error for each in form.invalid])
        return LaunchForm(sent)
    if problems:
        form.add_error("file", shorten(problems))
    return form


def leave_out(sent: QueryDict, problems: list[str]) -> None:
    """Add to what the form brings along as left out: the first MAX_LEFT_OUT, and their number."""
    earlier = sent.get("left_out", "").splitlines()
    count = parse_id(sent.get("left_out_count")) or len(earlier)
    lines = [*earlier, *problems][:MAX_LEFT_OUT]
    sent["left_out"] = "\n".join(line.replace("\0", "?") for line in lines)
    sent["left_out_count"] = str(count + len(problems))


@require_POST
def understood(request: HttpRequest) -> HttpResponse:
    """Show what the form is taken for so far, and what a launch would do."""
    text = request.POST.get("addresses", "")[:LONGEST_LOOK]
    good, bad = read_fetchable(text)
    context = {"good": good, "bad": bad, "most": settings.MAX_ADDRESSES}
    if good and len(good) <= settings.MAX_ADDRESSES:
        form = CrawlForm(request.POST)
        form.is_valid()  # what is not is left out of the sentence
        context["sentence"] = preview.describe_options(
            {**form.cleaned_data, "addresses": list(good)}
        )
        context["precedent"] = preview.last_matching_run(list(good))
    return render(request, "web/_understood.html", context)


def _again(request: HttpRequest) -> dict[str, Any]:
    """`?again=ID` fills the form with the options of an earlier run, `?addresses=` with
    addresses."""
    run = Run.objects.filter(pk=parse_id(request.GET.get("again")) or 0).first()
    if run is None:
        return {"addresses": request.GET.get("addresses", "")}
    return {**typed(run.parameters), "name": run.name}


def _launch_page(
    request: HttpRequest, form: LaunchForm, status: int = 200
) -> HttpResponse:
    context = home_context(request)
    context |= {
        "form": form,
        "max_addresses": settings.MAX_ADDRESSES,
        "options_open": bool(OPTIONS & set(form.errors)) or _has_options(form),
    }
    return render(request, "web/launch.html", context, status=status)


def _has_options(form: LaunchForm) -> bool:
    """Whether something was chosen that the page would else fold away."""
    return any(form[name].value() for name in OPTIONS)
