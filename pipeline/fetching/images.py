"""The images of an article, handed on by this server: whoever reads it tells nobody but us.

Only an image that stands in that stored article is fetched, by the one way to the network that
pages take, within the same guard. Robots.txt is not asked: a person looks at one page now, as with
a browser. What came is kept for a while in a table that never grows past its cap; so is, for a
short while, that nothing came.
"""

import hashlib
import threading
from datetime import timedelta
from functools import cache

import structlog
from django.conf import settings
from django.utils import timezone

from catalog.models import Article, ArticleVersion
from catalog.reader.images import images_in
from pipeline.core.database import execute
from pipeline.core.records import Page
from pipeline.fetching import Fetcher, MemoryHosts, Policy
from pipeline.models import Image

log = structlog.get_logger(__name__)
MAX_IMAGE_BYTES = 5_000_000  # bytes of one image
MAX_SECONDS = 10.0  # seconds for one image, with its redirects
MAX_FETCHES_PER_HOST = 4  # fetches from one host
# Of one web process, which has eight threads: slow images never hold them all.
MAX_FETCHES = 6
WAIT_SECONDS = 0.1  # for one of these
BUSY = "host-busy"  # not kept: the next look may find it
RETENTION = timedelta(days=30)
TROUBLE_RETENTION = timedelta(minutes=10)
MAX_CACHE_BYTES = 200_000_000  # bytes of all images kept

# By their first bytes, whatever the server calls them. SVG is not among them: it can hold scripts.
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"ftypavif", 4, "image/avif"),
    (b"ftypavis", 4, "image/avif"),
    (b"\0\0\1\0", 0, "image/x-icon"),
)

KEEP = """
INSERT INTO pipeline_image (key, kind, data, size, trouble, fetched_at)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, data = excluded.data, size = excluded.size,
    trouble = excluded.trouble, fetched_at = excluded.fetched_at
"""
MAKE_ROOM = """
DELETE FROM pipeline_image WHERE key IN (
    SELECT key FROM (SELECT key, sum(size + 500) OVER (ORDER BY fetched_at DESC, key) AS room
        FROM pipeline_image) kept
    WHERE room > %s)
"""


@cache
def fetcher() -> Fetcher:
    """Return this web process's fetcher of images. It keeps no pace: the pace of crawling is not a
    reader's to spend."""
    return Fetcher(
        Policy(
            user_agent=settings.FETCH_USER_AGENT,
            host_delay=0.0,
            max_bytes=MAX_IMAGE_BYTES,
            max_seconds=MAX_SECONDS,
            connect_seconds=5.0,
            max_redirects=5,
            allowed_networks=tuple(settings.FETCH_ALLOWED_NETWORKS),
            own_sites=settings.FETCH_OWN_SITES,
            use_env_proxies=settings.FETCH_USE_ENV_PROXIES,
            obey_robots=False,
            max_threads_per_host=MAX_FETCHES_PER_HOST,
        ),
        MemoryHosts(),
    )


def cached_image(address: str) -> Image | None:
    """Return what is known of an image, unless it is too old."""
    image = Image.objects.filter(pk=key(address)).first()
    if image is None:
        return None
    retention = TROUBLE_RETENTION if image.trouble else RETENTION
    if timezone.now() - image.fetched_at > retention:
        return None
    return image


_places = threading.BoundedSemaphore(MAX_FETCHES)


def fetch(address: str) -> Image:
    """Fetch an image and keep it, or the reason why there is none."""
    if not _places.acquire(timeout=WAIT_SECONDS):
        return Image(key(address), "", b"", 0, BUSY, timezone.now())
    try:
        return _fetch(address)
    finally:
        _places.release()


def _fetch(address: str) -> Image:
    result = fetcher().fetch(address, purpose="image")
    if isinstance(result, Page):
        body = result.body
    else:
        body = b""
    kind = kind_of(body)
    trouble = ""
    if not isinstance(result, Page):
        trouble = getattr(result, "reason", "no-answer")
    elif not kind:
        trouble = "not-an-image"
    image = Image(
        key(address),
        kind,
        b"" if trouble else body,
        0 if trouble else len(body),
        trouble,
        timezone.now(),
    )
    if trouble != BUSY:
        execute(
            KEEP,
            [
                image.key,
                image.kind,
                image.data,
                image.size,
                image.trouble,
                image.fetched_at,
            ],
        )
        execute(MAKE_ROOM, [MAX_CACHE_BYTES])
    log.info("image_fetched", url=address, bytes=image.size, trouble=trouble)
    return image


def erase(articles: list[int]) -> None:
    """Erase what is kept of the images of these articles and of their versions."""
    pages = Article.objects.filter(pk__in=articles)
    versions = ArticleVersion.objects.filter(article__in=articles)
    markup = [
        *pages.values_list("html", flat=True),
        *versions.values_list("html", flat=True),
    ]
    addresses = {each for text in markup for each in images_in(text).values()}
    addresses.update(pages.values_list("image", flat=True))
    Image.objects.filter(pk__in=[key(each) for each in addresses]).delete()


def key(address: str) -> str:
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def kind_of(body: bytes) -> str:
    """Return the content type that the bytes themselves show; "" for none that we hand on."""
    return next(
        (kind for mark, at, kind in SIGNATURES if body[at : at + len(mark)] == mark), ""
    )
