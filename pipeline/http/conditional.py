"""Parts of pages that are asked for again and again: 304 where nothing has changed, before
anything is drawn.

Such a part carries the tag of what it shows (`data-etag`), and app.js brings that tag with the next
question. Times that run on are no change: the browser moves them (`data-since`). What is estimated
from the clock is drawn anew every few seconds, as `clock` is of the state then.
"""

import hashlib
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

from pipeline.access.roles import role_in

ESTIMATES = 10  # seconds that an estimate may be old


def polled(
    request: HttpRequest,
    template: str,
    state: object,
    context: Callable[[], dict[str, Any]],
) -> HttpResponse:
    """Return the part, or 304 where the client has it already. `state` is all that the part is made
    from, as values."""
    tag = tag_of(request, state)
    response = get_conditional_response(request, etag=tag)
    if response is None:
        response = render(request, template, context() | {"etag": tag})
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


def tag_of(request: HttpRequest, state: object) -> str:
    """Differs where the state or who asks does: a part offers what a role may do, in forms that
    are of a session, in words of a language."""
    asker = (
        request.user.pk,
        role_in(request),
        request.session.session_key,
        get_language(),
    )
    return f'"{hashlib.sha256(repr((asker, state)).encode()).hexdigest()[:32]}"'


def clock(seconds: int = ESTIMATES) -> int:
    """Return a number that changes every so many seconds."""
    return int(time.time()) // seconds
