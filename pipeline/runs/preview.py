"""What a launch will do, said before it is done."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from catalog.told import counted
from pipeline.core.url import BadURL, host_at
from pipeline.models import Run

MAX_PATTERNS = 3  # that are named


def describe_options(options: Mapping[str, Any]) -> str:
    """Return crawl options (those understood so far) as sentences in the language of the reader; ""
    without an address."""
    addresses = options.get("addresses") or []
    if not addresses:
        return ""
    hosts = {_host(address) for address in addresses} - {""}
    where = counted("%(number)s site", "%(number)s sites", len(hosts))
    if len(addresses) == len(hosts) == 1:
        where = next(iter(hosts))
    parts = ", ".join(_parts(options))
    crawls = _("Crawls %(where)s: %(parts)s.") % {"where": where, "parts": parts}
    return f"{crawls} {_what_is_fetched(options)}"


def last_matching_run(addresses: list[str]) -> Run | None:
    """Return the last run of the same addresses that finished: so many pages, so long."""
    if not addresses:
        return None
    finished = Run.objects.filter(
        parameters__addresses=addresses, state=Run.State.FINISHED, summary__isnull=False
    )
    runs = finished.exclude(parameters__contains={"dry_run": True})
    return runs.only("name", "found", "stored", "summary").first()


def _parts(options: Mapping[str, Any]) -> Iterator[str]:
    limit = options.get("limit")
    if limit:
        yield counted("up to %(number)s article", "up to %(number)s articles", limit)
    else:
        yield _("all articles")
    if options.get("skip"):
        yield _("without the newest %(number)s") % {"number": options["skip"]}
    yield from _days(options.get("since"), options.get("until"))
    if options.get("include"):
        patterns = _list(options["include"])
        yield _("at URLs matching %(patterns)s") % {"patterns": patterns}
    if options.get("exclude"):
        patterns = _list(options["exclude"])
        yield _("not matching %(patterns)s") % {"patterns": patterns}
    if options.get("language"):
        languages = _either(options["language"])
        yield _("written in %(languages)s") % {"languages": languages}


def _what_is_fetched(options: Mapping[str, Any]) -> str:
    if options.get("refetch"):
        return _("Saved articles are fetched again.")
    return _("Articles already saved are fetched only if changed.")


def _days(since: Any, until: Any) -> Iterator[str]:
    days = {"since": since, "until": until}
    if since and until:
        yield _("published from %(since)s to %(until)s") % days
    elif since:
        yield _("published from %(since)s") % days
    elif until:
        yield _("published to %(until)s") % days


def _list(patterns: list[str]) -> str:
    shown = _either(patterns[:MAX_PATTERNS])
    if len(patterns) > MAX_PATTERNS:
        return f"{shown} …"
    return shown


def _either(texts: list[str]) -> str:
    return _(" or ").join(texts)


def _host(address: str) -> str:
    try:
        return host_at(address)
    except BadURL:
        return ""
