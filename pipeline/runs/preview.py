"""What a launch will do, said before it is done."""

from collections.abc import Mapping
from typing import Any

from pipeline.core.url import BadURL, host_at
from pipeline.models import Run


def sentence(options: Mapping[str, Any]) -> str:
    """Crawl options (those understood so far) as one sentence; "" without an address."""
    addresses = options.get("addresses") or []
    if not addresses:
        return ""
    hosts = {host for address in addresses if (host := _host(address))}
    where = _count(len(hosts), "site")
    if len(addresses) == len(hosts) == 1:
        where = next(iter(hosts))
    return f"Crawls {where}: {_what(options)}."


def precedent(addresses: list[str]) -> Run | None:
    """The last run of the same addresses that came to its end: so many pages, so long."""
    if not addresses:
        return None
    ended = Run.objects.filter(
        parameters__addresses=addresses, state=Run.State.FINISHED, summary__isnull=False
    )
    return (
        ended.exclude(parameters__contains={"dry_run": True})
        .only("name", "found", "stored", "summary")
        .first()
    )


def _what(options: Mapping[str, Any]) -> str:
    limit = options.get("limit")
    skip = options.get("skip")
    parts = [f"up to {_count(limit, 'article')}" if limit else "all articles"]
    parts += [f"without the newest {skip}"] if skip else []
    days = [
        f"{word} {options[name]}"
        for name, word in (("since", "from"), ("until", "to"))
        if options.get(name)
    ]
    parts += [f"published {' '.join(days)}"] if days else []
    parts += [f"at URLs matching {_list(options['include'])}"] if options.get("include") else []
    parts += [f"not matching {_list(options['exclude'])}"] if options.get("exclude") else []
    parts += [f"written in {' or '.join(options['language'])}"] if options.get("language") else []
    if options.get("refetch"):
        fetched = "Saved articles are fetched again"
    else:
        fetched = "Articles already saved are fetched only if changed"
    return f"{', '.join(parts)}. {fetched}"


def _list(patterns: list[str]) -> str:
    return " or ".join(patterns[:3]) + (" …" if len(patterns) > 3 else "")


def _count(number: int, noun: str) -> str:
    if noun.endswith("s"):
        plural = f"{noun}es"
    else:
        plural = f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def _host(address: str) -> str:
    try:
        return host_at(address)
    except BadURL:
        return ""
