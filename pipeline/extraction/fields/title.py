"""The title: what the page's head says, what stands above its text, what the feed calls it."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipeline.core.records import SourceMetadata
from pipeline.extraction.fields.candidate import Evidence, fold
from pipeline.extraction.page.linked_data import articles, text
from pipeline.extraction.page.parsed import ParsedPage, host_of, join

SEPARATOR = re.compile(
    r"\s+[|–—•·»«›⋆~]+\s+|\s+-{1,2}\s+|\s*\|\s*|\s+::\s+|\s+//\s+|(?<=\S):\s+(?=\S)"
)
HEADLINE = re.compile(
    r"(?:^|[\s_-])(?:(?:entry|post|article|story|news)[_-]{0,2}(?:title|headline|heading)|p-name|headline)(?:$|[\s_-])",
    re.I,
)
META = (
    "og:title",
    "twitter:title",
    "citation_title",
    "dc.title",
    "dcterms.title",
    "parsely-title",
    "sailthru.title",
)
NOBODYS = {
    "",
    "untitled",
    "home",
    "blog",
    "read more",
    "continue reading",
    "permalink",
    "link",
    "more",
    "index",
    "no title",
    "ohne titel",
    "skip to content",
}
MAX_LENGTH = 300  # characters
MAX_HEADINGS = 12
SEVERAL = "one of several headings"
UNMARKED = 3  # the rank of an h1 in an article that nothing marks as the title


class Heading(NamedTuple):
    """A heading of the page; the higher its rank, the more it looks like the article's own."""

    text: str
    rank: int


def candidates(
    page: ParsedPage, said: SourceMetadata, headings: Sequence[Heading] | None = None
) -> list[Evidence[str]]:
    """Every title that is claimed for the page, with who claims it; its headings (where known: as given) best first."""
    from_feed = said.published or said.html or said.summary or said.authors
    found = [Evidence(" ".join(said.title.split()), "feed" if from_feed else "link")]
    found += [
        Evidence(text(n.get("headline") or n.get("name")), "json-ld")
        for n in articles(page.linked)[:3]
    ]
    found += [Evidence(value, name) for name in META for value in page.meta.get(name, [])[:1]]
    if headings is None:
        headings = headings_of(page)
    else:
        headings = headings
    found += [Evidence(h.text, _source(h, headings)) for h in headings]
    found += [
        Evidence(words_of(t), "title")
        for t in [t for t in page.every("title") if _is_page_title(t)][:1]
    ]
    return [e for e in found if fold(e.value) not in NOBODYS and len(e.value) <= MAX_LENGTH]


def decide(
    found: Sequence[Evidence[str]], site_names: Sequence[str] = (), host: str = ""
) -> Evidence[str]:
    """The title among the candidates.

    A feed names its entries on purpose, so it is believed. Where the page has several headings of the first order,
    none stands above the others, so the site's links decide. Else a heading that the head confirms wins; then what
    the page tells machines, then the head's title, each without the site's name; then a heading that nobody confirms.
    """
    feed = next((e for e in found if e.source == "feed"), None)
    if feed:
        return _uncut(feed, found)
    link = next((e for e in found if e.source == "link"), None)
    if link and any(e.source == SEVERAL for e in found) and " " in link.value:
        return link
    names = {fold(n) for n in site_names if n} | {
        fold(e.value) for e in found if e.source == "site heading"
    }
    head = [e for e in found if e.source in ("json-ld", *META)] + [
        e for e in found if e.source == "title"
    ]
    headings = [e for e in found if e.source in ("heading", SEVERAL) and fold(e.value) not in names]
    confirmed = [(_confirms(e.value, heading.value), heading) for heading in headings for e in head]
    for strength in (2, 1):
        for found_strength, heading in confirmed:
            if found_strength == strength:
                return heading
    for e in head:
        cleaned = without_site(e.value, names, host)
        if fold(cleaned) not in names:
            return Evidence(cleaned, e.source)
    return next(iter([*headings, *head, *found]), Evidence("", "none"))


def _uncut(feed: Evidence[str], found: Sequence[Evidence[str]]) -> Evidence[str]:
    """A feed's title, or the page's heading that it is the cut-off beginning of."""
    if not feed.value.endswith(("…", "...")):
        return feed
    start = fold(feed.value)
    return next(
        (e for e in found if e.source in ("heading", SEVERAL) and fold(e.value).startswith(start)),
        feed,
    )


