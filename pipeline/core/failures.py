"""Expected failures.

They are values with a reason, never exceptions: a URL that cannot become an article travels through
the rest of its chain as one of these and is counted.
"""

from dataclasses import dataclass

STOPPED = "stopped"  # the reason of a request that was not sent because nobody wants it any more


@dataclass(frozen=True, slots=True)
class Rejected:
    """Never: trying again would end the same.

    `reason` is a short slug that screens group by ("http-404", "robots", "too-large",
    "not-an-article"); `detail` is one sentence for a person; `skipped` tells a URL that we chose
    not to take from one that failed.
    """

    reason: str
    detail: str = ""
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Not now, maybe later ("timeout", "http-503", "connection-reset").

    `retry_after`: seconds, as the server asked.
    """

    reason: str
    detail: str = ""
    retry_after: float | None = None
