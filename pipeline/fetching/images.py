"""The images of an article, handed on by this server: whoever reads it tells nobody but us.

Only an image that stands in that stored article is fetched, by the one way to the network that pages take, within the
same guard. Robots.txt is not asked: a person looks at one page now, as with a browser. What came is kept for a while
in a table that never grows past its cap; so is, for a short while, that nothing came.
"""

import hashlib
import threading
from datetime import timedelta
from functools import cache

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.models import Article
from catalog.reader import images_in
from pipeline.core.database import execute
from pipeline.core.records import Page
from pipeline.fetching import Fetcher, MemoryHosts, Policy
from pipeline.models import Image

log = structlog.get_logger(__name__)
LARGEST = 5_000_000  # bytes of one image
SLOWEST = 10.0  # seconds for one image, with its redirects
AT_ONCE = 4  # fetches of one web process, which has eight threads
PATIENCE = 3.0  # seconds to wait for one of these places
KEPT = timedelta(days=30)
TROUBLE_KEPT = timedelta(minutes=10)
ROOM = 200_000_000  # bytes of all images kept

# By their first bytes, whatever the server calls them. SVG is not among them: it can hold scripts.
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"ftypavif", 4, "image/avif"),
    (b"ftypavis", 4, "image/avif"),
)

KEEP = """
INSERT INTO pipeline_image (key, kind, data, size, trouble, fetched) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, data = excluded.data, size = excluded.size,
    trouble = excluded.trouble, fetched = excluded.fetched
"""
MAKE_ROOM = """
DELETE FROM pipeline_image WHERE key IN (
    SELECT key FROM (SELECT key, sum(size + 500) OVER (ORDER BY fetched DESC, key) AS room FROM pipeline_image) kept
    WHERE room > %s)
"""
places = threading.BoundedSemaphore(AT_ONCE)


@cache
def fetcher() -> Fetcher:
    """This web process's fetcher of images. It keeps no pace: the pace of crawling is not a reader's to spend."""
    return Fetcher(
        Policy(
            user_agent=settings.FETCH_USER_AGENT,
            host_delay=0.0,
            max_bytes=LARGEST,
            max_seconds=SLOWEST,
            connect_seconds=5.0,
            max_redirects=5,
            allowed_networks=tuple(settings.FETCH_ALLOWED_NETWORKS),
            use_env_proxies=settings.FETCH_USE_ENV_PROXIES,
            obey_robots=False,
            max_threads_per_host=AT_ONCE,
        ),
        MemoryHosts(),
    )


@require_safe
def article_image(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """An image of an article, by the name that the reader gave it."""
    article = get_object_or_404(Article.objects.live().only("html"), pk=pk)
    address = images_in(article.html).get(name)
    if address is None:
        raise Http404("No such image in this article.")
    image = kept(address)
    if image is None:
        if not places.acquire(timeout=PATIENCE):
            return _refused(
                "Too many images are being fetched; load the page again.", 503, seconds=0
            )
        try:
            image = kept(address) or fetch(address)
        finally:
            places.release()
    # Not a fault of this server: a 502 would count among its errors.
    if image.trouble:
        return _refused(image.trouble, 404, seconds=60)
    return _shown(image)


def kept(address: str) -> Image | None:
    """What is known of an image, unless it is too old."""
    image = Image.objects.filter(pk=key(address)).first()
    if image is None or timezone.now() - image.fetched > (TROUBLE_KEPT if image.trouble else KEPT):
        return None
    return image


def fetch(address: str) -> Image:
    """Fetches an image and keeps it, or the reason why there is none."""
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
    if trouble != "host-busy":
        execute(KEEP, [image.key, image.kind, image.data, image.size, image.trouble, image.fetched])
        execute(MAKE_ROOM, [ROOM])
    log.info("image_fetched", url=address, bytes=image.size, trouble=trouble)
    return image


def key(address: str) -> str:
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def kind_of(body: bytes) -> str:
    """The content type that the bytes themselves show; "" for none that we hand on."""
    return next((kind for mark, at, kind in SIGNATURES if body[at : at + len(mark)] == mark), "")


def _shown(image: Image) -> HttpResponse:
    response = HttpResponse(bytes(image.data), content_type=image.kind)
    response["Content-Disposition"] = f'inline; filename="image.{image.kind.partition("/")[2]}"'
    response["Cache-Control"] = "private, max-age=86400"
    return _boxed(response)


def _refused(why: str, status: int, seconds: int) -> HttpResponse:
    response = HttpResponse(
        f"No image: {why}\n", status=status, content_type="text/plain; charset=utf-8"
    )
    if seconds:
        response["Cache-Control"] = f"private, max-age={seconds}"
    else:
        response["Cache-Control"] = "no-store"
    return _boxed(response)


def _boxed(response: HttpResponse) -> HttpResponse:
    """It is a stranger's: opened by itself it may do nothing, and no other site may show it."""
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