def without_site(title: str, names: set[str], host: str = "") -> str:
    """A title without the site's name before or after it: a known one, one that the host spells, what follows a bar."""
    for left, right, separator in _cuts(title):
        if fold(right) in names or _spells(right, host):
            return left
        if fold(left) in names or _spells(left, host):
            return right
        if separator == "|" and len(fold(left)) > len(fold(right)) > 0:
            return left
    return title


def shown(headings: Sequence[Heading], title: str) -> str:
    """The title as a line of the page shows it: the same words, or the page's best heading."""
    headings = [h for h in headings if h.rank >= 0]
    wanted = fold(title)
    return next(
        (h.text for h in headings if fold(h.text) == wanted),
        headings[0].text if headings else title,
    )


def words_of(element: HtmlElement) -> str:
    """An element's text on one line, without permalink signs."""
    parts = [t for t in element.itertext() if t.strip() not in ("¶", "#", "§", "🔗")]
    return re.sub("[\xad\u200b\ufeff]", "", " ".join("".join(parts).split()))


def _is_page_title(element: HtmlElement) -> bool:
    """Whether a title stands in the head, or where the parser leaves a head's; a picture has titles too."""
    parent = element.getparent()
    return (parent is not None and parent.tag == "body") or next(
        element.iterancestors("head"), None
    ) is not None


def headings_of(page: ParsedPage) -> list[Heading]:
    """The page's headings, those that look most like the article's own first."""
    found = [Heading(words_of(h), _rank(h, page)) for h in page.every("h1")[:MAX_HEADINGS]]
    marked = [
        h
        for h in page.every("h2", "h3", "h4")
        if HEADLINE.search(h.get("class") or "") or h.get("itemprop")
    ]
    found += [Heading(words_of(h), _rank(h, page)) for h in marked[:MAX_HEADINGS]]
    return sorted((h for h in found if h.text), key=lambda h: -h.rank)


def _source(heading: Heading, every: Sequence[Heading]) -> str:
    if heading.rank < 0:
        return "site heading"
    alike = [h for h in every if h.rank == heading.rank == UNMARKED]
    if len(alike) > 1:
        return SEVERAL
    return "heading"


def _rank(heading: HtmlElement, page: ParsedPage) -> int:
    """How much a heading looks like the article's: negative for one that leads home or stands in the site's frame."""
    ancestors = {a.tag for a in heading.iterancestors()}
    marked = bool(
        HEADLINE.search(heading.get("class") or "") or "headline" in (heading.get("itemprop") or "")
    )
    link = heading.find(".//a")
    if link is None and heading.getparent() is not None and heading.getparent().tag == "a":
        link = heading.getparent()
    else:
        link = link
    if link is not None and _leads_up(join(page.base, link.get("href")), page.url):
        return -2
    if ancestors & {"nav", "footer", "aside"}:
        return -1
    return 4 * marked + 2 * (heading.tag == "h1") + bool(ancestors & {"article", "main"})


def _leads_up(address: str, url: str) -> bool:
    if not address or (host_of(url) and host_of(address) != host_of(url)):
        return False
    above = urlsplit(address).path.rstrip("/")
    here = urlsplit(url).path.rstrip("/")
    return above != here and (not above or here.startswith(above + "/"))


def _confirms(said: str, heading: str) -> int:
    """How well a title from the head speaks for a heading: 2 where it is the whole or the start, 1 where the end."""
    whole = fold(said)
    part = fold(heading)
    if len(part) < 3 or part not in whole:
        return 0
    if whole == part or any(part == fold(left) for left, _, _ in _cuts(said)):
        return 2
    return int(any(part == fold(right) for _, right, _ in _cuts(said)))


def _cuts(title: str) -> Iterator[tuple[str, str, str]]:
    """Every way to cut a title in two at a separator, the last separator first."""
    for match in reversed(list(SEPARATOR.finditer(title))):
        left = title[: match.start()].strip()
        right = title[match.end() :].strip()
        if len(fold(left)) > 2 and len(fold(right)) > 1:
            yield left, right, match.group().strip()


def _spells(name: str, host: str) -> bool:
    """Whether a host's name is made of this name: "Example Blog" and exampleblog.org."""
    label = re.sub(r"^www\.|[^a-z0-9.]", "", host.lower())
    short = fold(name).replace(" ", "")
    return len(short) > 3 and (
        short == label.replace(".", "") or short in label.split(".") or short == label
    )
