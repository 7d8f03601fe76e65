"""What a page says besides its article: the site's name, its own address, a picture, a summary."""

import re
from html import unescape

from pipeline.core.records import SiteHints
from pipeline.extraction.page.linked_data import as_list, text
from pipeline.extraction.page.parsed import ParsedPage, join

EXCERPT = 280  # characters


def name(page: ParsedPage, hints: SiteHints) -> str:
    """Return the site's name, or "" where nobody says."""
    declared = [
        *page.meta.get("og:site_name", []),
        *page.meta.get("application-name", []),
    ]
    publishers = [
        text(p.get("name"))
        for a in page.articles
        for p in as_list(a.get("publisher"))
        if isinstance(p, dict)
    ]
    return next((n for n in [hints.name, *declared, *publishers] if n), "")


def canonical(page: ParsedPage) -> str:
    """Return the address the page wants to be known by, where that is one of the same site; else
    the one it came from."""
    for link in page.every("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            address = join(page.base, link.get("href"))
            if _credible(address, page.url):
                return address
            return page.url
    return page.url


def image(page: ParsedPage, markup: str) -> str:
    """Return the address of the lead image."""
    declared = page.meta.get("og:image", []) + page.meta.get("twitter:image", [])
    in_text = re.search(r'<img[^>]*? src="(https?://[^"]+)"', markup)
    return next(
        (a for v in declared if (a := join(page.base, v))),
        unescape(in_text.group(1)) if in_text else "",
    )


def excerpt(page: ParsedPage, body_text: str) -> str:
    """Return a sentence or two: the author's own summary where there is one, else how the text
    begins."""
    declared = page.meta.get("og:description", []) + page.meta.get("description", [])
    chosen = next((d for d in declared if len(d) > 40), "") or " ".join(
        body_text[: 2 * EXCERPT].split()
    )
    if len(chosen) <= EXCERPT:
        return chosen
    return chosen[:EXCERPT].rsplit(" ", 1)[0] + "…"


def _credible(address: str, url: str) -> bool:
    host = re.compile(r"^https?://(?:www\.)?([^/:]+)")
    claimed = host.match(address)
    actual = host.match(url)
    is_home = not re.sub(r"^https?://[^/]+/?", "", address)
    return (
        bool(claimed and actual and claimed.group(1) == actual.group(1)) and not is_home
    )
