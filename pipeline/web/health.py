"""/healthz, /readyz and /metrics: for machines that watch this one."""

import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from pipeline.monitor import health
from pipeline.monitor.metrics import exposition


@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process answers; nobody else is asked."""
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """200 where database and broker answer and every migration is applied, else 503; says which
    is missing."""
    found = health.readiness()
    return JsonResponse(found, status=200 if set(found.values()) == {"ok"} else 503)


@require_safe
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """For signed-in people, and for whoever brings METRICS_TOKEN as a bearer token."""
    token = settings.METRICS_TOKEN
    brought = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if (
        not (token and hmac.compare_digest(brought.encode(), token.encode()))
        and not request.user.is_authenticated
    ):
        return HttpResponse(
            "Sign in, or send METRICS_TOKEN as a bearer token.\n",
            status=401,
            content_type="text/plain",
        )
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_PLAIN_0_0_4)
