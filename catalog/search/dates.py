"""When articles were published: the histogram of dates that PostgreSQL keeps for its own planning.

A share is counted from the newest: 0 is now, 0.1 the moment since which a tenth of the articles
was published.
"""

from bisect import bisect_left
from datetime import datetime
from functools import lru_cache
from time import monotonic

from django.db import connection

HISTOGRAM = """
SELECT histogram_bounds::text::timestamptz[] FROM pg_stats
WHERE schemaname = current_schema() AND tablename = 'catalog_article' AND attname = 'published'
"""


@lru_cache(maxsize=1)
def histogram(_minute: int) -> list[datetime]:
    """Return moments that split the articles into equal shares, the oldest first. Read once a
    minute."""
    with connection.cursor() as cursor:
        cursor.execute(HISTOGRAM)
        row = cursor.fetchone()
    if row and row[0]:
        return list(row[0])
    return []


def bounds() -> list[datetime]:
    """Return the same, remembered for a minute."""
    return histogram(int(monotonic() / 60))


def are_known() -> bool:
    """Tell whether PostgreSQL has a histogram; of a new catalogue it has none."""
    return len(bounds()) > 1


def known_start(since: datetime | None) -> datetime | None:
    """Return the moment where the histogram reaches it: else there would be thousands of months
    to look at."""
    known = bounds()
    if since and known and since >= known[0]:
        return since
    return None


def start_of_share(share: float) -> datetime:
    """Return the moment since which this share of the articles was published."""
    known = bounds()
    place = (1 - share) * (len(known) - 1)
    low = min(int(place), len(known) - 2)
    width = known[low + 1] - known[low]
    return known[low] + (place - low) * width


def share_since(moment: datetime) -> float:
    """Return which share of the articles was published since the moment: the reverse of
    `start_of_share`."""
    known = bounds()
    place = bisect_left(known, moment)
    if place == 0:
        return 1.0
    if place == len(known):
        return 0.0
    before = known[place - 1]
    after = known[place]
    passed = place - 1 + (moment - before) / (after - before)
    return 1 - passed / (len(known) - 1)


def span(since: datetime | None, until: datetime | None) -> tuple[float, float]:
    """Return from which share of the articles to which these days reach, the newest first."""
    begin = 0.0
    end = 1.0
    if until:
        begin = share_since(until)
    if since:
        end = share_since(since)
    return begin, end
