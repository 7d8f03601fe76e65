"""The options of a run as discovery takes them."""

from datetime import date
from typing import Any

from pipeline.discovery.discover import CrawlOptions


def options_from_parameters(parameters: dict[str, Any]) -> CrawlOptions:
    """Return a run's parameters as discovery takes them."""
    since, until = (parameters.get(name) for name in ("since", "until"))
    return CrawlOptions(
        addresses=tuple(parameters["addresses"]),
        include=tuple(parameters.get("include") or ()),
        exclude=tuple(parameters.get("exclude") or ()),
        since=date.fromisoformat(since) if since else None,
        until=date.fromisoformat(until) if until else None,
        skip=parameters.get("skip") or 0,
        limit=parameters.get("limit"),
    )
