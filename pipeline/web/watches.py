"""Watches: who is told what is new in a saved view, and what was sent."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from catalog.models import Article
from catalog.paging import page_of, parse_id
from catalog.saved_views import visible_to
from pipeline.access.models import Delivery, Watch
from pipeline.access.watches.form import WatchForm, values_of
from pipeline.access.watches.unsubscribe import SECRET, open_watch
from pipeline.access.webhooks import delivery

DELIVERIES = 50  # a page
TITLES = 5  # of a delivery


@require_safe
def watches(request: HttpRequest) -> HttpResponse:
    """List one's own watches."""
    untold = Count("matches", filter=Q(matches__delivery=None))
    rows = Watch.objects.owned_by(request.user.pk).annotate(untold=untold)
    views = visible_to(request.user.pk).order_by("name")[:200]
    context = {"watches": rows[:200], "views": views}
    return render(request, "web/watches.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def watch_new(request: HttpRequest) -> HttpResponse:
    """Show the form of a new watch, of the view that `?view=` names; sent, it is one."""
    if request.method == "POST":
        return _save(request, WatchForm(request.POST, owner_id=request.user.pk or 0))
    initial = {"view": parse_id(request.GET.get("view"))}
    return _form_page(
        request, WatchForm(owner_id=request.user.pk or 0, initial=initial)
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def watch_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the same form for a watch that is there."""
    watch = get_object_or_404(Watch.objects.owned_by(request.user.pk), pk=pk)
    if request.method == "POST":
        return _save(
            request, WatchForm(request.POST, owner_id=request.user.pk or 0, watch=watch)
        )
    form = WatchForm(
        owner_id=request.user.pk or 0, watch=watch, initial=values_of(watch)
    )
    return _form_page(request, form)


def _save(request: HttpRequest, form: WatchForm) -> HttpResponse:
    if not form.is_valid():
        return _form_page(request, form, 422)
    watch = form.save()
    done = _("You will be notified of new articles in “%(name)s”.")
    messages.success(request, done % {"name": watch})
    return redirect(watch)


def _form_page(
    request: HttpRequest, form: WatchForm, status: int = 200
) -> HttpResponse:
    return render(request, "web/watch_form.html", {"form": form}, status=status)


@require_safe
def watch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One watch, and what was sent: the newest first, with outcome."""
    watch = get_object_or_404(Watch.objects.owned_by(request.user.pk), pk=pk)
    page = page_of(watch.receiver.deliveries.all(), request.GET, DELIVERIES)
    context = {
        "watch": watch,
        "page": page,
        "lines": _lines(page.rows),
        "untold": watch.matches.filter(delivery=None).count(),
    }
    return render(request, "web/watch.html", context)


def _lines(deliveries: list[Delivery]) -> list[dict[str, Any]]:
    """Return deliveries with the first of their articles that are still there."""
    ids = {pk for each in deliveries for pk in each.facts.get("articles", [])[:TITLES]}
    articles = Article.objects.live().only("title").in_bulk(ids)
    lines = []
    for each in deliveries:
        told = each.facts.get("articles", [])
        found = [articles[pk] for pk in told[:TITLES] if pk in articles]
        more = max(len(told) - TITLES, 0)
        lines.append({"delivery": each, "articles": found, "more": more})
    return lines


@require_POST
def watch_do(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Send a sample or a delivery again, pause or resume the watch, or delete it."""
    watch = get_object_or_404(Watch.objects.owned_by(request.user.pk), pk=pk)
    if verb not in VERBS:
        raise Http404
    VERBS[verb](request, watch)
    if verb == "delete":
        return redirect("watches")
    return redirect(watch)


def _sample(request: HttpRequest, watch: Watch) -> None:
    if not delivery.may_send_sample(watch.receiver):
        refusal = _("Not sent: %(reason)s.")
        messages.warning(request, refusal % {"reason": _(delivery.SAMPLE_TOO_SOON)})
        return
    sent = delivery.test(watch.receiver)
    if sent.delivered_at:
        done = _("Sample delivered: status %(status)s.")
        messages.success(request, done % {"status": sent.status})
    else:
        messages.error(request, _("Sample failed: %(error)s") % {"error": sent.error})


def _again(request: HttpRequest, watch: Watch) -> None:
    number = parse_id(request.POST.get("delivery"))
    found = get_object_or_404(watch.receiver.deliveries, pk=number or 0)
    delivery.again(found)
    messages.success(request, _("Resending within 10 seconds."))


def _pause(_request: HttpRequest, watch: Watch) -> None:
    watch.receiver.switch(False)


def _resume(_request: HttpRequest, watch: Watch) -> None:
    watch.receiver.switch(True)


def _delete(request: HttpRequest, watch: Watch) -> None:
    watch.delete()
    messages.success(request, _("Watch deleted: %(name)s.") % {"name": watch})


VERBS = {
    "sample": _sample,
    "again": _again,
    "pause": _pause,
    "resume": _resume,
    "delete": _delete,
}


@csrf_exempt  # mail programs send it (RFC 8058); the secret says who
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def watch_unsubscribe(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause a watch by the link in its mails, without a session. To follow the link only asks:
    mail servers do that, too."""
    watch = open_watch(pk, request.GET)
    if watch is None:
        raise Http404
    if request.method == "POST" and watch.receiver.active:
        watch.receiver.switch(False)
    context = {"watch": watch, "secret": request.GET[SECRET]}
    response = render(request, "web/unsubscribe.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response
