"""What the sample blog tells machines: RSS, Atom, JSON Feed, sitemaps, robots.txt."""

import gzip
import json
from collections.abc import Iterable, Sequence
from email.utils import format_datetime
from xml.sax.saxutils import escape

from infra.local.sample.answer import Answer
from infra.local.sample.oddities import LISTED, LISTED_ON
from infra.local.sample.pages import NAME
from infra.local.sample.posts import Post

NEWEST = 10
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def feeds(posts: Sequence[Post], base: str) -> dict[str, Answer]:
    """Return the three feeds with the newest posts, the sitemap index with its two parts,
    robots.txt."""
    newest = posts[:NEWEST]
    fixed = ["/", "/about/", "/archive/", "/newsletter/"]
    listed = [(post.path, post.published.isoformat()) for post in posts] + [
        (path, LISTED_ON) for path in LISTED
    ]
    return {
        "/feed.xml": _xml(_rss(newest, base), "application/rss+xml"),
        "/atom.xml": _xml(_atom(newest, base), "application/atom+xml"),
        "/feed.json": Answer(_json_feed(newest, base), "application/feed+json"),
        "/sitemap.xml": _xml(_index(base)),
        "/sitemap-pages.xml": _xml(_urls((base + path, "") for path in fixed)),
        "/sitemap-posts.xml.gz": _gzipped(
            _urls((base + path, day) for path, day in listed)
        ),
        "/robots.txt": Answer(
            f"User-agent: *\nDisallow: /private/\n\nSitemap: {base}/sitemap.xml\n".encode(),
            "text/plain",
        ),
    }


def _xml(text: str, kind: str = "application/xml") -> Answer:
    return Answer(f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode(), kind)


def _gzipped(text: str) -> Answer:
    # mtime=0: the same posts give the same bytes
    return Answer(gzip.compress(_xml(text).body, mtime=0), "application/gzip")


def _rss(posts: Iterable[Post], base: str) -> str:
    items = "".join(
        f"<item><title>{escape(post.title)}</title><link>{base}{post.path}</link><guid>{base}{post.path}</guid>"
        f"<pubDate>{format_datetime(post.published)}</pubDate><dc:creator>{post.author}</dc:creator>"
        f"{''.join(f'<category>{tag}</category>' for tag in post.tags)}"
        f"<description>{escape(post.summary)}</description></item>"
        for post in posts
    )
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{NAME}</title><link>{base}/</link><description>Notes on Python</description>"
        f"<language>en</language>{items}</channel></rss>"
    )


def _atom(posts: Sequence[Post], base: str) -> str:
    entries = "".join(
        f'<entry><title>{escape(post.title)}</title><link href="{base}{post.path}"/><id>{base}{post.path}</id>'
        f"<published>{post.published.isoformat()}</published><updated>{post.published.isoformat()}</updated>"
        f"<author><name>{post.author}</name></author>"
        f"{_terms(post.tags)}"
        f'<content type="html">{escape(post.html)}</content></entry>'
        for post in posts
    )
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{NAME}</title><id>{base}/</id>'
        f'<link href="{base}/"/><link rel="self" href="{base}/atom.xml"/>'
        f"<updated>{posts[0].published.isoformat()}</updated>{entries}</feed>"
    )


def _terms(tags: Iterable[str]) -> str:
    return "".join(f'<category term="{tag}"/>' for tag in tags)


def _json_feed(posts: Iterable[Post], base: str) -> bytes:
    items = [
        {
            "id": base + post.path,
            "url": base + post.path,
            "title": post.title,
            "summary": post.summary,
            "content_html": post.html,
            "date_published": post.published.isoformat(),
            "authors": [{"name": post.author}],
            "tags": list(post.tags),
            "language": post.language,
        }
        for post in posts
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": NAME,
        "home_page_url": f"{base}/",
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False).encode()


def _index(base: str) -> str:
    parts = "".join(
        f"<sitemap><loc>{base}/{name}</loc></sitemap>"
        for name in ("sitemap-pages.xml", "sitemap-posts.xml.gz")
    )
    return f'<sitemapindex xmlns="{SITEMAP}">{parts}</sitemapindex>'


def _urls(lines: Iterable[tuple[str, str]]) -> str:
    entries = "".join(
        f"<url><loc>{address}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}</url>"
        for address, lastmod in lines
    )
    return f'<urlset xmlns="{SITEMAP}">{entries}</urlset>'
