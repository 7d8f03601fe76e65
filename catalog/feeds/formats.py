"""Atom and JSON Feed, with the links between the pages of a feed (RFC 5005)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.embeds import with_names
from catalog.exports import entry, xml_attribute, xml_text
from catalog.feeds.pages import FeedPage
from catalog.models import Article

HISTORY = "http://purl.org/syndication/history/1.0"
WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Links:
    """The absolute addresses of a page: itself, the first page, the list as a page of the site,
    and the next older page, "" where there is none."""

    own: str
    current: str
    list: str
    older: str = ""

    @property
    def header(self) -> str:
        """The header `Link`."""
        parts = [f'<{self.own}>; rel="self"', f'<{self.current}>; rel="current"']
        if self.older:
            parts.append(f'<{self.older}>; rel="prev-archive"')
        return ", ".join(parts)

    @property
    def is_archive(self) -> bool:
        """Whether this is not the first page."""
        return self.own != self.current


def atom(title: str, identity: str, page: FeedPage, links: Links) -> str:
    """Return a page as Atom 1.0, whole articles and all."""
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:fh="{HISTORY}">\n'
        f"<id>{xml_text(identity)}</id><title>{xml_text(title)}</title>"
        f"<updated>{_latest(page).isoformat()}</updated>\n"
        f'<link rel="self" type="application/atom+xml" href={xml_attribute(links.own)}/>'
        f'<link rel="current" href={xml_attribute(links.current)}/>'
        f'<link rel="alternate" type="text/html" href={xml_attribute(links.list)}/>'
    )
    if links.older:
        head += f'<link rel="prev-archive" href={xml_attribute(links.older)}/>'
    if links.is_archive:
        head += "<fh:archive/>"
    entries = "".join("".join(_entry(article)) for article in page.articles)
    return f"{head}\n{entries}</feed>\n"


def _entry(article: Article) -> Iterator[str]:
    """Yield the parts of an entry, with the article's image as an enclosure."""
    for part in entry(article):
        if part.startswith("<updated>") and _has_image(article):
            yield f'<link rel="enclosure" href={xml_attribute(article.image)}/>'
        yield part


def _has_image(article: Article) -> bool:
    return article.image.lower().startswith(WEB)


def json_feed(title: str, identity: str, page: FeedPage, links: Links) -> str:
    """Return a page as JSON Feed 1.1, whole articles and all."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": links.list,
        "feed_url": links.own,
        "_gleaner": {"id": identity, "current": links.current},
        "items": [_item(article) for article in page.articles],
    }
    if links.older:
        feed["next_url"] = links.older
    return json.dumps(feed, ensure_ascii=False)


def _item(article: Article) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": article.url,
        "title": article.title,
        "content_html": with_names(article.html),
        "date_modified": _changed(article).isoformat(),
        "authors": [
            {"name": name} for name in article.authors or [str(article.source)]
        ],
        "tags": article.tags,
    }
    if article.url.lower().startswith(WEB):
        item["url"] = article.url
    if _has_image(article):
        item["image"] = article.image
    if article.license or article.rights:
        item["_rights"] = {"license": article.license, "rights": article.rights}
    if article.published:
        item["date_published"] = article.published.isoformat()
    if article.language:
        item["language"] = article.language
    return item


def _changed(article: Article) -> datetime:
    return article.updated or article.published or article.first_seen_at


def _latest(page: FeedPage) -> datetime:
    moments = [article.changed_at for article in page.articles]
    return max(moments, default=datetime.fromisoformat("1970-01-01T00:00:00+00:00"))


FORMATS = {
    "atom": (atom, "application/atom+xml; charset=utf-8"),
    "json": (json_feed, "application/feed+json; charset=utf-8"),
}
