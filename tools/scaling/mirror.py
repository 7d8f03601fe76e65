"""A blog under any host name, as slow as it is told to be, as a WSGI application.

An address says what lies there: /ANY-NAME-60/ is a blog of 60 posts. Each post comes MIRROR_SECONDS
after it was asked for, everything else at once. Runs in a container that has nothing but the
standard library beside it.
"""

import os
import re
import time
from collections.abc import Callable, Iterable
from typing import Any

SECONDS = float(os.environ.get("MIRROR_SECONDS") or 0)
FRONT = '<!doctype html><title>A blog</title><link rel="alternate" type="application/rss+xml" href="feed.xml">'
FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>A blog</title>{}</channel></rss>'
ITEM = "<item><title>Post {0}</title><link>{1}posts/post-number-{0}/</link><pubDate>{2}</pubDate></item>"
WHEN = "Mon, 05 Jan 2026 09:00:00 GMT"
POST = "<!doctype html><html lang=en><title>Post {0}</title><article><h1>Post {0}</h1>{1}</article></html>"
WORDS = (
    "<p>"
    + "What we learned of queues while nobody was looking, and what it cost us in the end. "
    * 8
    + "</p>"
)

Start = Callable[[str, list[tuple[str, str]]], object]


def application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Answer a request."""
    found = re.fullmatch(
        r"/([\w-]+-(\d+)/)(feed\.xml|posts/post-number-(\d+)/)?", environ["PATH_INFO"]
    )
    if environ["PATH_INFO"] == "/":  # the health check of the container
        return answer(start, "text/html", FRONT)
    if not found:
        start("404 Not Found", [("Content-Type", "text/html")])
        return [b"<!doctype html><title>Not found</title>"]
    base = f"http://{environ['HTTP_HOST']}/{found[1]}"
    if not found[3]:
        return answer(start, "text/html", FRONT)
    if not found[4]:
        return answer(
            start,
            "application/rss+xml",
            FEED.format(
                "".join(ITEM.format(n, base, WHEN) for n in range(int(found[2])))
            ),
        )
    time.sleep(SECONDS)
    return answer(start, "text/html", POST.format(f"{found[4]} of {base}", WORDS * 6))


def answer(start: Start, kind: str, text: str) -> list[bytes]:
    """Status 200 with this text."""
    start("200 OK", [("Content-Type", f"{kind}; charset=utf-8")])
    return [text.encode()]
