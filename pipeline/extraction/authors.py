"""Who wrote it: names of people, cleaned of everything that bylines put around them."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from lxml.html import HtmlElement

from pipeline.extraction.evidence import Evidence, fold
from pipeline.extraction.linked_data import articles, as_list, text, types
from pipeline.extraction.page import ParsedPage
from pipeline.records import Said, SiteHints

META = ("author", "article:author", "og:article:author", "dc.creator", "dcterms.creator", "citation_author", "parsely-author", "sailthru.author", "byl", "authors", "creator", "twitter:data1")
BYLINE = "//*[@rel='author' or @itemprop='author' or contains(@class,'byline') or contains(@class,'author') or contains(@class,'p-author')]"
NAME_CLASS = re.compile(r"(?:^|[\s_-])(?:author|byline|p-author|fn|vcard|posted-by|written-by|creator)(?:$|[\s_-])", re.I)
NOT_BYLINE = re.compile(r"bio|about|box|avatar|image|social|related|comment|more|desc|widget|count|follow", re.I)
PREFIX = re.compile(r"^(?:(?:written|posted|published|story|words|text|article|updated)\s+)?(?:by|von|par|por|di|af|av|door|autor(?:in)?|author|auteur|text|作者)\b\s*:?\s*", re.I)
SUFFIX = re.compile(r"\s*(?:\||•|·|/|\bon\b\s+\w+ \d|\d{1,2}[./ ]|\bpublished\b|\bupdated\b|\bposted\b|\blast\b|@).*$", re.I)
SPLIT = re.compile(r"\s*(?:,|;|&|\band\b|\bund\b|\bet\b|\by\b)\s*", re.I)
NOBODY = {"", "admin", "administrator", "editor", "author", "authors", "by", "unknown", "anonymous", "staff", "guest", "root", "webmaster", "user", "none", "null", "name", "username", "redaktion", "post author", "view all posts", "see more"}
CREDENTIALS = {"md", "phd", "ma", "jr", "sr", "msc", "bsc", "mba", "rn", "esq", "ii", "iii"}
MAX_WORDS = 6
MAX_LENGTH = 80
MAX_AUTHORS = 12


def candidates(page: ParsedPage, said: Said, site: SiteHints = SiteHints()) -> list[Evidence[tuple[str, ...]]]:  # noqa: B008
    """Every set of authors that is claimed for the page, best sources first."""
    found = [
        Evidence(names(said.authors), "feed"),
        Evidence(names(n for a in articles(page.linked) for n in _linked_names(a, page.linked)), "json-ld"),
        *(Evidence(names(v for v in page.meta.get(key, []) if "/" not in v), key) for key in META),
        *(Evidence(names([value]), "byline") for value in _bylines(page)),
        Evidence(names(site.authors), "site"),
    ]
    return [e for e in found if e.value]


def decide(found: Sequence[Evidence[tuple[str, ...]]]) -> Evidence[tuple[str, ...]]:
    """The first claim, in the order of how far its kind is to be trusted; nobody where nobody is named."""
    return found[0] if found else Evidence((), "none")


def names(claims: Iterable[str]) -> tuple[str, ...]:
    """Clean, distinct names out of byline texts."""
    found: dict[str, str] = {}
    for claim in claims:
        for name in split(claim):
            found.setdefault(fold(name), name)
    return tuple(found.values())[:MAX_AUTHORS]


def split(claim: str) -> list[str]:
    """The names in one byline, without "by", dates, addresses and handles."""
    claim = " ".join(re.sub(r"\S+@\S+\.\w+|https?://\S+|[\"“”()<>]", " ", claim).split())
    claim = SUFFIX.sub("", PREFIX.sub("", claim))
    parts = [p.strip(" .:-–—|") for p in SPLIT.split(claim)]
    return [p for p in parts if _is_name(p)]


def _is_name(text: str) -> bool:
    folded = fold(text)
    return (
        folded not in NOBODY
        and folded not in CREDENTIALS
        and len(text) <= MAX_LENGTH
        and len(folded.split()) <= MAX_WORDS
        and any(c.isalpha() for c in text)
    )


def _linked_names(article: dict[str, Any], every: list[dict[str, Any]]) -> Iterable[str]:
    for author in as_list(article.get("author") or article.get("creator")):
        if isinstance(author, str):
            yield author
        elif isinstance(author, dict):
            yield text(author.get("name")) or _by_id(author.get("@id"), every)


def _by_id(identity: Any, every: list[dict[str, Any]]) -> str:
    return next((text(n.get("name")) for n in every if identity and n.get("@id") == identity and "Person" in types(n)), "")


def _bylines(page: ParsedPage) -> Iterable[str]:
    for element in page.tree.xpath(BYLINE)[:40]:
        label = f"{element.get('class') or ''} {element.get('id') or ''}"
        if element.tag in ("body", "html", "article", "meta", "link") or NOT_BYLINE.search(label):
            continue
        value = _shown(element)
        if 2 < len(value) < 120:
            yield value


def _shown(element: HtmlElement) -> str:
    named = element.xpath(".//*[@itemprop='name' or @rel='author' or contains(@class,'fn')]")
    return " ".join((named[0] if named else element).text_content().split())
