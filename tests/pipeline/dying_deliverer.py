"""Tells watches once, as a worker does, and is killed at the point that FAULT names."""

import os
import signal
from typing import Any

import django

django.setup()

from pipeline.access.models import NewArticle  # noqa: E402
from pipeline.access.watches import compose, matching  # noqa: E402
from pipeline.access.webhooks import delivery, tasks  # noqa: E402


def die(*_: object, **__: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def die_after(function: Any) -> Any:
    """The same function, after which the process is gone."""
    return lambda *given, **named: (function(*given, **named), die())[0]


def break_at(point: str) -> None:
    """Patch what is done there."""
    match point:
        case "while matching":
            NewArticle.objects.filter = die  # type: ignore[method-assign]
        case "after matching":
            tasks.compose_due = die
        case "while composing":
            compose.WatchMatch.objects.bulk_update = die  # type: ignore[method-assign]
            compose._make = die_after(compose._make)
        case "after composing":
            delivery.claim = die  # type: ignore[assignment]
        case "after claiming":
            delivery.deliver = die  # type: ignore[assignment]
        case "after the receiver took it":
            delivery._post = die_after(delivery._post)


assert matching
if __name__ == "__main__":
    break_at(os.environ["FAULT"])
    tasks.deliver_due()
