"""The title: what the page's head says, what stands above its text, what the feed calls it."""

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from pipeline.extraction.evidence import Evidence, fold
from pipeline.extraction.linked_data import articles, text
from pipeline.extraction.page import ParsedPage
from pipeline.records import Said

SEPARATORS = re.compile(r"\s+[|–—•·»«:›⋆~]+\s+|\s+-{1,2}\s+|\s*\|\s*|\s+::\s+|(?<=\S):\s+(?=\S)")
HEADLINE_CLASS = re.compile(r"(?:^|[\s_-])(?:entry-title|post-title|article-title|p-name|headline|title|posttitle|page-title)(?:$|[\s_-])", re.I)
META = ("og:title", "twitter:title", "citation_title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title")
NOT_A_TITLE = {"", "untitled", "home", "blog", "read more", "continue reading", "permalink", "link", "more", "index", "no title", "ohne titel"}
MAX_LENGTH = 300
CHROME = ("header", "nav", "footer", "aside")


def candidates(page: ParsedPage, said: Said) -> list[Evidence[str]]:
    """Every title that is claimed for the page, with who claims it."""
    found = [Evidence(said.title, "feed" if said.published or said.html or said.summary or said.authors else "link")]
    found += [Evidence(text(n.get("headline") or n.get("name")), "json-ld") for n in articles(page.linked)]
    found += [Evidence(value, name) for name in META for value in page.meta.get(name, [])[:1]]
    found += [Evidence(words_of(e), "microdata") for e in page.tree.xpath("//*[@itemprop][contains(@itemprop,'headline')]")[:1]]
    found += [Evidence(words_of(h), _heading_source(h)) for h in list(page.tree.iter("h1"))[:12]]
    found += [Evidence(words_of(h), "heading") for h in list(page.tree.iter("h2", "h3"))[:20] if HEADLINE_CLASS.search(h.get("class") or "")]
    found += [Evidence(words_of(t), "title") for t in page.tree.xpath("//head//title | //body/title")[:1]]
    return [e for e in found if fold(e.value) not in NOT_A_TITLE and len(e.value) <= MAX_LENGTH]


def decide(found: Sequence[Evidence[str]], site_names: Sequence[str] = ()) -> Evidence[str]:
    """The title among the candidates.

    A feed names its entries on purpose, so it is believed. On the page, a heading that the head confirms wins;
    then what the page tells machines, then the head's title, each without the site's name; then a heading alone.
    """
    by_source = {}
    for e in found:
        by_source.setdefault(e.source, e)
    if "feed" in by_source:
        return by_source["feed"]
    machine = [e for e in found if e.source in ("json-ld", *META, "microdata")]
    head = [by_source["title"]] if "title" in by_source else []
    headings = [e for e in found if e.source in ("h1", "heading", "site-h1")]
    names = {fold(n) for n in site_names if n}
    for heading in headings:
        if fold(heading.value) not in names and any(_confirms(e.value, heading.value) for e in [*head, *machine]):
            return heading
    for e in [*machine, *head]:
        cleaned = without_site(e.value, names, [h.value for h in headings])
        if fold(cleaned) not in names:
            return Evidence(cleaned, e.source)
    best = [h for h in headings if h.source != "site-h1"] or headings or head or machine
    return best[0] if best else Evidence("", "none")


def without_site(title: str, names: set[str], known: Sequence[str] = ()) -> str:
    """A title without the site's name before or after it."""
    parts = _split(title)
    if len(parts) < 2:
        return title
    for cut in range(1, len(parts)):
        left, right = _text(title, parts, 0, cut), _text(title, parts, cut, len(parts))
        if fold(right) in names:
            return left
        if fold(left) in names:
            return right
    return title


def words_of(element: HtmlElement) -> str:
    """An element's text on one line, without permalink signs and badges."""
    parts = [t for t in element.itertext() if t.strip() not in ("¶", "#", "§", "🔗")]
    return " ".join("".join(parts).split()).replace("\xad", "").replace("\u200b", "")


def _heading_source(heading: HtmlElement) -> str:
    for ancestor in heading.iterancestors():
        if ancestor.tag in ("article", "main"):
            return "h1"
        if ancestor.tag in ("nav", "footer", "aside"):
            return "site-h1"
    link = heading.find(".//a")
    is_home = link is not None and (link.get("href") or "").rstrip("/").count("/") <= 2 and words_of(link) == words_of(heading)
    return "site-h1" if is_home and not HEADLINE_CLASS.search(heading.get("class") or "") else "h1"


def _confirms(said: str, heading: str) -> bool:
    whole, part = fold(said), fold(heading)
    if not part or len(part) < 3:
        return False
    if whole == part:
        return True
    return any(fold(_text(said, _split(said), i, j)) == part for i, j in _segments(len(_split(said))))


def _split(title: str) -> list[tuple[int, int]]:
    ends = [(m.start(), m.end()) for m in SEPARATORS.finditer(title)]
    starts = [0, *(e for _, e in ends)]
    return list(zip(starts, [*(s for s, _ in ends), len(title)], strict=True))


def _segments(count: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(count) for j in range(i + 1, count + 1) if j - i < count][:40]


def _text(title: str, parts: list[tuple[int, int]], first: int, end: int) -> str:
    return title[parts[first][0] : parts[end - 1][1]].strip()
