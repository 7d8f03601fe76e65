"""What the status of a response means."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from pipeline.core.failures import Rejected, Unavailable

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PASSING = frozenset(
    {408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529, 530}
)
ASKS_TO_SLOW_DOWN = frozenset({429, 503})


def failure_of(
    status: int, headers: Mapping[str, str], now: datetime
) -> Rejected | Unavailable | None:
    """Return the failure that a status stands for, or None for 200 and 203: there is a body to
    read. `headers` lower case."""
    if status in (200, 203):
        return None
    if status == 410:
        return Rejected("gone", "the server says that it is gone for good")
    if status in PASSING:
        return Unavailable(
            f"http-{status}", f"the server answered {status}", retry_after(headers, now)
        )
    return Rejected(f"http-{status}", f"the server answered {status}")


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds from `now` that a Retry-After header asks for, given as a number or a date; None
    where there is none."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if not when.tzinfo:
        when = when.replace(tzinfo=now.tzinfo)
    return max(0.0, (when - now).total_seconds())
