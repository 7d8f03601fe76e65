"""Webhooks and what was sent to them, for admins."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from catalog.paging import page_of
from pipeline.access.forms import WebhookForm
from pipeline.access.models import Delivery, Webhook
from pipeline.access.webhooks import delivery as webhooks_delivery
from pipeline.api.app import ERRORS, InvalidInput, Problem
from pipeline.api.pagination import KEYS, Limit, Listed, listed
from pipeline.api.schemas import Strict

router = Router(tags=["webhooks"])


class WebhookInput(Strict):
    """Where to send what."""

    url: str
    events: list[str]


class Hook(Schema):
    """An address that is told of events."""

    id: int
    url: str
    events: list[str]
    active: bool
    created_at: datetime


class NewHook(Hook):
    """`secret` signs what is sent, and is told this once."""

    secret: str


class Sent(Schema):
    """One event on its way to a webhook."""

    id: UUID
    event: str
    run: int | None
    happened_at: datetime
    state: str
    attempts: int
    status: int | None
    error: str
    next_at: datetime | None
    facts: dict[str, Any]


def _hook(pk: int) -> Webhook:
    return get_object_or_404(Webhook.objects.of_admins(), pk=pk)


@router.get(
    "/webhooks", response={200: Listed[Hook], ERRORS: Problem}, openapi_extra=KEYS
)
def list_webhooks(request: HttpRequest, limit: Limit = 100) -> Any:
    """Who is told of what. For admins, as all of this."""
    page = page_of(Webhook.objects.of_admins(), request.GET, limit)
    return listed(request, page.rows, page.older, page.newer)


@router.post("/webhooks", response={201: NewHook, ERRORS: Problem})
def make_webhook(request: HttpRequest, body: WebhookInput) -> Any:
    """Create a webhook. Its secret is returned this once."""
    form = WebhookForm(body.dict())
    if not form.is_valid():
        raise InvalidInput.of(form)
    return Status(201, Webhook.objects.make(**form.cleaned_data))


@router.get("/webhooks/{int:pk}", response={200: Hook, ERRORS: Problem})
def show_webhook(request: HttpRequest, pk: int) -> Any:
    """One webhook."""
    return _hook(pk)


@router.delete("/webhooks/{int:pk}", response={204: None, ERRORS: Problem})
def remove_webhook(request: HttpRequest, pk: int) -> Any:
    """Remove it and the list of what was sent to it."""
    _hook(pk).delete()
    return Status(204, None)


@router.post("/webhooks/{int:pk}/enable", response={200: Hook, ERRORS: Problem})
def enable_webhook(request: HttpRequest, pk: int) -> Any:
    """Enable the webhook: what is due is sent."""
    return _hook(pk).switch(True)


@router.post("/webhooks/{int:pk}/disable", response={200: Hook, ERRORS: Problem})
def disable_webhook(request: HttpRequest, pk: int) -> Any:
    """Nothing is sent; what is due waits."""
    return _hook(pk).switch(False)


@router.post("/webhooks/{int:pk}/test", response={200: Sent, ERRORS: Problem})
def send_test(request: HttpRequest, pk: int) -> Any:
    """Send a test at once, and return what came of it."""
    return webhooks_delivery.test(_hook(pk))


@router.get(
    "/webhooks/{int:pk}/deliveries",
    response={200: Listed[Sent], ERRORS: Problem},
    openapi_extra=KEYS,
)
def list_deliveries(request: HttpRequest, pk: int, limit: Limit = 100) -> Any:
    """List what was sent to it and what is due, the newest first."""
    page = page_of(_hook(pk).deliveries.all(), request.GET, limit)
    return listed(request, page.rows, page.older, page.newer)


@router.post(
    "/webhooks/{int:pk}/deliveries/{uuid:delivery}/resend",
    response={200: Sent, ERRORS: Problem},
)
def resend_delivery(request: HttpRequest, pk: int, delivery: UUID) -> Any:
    """Make a delivery due now."""
    found = get_object_or_404(Delivery, webhook=pk, id=delivery)
    webhooks_delivery.again(found)
    found.refresh_from_db()
    return found
