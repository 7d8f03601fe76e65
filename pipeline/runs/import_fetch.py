"""A list that is brought by its URL: fetched once, while somebody waits."""

from dataclasses import replace
from functools import cache

from pipeline.core.reasons import label_of
from pipeline.core.records import Page
from pipeline.fetching import Fetcher
from pipeline.fetching.addresses import read_fetchable
from pipeline.fetching.factory import policy_from_settings
from pipeline.fetching.hosts import DatabaseHosts
from pipeline.runs.inputs import MAX_BYTES, BadFile


@cache
def _fetcher() -> Fetcher:
    policy = replace(
        policy_from_settings(),
        max_wait_seconds=3.0,
        max_seconds=15.0,
        max_bytes=MAX_BYTES,
        max_source_bytes=MAX_BYTES,
    )
    return Fetcher(policy, DatabaseHosts())


def fetch_list(url: str) -> bytes:
    """Return the list at a URL. Raises BadFile with the reason where it cannot be had."""
    good, bad = read_fetchable(url)
    if bad or len(good) != 1:
        said = bad[0].error if bad else "Enter one URL."
        raise BadFile(said)
    answer = _fetcher().fetch(good[0], purpose="source")
    if isinstance(answer, Page):
        return answer.body
    reason = label_of(getattr(answer, "reason", "not-modified"))
    detail = getattr(answer, "detail", "")
    raise BadFile(f"The list is not available: {reason}. {detail}".strip())
