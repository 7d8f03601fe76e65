"""The health of a source, in a word with its reason.

Pure: what is known comes in, a judgement comes out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from pipeline.summary.source_quality import QualityDrop

QUIET_AFTER_DAYS = 90
QUIET_AFTER_GAPS = 4  # times its usual time between two posts
MANY_FAILED = 0.2  # share of the URLs of its last crawl
FEW_URLS = 5  # fewer prove nothing about a share


@dataclass(frozen=True)
class Health:
    """`level` is "ok", "warning", "error" or "unknown"; `reason` is one sentence, or empty."""

    level: str
    label: str
    reason: str = ""


@dataclass(frozen=True)
class LastCrawl:
    """The newest ended run of a source: its state, and the source's own URLs in it."""

    state: str
    reason: str = ""
    found: int = 0
    failed: int = 0


NEVER_CRAWLED = Health("unknown", "Not crawled yet")
OK = Health("ok", "OK")


def judge_health(
    crawl: LastCrawl | None,
    published_at: Sequence[datetime],
    now: datetime,
    drop: QualityDrop | None = None,
    feed_trouble: str = "",
) -> Health:
    """Return the worst that is true of a source.

    `published_at` are the dates of its newest articles, newest first; `now`, aware, is when
    somebody last looked for newer ones; `drop` is how its articles became worse; `feed_trouble`
    says what became of a feed lately.
    """
    if crawl is None:
        return NEVER_CRAWLED
    if crawl.state == "failed":
        return Health("error", "Crawl failed", crawl.reason)
    if crawl.found == 0:
        return Health("error", "Nothing found", "The last crawl found no article here.")
    if crawl.found >= FEW_URLS and crawl.failed / crawl.found > MANY_FAILED:
        reason = f"{crawl.failed:,} of {crawl.found:,} URLs failed in the last crawl."
        return Health("warning", "Many failures", reason)
    if feed_trouble:
        return Health("warning", "Feed changed", feed_trouble)
    if drop:
        return Health("warning", "Quality dropped", str(drop))
    quiet = quiet_for(published_at, now)
    if quiet:
        return Health("warning", "Quiet", f"No new post for {quiet.days:,} days.")
    return OK


def quiet_for(published_at: Sequence[datetime], now: datetime) -> timedelta | None:
    """Time since the newest post, where that is much longer than this source usually takes."""
    if not published_at:
        return None
    silence = now - published_at[0]
    gaps = [(later - earlier).days for later, earlier in pairwise(published_at)]
    usual_days = median(gaps or [0])
    patience = timedelta(days=max(QUIET_AFTER_DAYS, usual_days * QUIET_AFTER_GAPS))
    if silence > patience:
        return silence
    return None
