"""The pages of webhooks: who is told of what, and whether it arrived."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from catalog.paging import page_of
from pipeline.access.forms import WebhookForm
from pipeline.access.models import Delivery, Webhook
from pipeline.access.webhooks import delivery

DELIVERIES = 50  # a page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """All webhooks, and the form for another. Its secret is shown once."""
    form = WebhookForm(request.POST or None)
    made = None
    if form.is_valid():
        made = Webhook.objects.make(**form.cleaned_data)
        form = WebhookForm()
    context = {
        "form": form,
        "made": made,
        "webhooks": Webhook.objects.of_admins()[:200],
    }
    return render(
        request, "web/webhooks.html", context, status=422 if form.errors else 200
    )


@require_safe
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One webhook and what was sent to it, the newest first."""
    hook = get_object_or_404(Webhook.objects.of_admins(), pk=pk)
    context = {
        "webhook": hook,
        "page": page_of(hook.deliveries.all(), request.GET, DELIVERIES),
    }
    return render(request, "web/webhook.html", context)


@require_POST
def webhook_do(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Send a test or a delivery again, enable or disable the webhook, or delete it."""
    hook = get_object_or_404(Webhook.objects.of_admins(), pk=pk)
    if verb not in VERBS:
        raise Http404
    return VERBS[verb](request, hook)


def _test(request: HttpRequest, hook: Webhook) -> HttpResponse:
    sent = delivery.test(hook)
    if sent.delivered_at:
        done = _("Test delivered: status %(status)s.")
        messages.success(request, done % {"status": sent.status})
    else:
        messages.error(request, _("Test failed: %(error)s") % {"error": sent.error})
    return redirect(hook)


def _again(request: HttpRequest, hook: Webhook) -> HttpResponse:
    number = request.POST.get("delivery", "")
    known = number.isdecimal() and len(number) < 19
    delivery.again(get_object_or_404(Delivery, pk=number if known else 0, webhook=hook))
    messages.success(request, _("Resending within 10 seconds."))
    return redirect(hook)


def _switch(request: HttpRequest, hook: Webhook) -> HttpResponse:
    return redirect(hook.switch(not hook.active))


def _remove(request: HttpRequest, hook: Webhook) -> HttpResponse:
    hook.delete()
    messages.success(request, _("Webhook deleted: %(url)s") % {"url": hook.url})
    return redirect("webhooks")


VERBS = {"test": _test, "again": _again, "switch": _switch, "remove": _remove}
