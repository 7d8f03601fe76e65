"""When a server behind the pages is away: a page that says so with status 503, made without that
server."""

import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token
from django.views.defaults import server_error

from pipeline.broker.outages import BrokerError

RETRY_SECONDS = 5
FAULT = "Something went wrong. The error has been logged."


class OutageMiddleware:
    """Answers for views that could not reach a server."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        return answer(error)


def answer(error: BaseException | None) -> HttpResponse | None:
    """Return the page for an outage; None for any other error."""
    if isinstance(error, (OperationalError, InterfaceError)):
        connection.close()  # it is broken: the next request begins with a new one
        if "statement timeout" in str(error):
            return page("too-long")
        return page("database")
    if isinstance(error, BrokerError):
        return page("broker")
    return None


SAYINGS = {
    "database": "The database is unavailable. Nothing was changed. Try again in a few seconds.",
    "broker": "The message broker is unavailable, so nothing was sent. Try again in a few seconds.",
    "too-long": "The query took too long. Narrow it and try again.",
    "downloads": "Other downloads are being sent. Try again when one has ended.",
}


def page(which: str) -> HttpResponse:
    """Return a page that needs no server, not even for who is asking."""
    response = HttpResponse(
        render_to_string("gleaner/outage.html", {"which": which}), status=503
    )
    response["Retry-After"] = str(RETRY_SECONDS)
    response.which = which  # type: ignore[attr-defined]
    return response


def error_response(response: HttpResponse) -> JsonResponse:
    """Return the same outage as JSON, for a program."""
    given = {"detail": SAYINGS[response.which]}  # type: ignore[attr-defined]
    return JsonResponse(given, status=503, headers={"Retry-After": str(RETRY_SECONDS)})


@requires_csrf_token
def handler500(request: HttpRequest) -> HttpResponse:
    """Django turns what other middleware raises (sessions, sign-in) into a response before any
    middleware sees it."""
    outage = answer(sys.exc_info()[1])
    if request.path_info.startswith("/api/"):
        if outage:
            return error_response(outage)
        return JsonResponse({"detail": FAULT}, status=500)
    return outage or server_error(request, "gleaner/500.html")
