"""Watches: one's own, and what they sent."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from catalog.paging import page_of
from pipeline.access.models import Watch
from pipeline.access.watches.form import WatchForm
from pipeline.access.webhooks import delivery as webhooks_delivery
from pipeline.api.app import ERRORS, InvalidInput, Problem
from pipeline.api.pagination import KEYS, Limit, Listed, listed
from pipeline.api.schemas import Strict
from pipeline.api.webhooks import Sent
from pipeline.runs.control import InvalidState

router = Router(tags=["watches"])


class WatchInput(Strict):
    """What of, where to, how often: `each` article, or a digest `hourly`, `daily` or `weekly`.

    Times are of `zone`; `weekday` 1 is Monday. Nothing is sent from `quiet_from` to `quiet_to`.
    """

    view: int
    url: str
    rhythm: str = "daily"
    at: str = "08:00"
    weekday: int = 1
    zone: str = ""
    quiet_from: str = ""
    quiet_to: str = ""


class WatchOut(Schema):
    """A saved view whose new articles are told."""

    id: int
    view: int
    view_name: str
    url: str
    active: bool
    rhythm: str
    at: time
    weekday: int
    zone: str
    quiet_from: time | None
    quiet_to: time | None
    next_at: datetime | None
    created_at: datetime


class NewWatch(WatchOut):
    """`secret` signs what is posted."""

    secret: str


def to_json(watch: Watch) -> dict[str, Any]:
    """Return a watch for programs."""
    names = ("id", "rhythm", "at", "weekday", "zone", "quiet_from", "quiet_to")
    values = {name: getattr(watch, name) for name in names}
    return values | {
        "view": watch.view_id,
        "view_name": watch.view.name,
        "url": watch.receiver.url,
        "active": watch.receiver.active,
        "next_at": watch.next_at,
        "created_at": watch.created_at,
        "secret": watch.receiver.secret,
    }


def _watch(request: HttpRequest, pk: int) -> Watch:
    found: Watch = get_object_or_404(Watch.objects.owned_by(request.user.pk), pk=pk)
    return found


def _saved(form: WatchForm) -> Watch:
    if not form.is_valid():
        raise InvalidInput.of(form)
    return form.save()


@router.get(
    "/watches", response={200: Listed[WatchOut], ERRORS: Problem}, openapi_extra=KEYS
)
def list_watches(request: HttpRequest, limit: Limit = 100) -> Any:
    """One's own watches, the newest first."""
    page = page_of(Watch.objects.owned_by(request.user.pk), request.GET, limit)
    return listed(request, page.rows, page.older, page.newer, to_json)


@router.post("/watches", response={201: NewWatch, ERRORS: Problem})
def make_watch(request: HttpRequest, body: WatchInput) -> Any:
    """Be told of what is new in a saved view from now on."""
    form = WatchForm(body.dict(), owner_id=request.user.pk or 0)
    return Status(201, to_json(_saved(form)))


@router.get("/watches/{int:pk}", response={200: NewWatch, ERRORS: Problem})
def show_watch(request: HttpRequest, pk: int) -> Any:
    """One watch."""
    return to_json(_watch(request, pk))


@router.put("/watches/{int:pk}", response={200: NewWatch, ERRORS: Problem})
def change_watch(request: HttpRequest, pk: int, body: WatchInput) -> Any:
    """Change a watch. What was told is not told again."""
    watch = _watch(request, pk)
    return to_json(
        _saved(WatchForm(body.dict(), owner_id=request.user.pk or 0, watch=watch))
    )


@router.delete("/watches/{int:pk}", response={204: None, ERRORS: Problem})
def delete_watch(request: HttpRequest, pk: int) -> Any:
    """Delete a watch and the list of what it sent."""
    _watch(request, pk).delete()
    return Status(204, None)


@router.post("/watches/{int:pk}/pause", response={200: WatchOut, ERRORS: Problem})
def pause_watch(request: HttpRequest, pk: int) -> Any:
    """Nothing is sent; what is new meanwhile is kept."""
    watch = _watch(request, pk)
    watch.receiver.switch(False)
    return to_json(watch)


@router.post("/watches/{int:pk}/resume", response={200: WatchOut, ERRORS: Problem})
def resume_watch(request: HttpRequest, pk: int) -> Any:
    """Send what was kept, and go on."""
    watch = _watch(request, pk)
    watch.receiver.switch(True)
    return to_json(watch)


@router.post("/watches/{int:pk}/sample", response={200: Sent, ERRORS: Problem})
def send_sample(request: HttpRequest, pk: int) -> Any:
    """Send the newest articles of the view at once, as a sample, and return what came of it; 409
    within half a minute after another one."""
    receiver = _watch(request, pk).receiver
    if not webhooks_delivery.may_send_sample(receiver):
        raise InvalidState(webhooks_delivery.SAMPLE_TOO_SOON)
    return webhooks_delivery.test(receiver)


@router.get(
    "/watches/{int:pk}/deliveries",
    response={200: Listed[Sent], ERRORS: Problem},
    openapi_extra=KEYS,
)
def list_watch_deliveries(request: HttpRequest, pk: int, limit: Limit = 100) -> Any:
    """List what was sent and what is due, the newest first; `facts` has the ids of the articles."""
    deliveries = _watch(request, pk).receiver.deliveries.all()
    page = page_of(deliveries, request.GET, limit)
    return listed(request, page.rows, page.older, page.newer)


@router.post(
    "/watches/{int:pk}/deliveries/{uuid:delivery}/resend",
    response={200: Sent, ERRORS: Problem},
)
def resend_watch_delivery(request: HttpRequest, pk: int, delivery: UUID) -> Any:
    """Make a delivery due now."""
    receiver = _watch(request, pk).receiver
    found = get_object_or_404(receiver.deliveries, id=delivery)
    webhooks_delivery.again(found)
    found.refresh_from_db()
    return found
