"""Which of the addresses that somebody typed are never fetched, told before anything is
launched."""

from django.conf import settings

from pipeline.core.url import BadAddress, read_addresses
from pipeline.fetching.transport.errors import Failed
from pipeline.fetching.transport.guard import Guard, site_name
from pipeline.fetching.transport.target import target_of

LOOPBACK = "127.0.0.1"


def read_fetchable(text: str) -> tuple[tuple[str, ...], tuple[BadAddress, ...]]:
    """Like `read_addresses`, with addresses that the settings do not allow among the bad ones."""
    good, bad = read_addresses(text)
    guard = Guard(settings.FETCH_ALLOWED_NETWORKS, settings.FETCH_OWN_SITES)
    refusals = {url: _refusal(url, guard) for url in good}
    refused = [BadAddress(url, f"{url}: {why}") for url, why in refusals.items() if why]
    return tuple(url for url in good if not refusals[url]), (*bad, *refused)


def _refusal(url: str, guard: Guard) -> str:
    """Why `url` is never fetched, as far as it shows by itself; what a name resolves to shows
    later."""
    try:
        target = target_of(url)
        is_local = target.name == "localhost" or target.name.endswith(".localhost")
        if (
            is_local
            and site_name(target.name, target.port) not in settings.FETCH_OWN_SITES
        ):
            guard.check_literal(LOOPBACK, target.port)
        guard.check_literal(target.name, target.port)
    except Failed as failed:
        return failed.outcome.detail
    return ""
