"""What a failed request of a source means for the crawl."""

from pipeline.core.failures import Rejected, Unavailable
from pipeline.discovery.frontier.links import FrontierItem

GUESSES = ("guessed-sitemap", "guessed-feed")
# A source that a page names in passing, or that was guessed, may be missing without a note.
_QUIET = (
    *GUESSES,
    "robots",
    "archive",
    "section",
    "tag",
    "month",
    "year",
    "menu",
    "article",
)
_MISSING = {"http-404", "gone", "http-403", "http-410"}
# Failures of a start address after which no other address of the host is requested.
_FINAL = {
    "robots",
    "robots-unreachable",
    "unknown-host",
    "connection-refused",
    "unreachable",
    "internal-address",
    "bad-address",
    "scheme",
    "credentials-in-url",
    "tls",
    "not-http",
}


def ends_crawl(failure: Rejected | Unavailable | None) -> bool:
    """Whether no other address of the host is worth a request after the start failed so."""
    if failure is None:
        return False
    return isinstance(failure, Unavailable) or failure.reason in _FINAL


def failure_note(item: FrontierItem, failure: Rejected | Unavailable) -> str:
    """Say that a source is missing; empty where nobody expected it to be there."""
    if item.kind in _QUIET and failure.reason in _MISSING:
        return ""
    if failure.detail:
        return f"{item.url}: {failure.reason} ({failure.detail})"
    return f"{item.url}: {failure.reason}"
