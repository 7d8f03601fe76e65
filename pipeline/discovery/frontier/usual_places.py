"""Where generators put feeds and sitemaps that no page names."""

from collections.abc import Iterator
from urllib.parse import urljoin

from pipeline.discovery.frontier.links import FrontierItem

# Of each kind, where the start address itself cannot be had.
MAX_WITHOUT_START = 2


def usual_places(home: str, folder: str, *, has_start: bool) -> list[FrontierItem]:
    """Guesses, sitemaps first; only a few of them where the start address is not there."""
    sitemaps = list(usual_sitemaps(home, folder))
    feeds = list(usual_feeds(home, folder))
    if not has_start:
        sitemaps = sitemaps[:MAX_WITHOUT_START]
        feeds = feeds[:MAX_WITHOUT_START]
    return [*sitemaps, *feeds]


def usual_sitemaps(start: str, folder: str) -> Iterator[FrontierItem]:
    """Paths at which generators put their sitemap, nearest to the folder first."""
    names = "sitemap.xml sitemap_index.xml sitemap-index.xml wp-sitemap.xml sitemapindex.xml"
    for name in names.split():
        for place in dict.fromkeys((folder, "/")):
            yield FrontierItem(urljoin(start, place + name), "guessed-sitemap")


def usual_feeds(start: str, folder: str) -> Iterator[FrontierItem]:
    """Paths at which generators put their feed."""
    names = "feed/ feed.xml atom.xml rss.xml index.xml feeds/all.atom.xml feed.json rss feeds/posts/default"
    for name in names.split():
        yield FrontierItem(urljoin(start, folder + name), "guessed-feed")
