"""Builders of whole blogs in miniature: pages by address, and the articles that discovery should find."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from pipeline.core.failures import Rejected
from pipeline.core.records import Fetched, Page, Validators
from pipeline.discovery.discover import CrawlOptions, Discovery, discover

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOPICS = (
    "walrus generators descriptors closures asyncio decimals pathlib zipapp contextvars enums slots metaclasses "
    "dataclasses protocols heapq bisect itertools functools mimetypes curses unicode regexes packaging wheels typing "
    "profiling tracing sockets signals pickles"
).split()

TEAS = "oolong sencha assam matcha rooibos darjeeling keemun lapsang".split()


@dataclass
class Blog:
    """Pages by address; those of articles are made up and must not be asked for."""

    start: str
    pages: dict[str, str | bytes]
    articles: list[str]
    redirects: dict[str, str] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    most_requests: int = 40
    asked: list[str] = field(default_factory=list)

    def fetch(self, url: str, validators: Validators) -> Fetched:
        self.asked.append(url)
        final = self.redirects.get(url, url)
        body = self.pages.get(final)
        if body is None:
            return Rejected("http-404")
        data = body.encode() if isinstance(body, str) else body
        headers = {"content-type": "text/html; charset=utf-8"} | self.headers.get(
            final, {}
        )
        return Page(url, final, 200, headers, data, NOW)


def look(blog: Blog, **options: object) -> Discovery:
    wanted = CrawlOptions((blog.start,), **options)  # type: ignore[arg-type]
    return discover(wanted, blog.fetch, NOW, wait=lambda seconds: None)


def day(number: int) -> date:
    return date(2025, 11, 20) - timedelta(days=19 * number)


def title(number: int) -> str:
    return f"What {TOPICS[number % len(TOPICS)]} taught me in part {number}"


def slug(number: int) -> str:
    return f"what-{TOPICS[number % len(TOPICS)]}-taught-me-{number}"


def pair(number: int) -> str:
    """A slug of two words."""
    return f"{TOPICS[number % len(TOPICS)]}-{TEAS[number // len(TOPICS) % len(TEAS)]}"


def posts_in(folder: str, number: int) -> list[str]:
    return [f"{folder}{slug(n)}/" for n in range(number)]


def html(main: str, *, head: str = "", nav: str = "", foot: str = "") -> str:
    return (
        f"<!doctype html><html lang=en><head><title>t</title>{head}</head><body><header><h1><a href='/'>Blog</a></h1>"
        f"<nav>{nav}</nav></header><main>{main}</main><footer>{foot}<a href='https://example.net/'>theme</a></footer></body></html>"
    )


def lines(urls: list[str], *, dates: bool = True, more: str = "") -> str:
    made = (
        f"<li>{f'<time datetime={day(n)}>{day(n)}</time> ' if dates else ''}<a href='{url}'>{title(n)}</a></li>"
        for n, url in enumerate(urls)
    )
    return f"<ul class=post-list>{''.join(made)}</ul>{more}"


def teasers(urls: list[str], *, more: str = "", tags: str = "/tag/python/") -> str:
    made = (
        f"<article><h2><a href='{url}'>{title(n)}</a></h2><p>Some words of the beginning, with a "
        f"<a href='https://docs.example.net/{n}'>link</a> in a sentence that goes on and on.</p>"
        f"<p class=meta><a href='{tags}'>python</a></p><a href='{url}'>Read more</a></article>"
        for n, url in enumerate(urls)
    )
    return "".join(made) + more


def links(*paths: str) -> str:
    return "".join(
        f"<a href='{path}'>{path.strip('/').rpartition('/')[2].title() or 'Home'}</a> "
        for path in paths
    )


def rss(base: str, urls: list[str], name: str = "A blog", extra: str = "") -> str:
    items = (
        f"<item><title>{title(n)}</title><link>{urljoin(base, url)}</link><description>Some words</description>"
        f"<pubDate>{day(n):%d %b %Y} 08:00:00 +0000</pubDate></item>"
        for n, url in enumerate(urls)
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{name}</title><link>{base}</link>{extra}{''.join(items)}</channel></rss>"


def atom(base: str, urls: list[str], extra: str = "") -> str:
    entries = (
        f"<entry><title>{title(n)}</title><link href='{url}'/><id>{url}</id><updated>{day(n)}T08:00:00Z</updated></entry>"
        for n, url in enumerate(urls)
    )
    return (
        f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom' xml:base='{base}'><title>A blog</title>{extra}"
        f"{''.join(entries)}</feed>"
    )


def sitemap(base: str, urls: list[str]) -> str:
    body = "".join(
        f"<url><loc>{urljoin(base, url)}</loc><lastmod>2025-01-01</lastmod></url>"
        for url in urls
    )
    return f"<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{body}</urlset>"


def sitemap_index(base: str, urls: list[str]) -> str:
    body = "".join(
        f"<sitemap><loc>{urljoin(base, url)}</loc></sitemap>" for url in urls
    )
    return f"<?xml version='1.0'?><sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{body}</sitemapindex>"


def feed_link(href: str, kind: str = "rss", name: str = "A blog") -> str:
    return f"<link rel=alternate type='application/{kind}+xml' title='{name}' href='{href}'>"


def blog(
    start: str, pages: dict[str, str | bytes], articles: list[str], **more: object
) -> Blog:
    absolute: dict[str, str | bytes] = {
        urljoin(start, path): body for path, body in pages.items()
    }
    return Blog(start, absolute, [urljoin(start, path) for path in articles], **more)  # type: ignore[arg-type]


def paged(
    urls: list[str], size: int, address: Callable[[int], str], **around: str
) -> dict[str, str | bytes]:
    """Pages of a list, newest first, each with a link to the older one; page 1 is left to the caller's address."""
    last = (len(urls) - 1) // size + 1
    made: dict[str, str | bytes] = {}
    for n in range(1, last + 1):
        older = (
            f"<div class=pagination><a class=next href='{address(n + 1)}'>Older posts</a></div>"
            if n < last
            else ""
        )
        made[address(n)] = html(
            teasers(urls[(n - 1) * size : n * size], more=older), **around
        )
    return made


def bare(url: str) -> str:
    parts = urlsplit(url)
    query = (
        ""
        if "source=" in parts.query or "utm_" in parts.query or parts.query == "m=1"
        else parts.query
    )
    return parts.path.rstrip("/") + ("?" + query if query else "")
