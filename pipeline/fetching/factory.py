"""This process's fetcher, made as the settings say."""

import threading
from functools import cache

from django.conf import settings

from pipeline.broker.queues import slots
from pipeline.fetching import Fetcher, Policy
from pipeline.fetching.hosts import DatabaseHosts

MAKING = threading.Lock()


def policy_from_settings() -> Policy:
    """How to fetch, as the settings say."""
    return Policy(
        user_agent=settings.FETCH_USER_AGENT,
        host_delay=settings.FETCH_HOST_DELAY,
        allowed_networks=tuple(settings.FETCH_ALLOWED_NETWORKS),
        own_sites=settings.FETCH_OWN_SITES,
        read_tdmrep=settings.RIGHTS["tdm-reserved"] != "ignore",
        use_env_proxies=settings.FETCH_USE_ENV_PROXIES,
        max_threads_per_host=max(
            1, slots("fetch") // 4
        ),  # so that one slow host never holds them all
    )


def fetcher() -> Fetcher:
    """Return this process's fetcher: every request of every stage goes through it."""
    # sixteen threads with their first URL would each make one, and read the certificates for it
    with MAKING:
        return _fetcher()


@cache
def _fetcher() -> Fetcher:
    return Fetcher(policy_from_settings(), DatabaseHosts())
