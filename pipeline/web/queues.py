"""The queues."""

from collections.abc import Callable
from typing import Any

import structlog
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pipeline.access.audit import record
from pipeline.broker.outages import BrokerError
from pipeline.broker.queues import (
    DEAD_LETTERS,
    DELIVERY_LIMIT,
    HEADER_STAGES,
    STAGES,
)
from pipeline.core.database import execute
from pipeline.http.conditional import clock, polled, tag_of
from pipeline.models import StageIntake
from pipeline.monitor.queues.dead_letters import MOST_SEEN, discard, peek, requeue
from pipeline.monitor.queues.intake import ALSO_WAITS, pause_intake, resume_intake
from pipeline.monitor.queues.series import RANGES, series
from pipeline.monitor.queues.state import STALE, rows
from pipeline.monitor.workers.status import GONE, SILENT, workers
from pipeline.web.charts import arrow_width

log = structlog.get_logger(__name__)
ACTIONS: dict[str, tuple[Callable[[list[str] | None], int], str]] = {
    "requeue": (requeue, "requeued"),
    "discard": (discard, "discarded"),
}
INTAKE: dict[str, Callable[[str, str], bool]] = {
    "pause": pause_intake,
    "resume": resume_intake,
}
# The last sample, and each worker's last sign of life: what the page is made from has changed
# when one of these has.
LAST = """
SELECT (SELECT max(taken_at) FROM monitor_queuesample), array(
    SELECT (beat_at, CASE WHEN %(now)s - beat_at > %(gone)s THEN 2
        WHEN %(now)s - beat_at > %(silent)s THEN 1 ELSE 0 END)::text
    FROM monitor_workerheartbeat ORDER BY name, pid)
"""


@require_safe
def queues(request: HttpRequest) -> HttpResponse:
    """Every stage's queue."""
    tag = tag_of(request, _state())
    return render(
        request,
        "web/queues.html",
        {**_queues(), "ranges": RANGES, "stages": STAGES, "etag": tag},
    )


@require_safe
def queues_live(request: HttpRequest) -> HttpResponse:
    """Show the moving part of it."""
    return polled(request, "web/_queues_live.html", _state(), _queues)


def _state() -> tuple[object, ...]:
    """While samples come these tell; without them what is estimated from the runs' rows is drawn
    by the clock."""
    now = timezone.now()
    [(taken, signs)] = execute(LAST, {"now": now, "gone": GONE, "silent": SILENT})
    stale = taken is None or now - taken > STALE
    pauses = list(StageIntake.objects.paused().order_by("pk").values_list())
    return taken, signs, pauses, stale, clock() if stale else None


def _queues() -> dict[str, Any]:
    now = timezone.now()
    found = rows(now)
    taken = max((row.taken_at for row in found), default=None)
    known = workers(now)
    stages = [row for row in found if row.queue != DEAD_LETTERS]
    return {
        "rows": stages,
        "boxes": [(row, arrow_width(row.flow.into)) for row in stages],
        "paused": [(row, ALSO_WAITS.get(row.queue, "")) for row in stages if row.pause],
        "header_stages": HEADER_STAGES,
        "dead": next((row for row in found if row.queue == DEAD_LETTERS), None),
        "limit": DELIVERY_LIMIT,
        "workers": known,
        "lost": any(worker.state in ("silent", "gone") for worker in known),
        "now": now,
        "taken_at": taken,
        "age": (now - taken).total_seconds() if taken else None,
        "stale": taken is None or now - taken > STALE,
    }


@require_safe
def queues_series(request: HttpRequest) -> JsonResponse:
    """Return the numbers of the chart."""
    name = request.GET.get("range", "1h")
    return JsonResponse(series(name if name in RANGES else "1h", timezone.now()))


@require_POST
def intake(request: HttpRequest, stage: str, verb: str) -> HttpResponse:
    """Pause or resume the intake of a stage: its workers take no messages, or take them again."""
    act = INTAKE.get(verb)
    if act is None or stage not in STAGES:
        raise Http404
    act(stage, request.user.get_username())
    if verb == "pause":
        text = _("Paused: %(stage)s. Its workers finish what they have in progress.")
    else:
        text = _("Resumed: %(stage)s.")
    messages.success(request, text % {"stage": _(stage)})
    return redirect("queues")


@require_POST
def dead_letters(request: HttpRequest) -> HttpResponse:
    """Requeue or discard (`do`) the dead letters of `id`, or all of them where there is no `id`."""
    verb = request.POST.get("do", "requeue")
    if verb not in ACTIONS:
        raise Http404
    chosen = request.POST.getlist("id") or None
    act, done = ACTIONS[verb]
    try:
        number = act(chosen)
    except BrokerError as error:
        text = _(
            "The message broker is unavailable; some messages may be left: %(error)s"
        )
        messages.error(request, text % {"error": error})
    else:
        record(verb, "queue", "dead", after={"messages": number})
        by = request.user.get_username()
        if verb == "requeue":
            log.info("dead_letters_requeued", number=number, by=by)
        else:
            log.info("dead_letters_discarded", number=number, by=by)
        messages.success(request, f"{number} message{pluralize(number)} {done}.")
    return redirect("queues")


def dead_letters_seen(request: HttpRequest) -> HttpResponse:
    """Show some of the dead letters. Looking moves them, so it is asked for by a button."""
    if request.method != "POST":  # the address was typed or kept
        return redirect("queues")
    try:
        found = peek()
    except BrokerError as error:
        return render(
            request, "web/dead_letters.html", {"trouble": str(error)}, status=503
        )
    record("inspect", "queue", "dead", after={"messages": len(found)})
    return render(
        request, "web/dead_letters.html", {"letters": found, "most": MOST_SEEN}
    )
