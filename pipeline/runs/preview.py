"""What a launch will do, said before it is done."""

from collections.abc import Mapping
from typing import Any

from pipeline.core.url import BadURL, host_at
from pipeline.models import Run

MAX_PATTERNS = 3  # that are named


def describe_options(options: Mapping[str, Any]) -> str:
    """Return crawl options (those understood so far) as one sentence; "" without an address."""
    addresses = options.get("addresses") or []
    if not addresses:
        return ""
    hosts = {_host(address) for address in addresses} - {""}
    where = _count(len(hosts), "site")
    if len(addresses) == len(hosts) == 1:
        where = next(iter(hosts))
    return f"Crawls {where}: {_what(options)}."


def last_matching_run(addresses: list[str]) -> Run | None:
    """Return the last run of the same addresses that finished: so many pages, so long."""
    if not addresses:
        return None
    finished = Run.objects.filter(
        parameters__addresses=addresses, state=Run.State.FINISHED, summary__isnull=False
    )
    runs = finished.exclude(parameters__contains={"dry_run": True})
    return runs.only("name", "found", "stored", "summary").first()


def _what(options: Mapping[str, Any]) -> str:
    parts = ["all articles"]
    limit = options.get("limit")
    if limit:
        parts = [f"up to {_count(limit, 'article')}"]
    if options.get("skip"):
        parts.append(f"without the newest {options['skip']}")
    days = _days(options)
    if days:
        parts.append(f"published {days}")
    if options.get("include"):
        parts.append(f"at URLs matching {_list(options['include'])}")
    if options.get("exclude"):
        parts.append(f"not matching {_list(options['exclude'])}")
    if options.get("language"):
        parts.append(f"written in {' or '.join(options['language'])}")
    fetched = "Articles already saved are fetched only if changed"
    if options.get("refetch"):
        fetched = "Saved articles are fetched again"
    return f"{', '.join(parts)}. {fetched}"


def _days(options: Mapping[str, Any]) -> str:
    days = []
    if options.get("since"):
        days.append(f"from {options['since']}")
    if options.get("until"):
        days.append(f"to {options['until']}")
    return " ".join(days)


def _list(patterns: list[str]) -> str:
    shown = " or ".join(patterns[:MAX_PATTERNS])
    if len(patterns) > MAX_PATTERNS:
        return f"{shown} …"
    return shown


def _count(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun}s"


def _host(address: str) -> str:
    try:
        return host_at(address)
    except BadURL:
        return ""
