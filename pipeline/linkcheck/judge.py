"""What the answer for an article's URL means, and what follows from it.

Pure: `now` is an argument. Only 404 and 410 of the article's own URL say that it is gone, and only
twice, at least a week apart. A redirect to another page and any other trouble never do.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline.core.failures import STOPPED, Rejected, Unavailable
from pipeline.core.records import Sighting
from pipeline.core.url import same_page

THERE = "there"
MISSING = "missing"
MOVED = "moved"
UNREACHABLE = "unreachable"
MISSING_STATUSES = (404, 410)
GONE_AFTER = timedelta(
    days=7
)  # between the first 404 or 410 and the one that proves it
AGAIN_AFTER_TROUBLE = timedelta(days=3)
NOT_ASKED = frozenset({"host-busy", "host-given-up", STOPPED})
MAX_REASON_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What a look at a URL brought: THERE, MISSING, MOVED or UNREACHABLE.

    `status` is None where nothing was answered, and `reason` says why; `address` is where a
    redirect led.
    """

    kind: str
    status: int | None = None
    reason: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an original: the first 404 or 410, the one that proved that it is gone, and
    when to look again."""

    missing_at: datetime | None = None
    missing_status: int | None = None
    confirmed_at: datetime | None = None
    confirmed_status: int | None = None
    next_at: datetime | None = None

    @property
    def is_gone(self) -> bool:
        """Whether it was missing twice, a week apart, and not seen since."""
        return self.confirmed_at is not None


def read_answer(url: str, seen: Sighting | Rejected | Unavailable) -> Answer | None:
    """Return what was answered for `url`; None where its server was not asked."""
    if not isinstance(seen, Sighting):
        if seen.reason in NOT_ASKED:
            return None
        return Answer(UNREACHABLE, reason=seen.reason[:MAX_REASON_LENGTH])
    address = "" if same_page(url, seen.final_url) else seen.final_url
    if seen.is_page:
        kind = MOVED if address else THERE
        return Answer(kind, seen.status, address=address)
    if seen.status in MISSING_STATUSES and not address:
        return Answer(MISSING, seen.status)
    return Answer(UNREACHABLE, seen.status, f"http-{seen.status}", address)


def judge(before: Known, answer: Answer, now: datetime, every: timedelta) -> Known:
    """Return what is known after an answer. `every` is the usual time between two looks."""
    if answer.kind in (THERE, MOVED):
        return Known(next_at=now + every)
    if answer.kind == UNREACHABLE:
        return replace(before, next_at=now + AGAIN_AFTER_TROUBLE)
    if before.missing_at is None:
        return Known(now, answer.status, next_at=now + GONE_AFTER)
    proof_at = before.missing_at + GONE_AFTER
    if before.is_gone:
        return replace(before, next_at=now + GONE_AFTER)
    if now < proof_at:
        return replace(before, next_at=proof_at)
    return replace(
        before,
        confirmed_at=now,
        confirmed_status=answer.status,
        next_at=now + GONE_AFTER,
    )
