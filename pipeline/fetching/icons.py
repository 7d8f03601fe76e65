"""Icons of sources: fetched after a crawl, once a month at most, and kept with the images.

No page fetches one: a source without a stored icon is shown by its initial.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from catalog.models import Source
from pipeline.fetching import images
from pipeline.models import Image

LATELY = timedelta(hours=1)  # since the end of a crawl
FETCHED_AT_ONCE = 5


def address(source: Source) -> str:
    """Where browsers look for the icon of a site."""
    return f"https://{source.host}/favicon.ico"


def known(sources: Iterable[Source]) -> set[int]:
    """Return the ids of those of which an icon is stored."""
    keys = {images.key(address(source)): source.pk for source in sources}
    stored = Image.objects.filter(pk__in=keys, trouble="")
    return {keys[key] for key in stored.values_list("pk", flat=True)}


def stored(source: Source) -> Image | None:
    """Return the icon of a source, however old; None where there is none."""
    return Image.objects.filter(pk=images.key(address(source)), trouble="").first()


def fetch_missing(now: datetime) -> int:
    """Fetch icons of sources that were crawled just now, of those that nobody asked for in a
    month; returns how many were asked for."""
    crawled = Source.objects.filter(last_crawled_at__gt=now - LATELY)
    crawled = crawled.exclude(host__contains=":")  # a port of one's own machine
    keys = {images.key(address(source)): source for source in crawled}
    fresh = now - images.RETENTION
    asked = set(
        Image.objects.filter(pk__in=keys, fetched_at__gt=fresh).values_list(
            "pk", flat=True
        )
    )
    wanted = [source for key, source in keys.items() if key not in asked]
    for source in wanted[:FETCHED_AT_ONCE]:
        images.fetch(address(source))
    return len(wanted[:FETCHED_AT_ONCE])
