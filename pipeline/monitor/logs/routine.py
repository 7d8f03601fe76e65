"""What the product does for itself: the ticks of its scheduler, page views, the pacing of its
requests.

These lines are written with the level debug, so that the log's page and its counts leave them out
unless asked.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any

PAGE_VIEWS = {"request_started", "request_finished", "image_fetched"}
READING = ("GET ", "HEAD ", "OPTIONS ")
SCHEDULER = "celery.beat"
PACING = "host-busy"  # the reason of a wait for a host's turn
# An image that its host no longer has: a list of articles asks for dozens.
IMAGE = re.compile(r"(?:GET|HEAD) \S*/articles/\d+/images/")
NOT_FOUND = 404


def level_of(event: Mapping[str, Any], level: int) -> int:
    """Return the level to write the line with: debug for routine lines that tell of no trouble."""
    if level == logging.INFO and is_routine(event):
        return logging.DEBUG
    if level == logging.WARNING and is_missing_image(event):
        return logging.DEBUG
    return level


def is_missing_image(event: Mapping[str, Any]) -> bool:
    """Whether this is an image of an article that could not be had; `image_fetched` says why."""
    return (
        event.get("event") == "request_finished"
        and event.get("code") == NOT_FOUND
        and bool(IMAGE.match(str(event.get("request"))))
    )


def is_routine(event: Mapping[str, Any]) -> bool:
    """Whether nobody who looks for what happened to their articles misses this line."""
    name = event.get("event")
    if name in PAGE_VIEWS:
        return name != "request_finished" or str(event.get("request")).startswith(
            READING
        )
    if name == "try_later":
        return event.get("reason") == PACING
    return event.get("logger") == SCHEDULER
