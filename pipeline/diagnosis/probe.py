"""One polite look at a page now, for somebody who waits: what it answers, in sentences."""

from dataclasses import replace
from functools import cache

from pipeline.core.reasons import label_of
from pipeline.core.records import Page
from pipeline.core.url import BadURL, normal_form, same_site
from pipeline.discovery.readers.parse import read
from pipeline.fetching import Fetcher
from pipeline.fetching.factory import policy_from_settings
from pipeline.fetching.hosts import DatabaseHosts


@cache
def _fetcher() -> Fetcher:
    """Return a fetcher for a person who waits: less patient than a worker, and content with a
    smaller page."""
    policy = replace(
        policy_from_settings(),
        max_wait_seconds=3.0,
        max_seconds=12.0,
        max_bytes=3_000_000,
    )
    return Fetcher(policy, DatabaseHosts())


def probe(url: str) -> list[str]:
    """Return what the page answers now, in sentences."""
    answer = _fetcher().fetch(url)
    if not isinstance(answer, Page):
        detail = getattr(answer, "detail", "")
        return [
            f"Not available: {label_of(getattr(answer, 'reason', 'not-modified'))}. {detail}".strip()
        ]
    lines = [
        f"Status {answer.status}, {len(answer.body):,} bytes in {answer.seconds:.1f} s."
    ]
    lines += [
        f"Redirects ({status}) to {location[:300]}."
        for status, location in answer.redirects
    ]
    reading = read(
        answer.body, answer.final_url, answer.headers.get("content-type", "")
    )
    if reading.kind == "page":
        lines.append(
            "Its metadata says that it is an article."
            if reading.article
            else "Its metadata does not say that it is an article."
        )
    else:
        lines.append(f"Not an article page: {reading.kind}.")
    if reading.canonical and _differs(reading.canonical, url):
        lines.append(
            f"Its canonical URL is another: {reading.canonical[:300]}. Check that one, too."
        )
    return lines


def _differs(canonical: str, url: str) -> bool:
    try:
        return same_site(canonical, url) and normal_form(canonical) != normal_form(url)
    except BadURL:
        return False
