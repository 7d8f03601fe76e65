"""Who wrote it: names of people, cleaned of everything that bylines put around them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lxml.html import HtmlElement

from pipeline.extraction.evidence import Evidence, fold
from pipeline.extraction.lines import position
from pipeline.extraction.linked_data import articles, as_list, text, types
from pipeline.extraction.page import ParsedPage
from pipeline.records import Said, SiteHints

META = (
    "author article:author og:article:author dc.creator dcterms.creator dc.creator.aut citation_author parsely-author"
    " sailthru.author byl authors creator"
).split()
BY = r"by|von|par|por|di|af|av|door|autor(?:in)?|authors?|auteur|текст|автор|作者|文"
NAMED = re.compile(
    r"(?:^|[\s_-])(?:p-author|author(?:s|[_-]?names?)?|by-?line(?:[_-]?names?)?|by|posted-by|written-by"
    r"|creator|writer|autor)(?:$|[\s_-])",
    re.I,
)
ELSEWHERE = re.compile(
    r"(?:^|[\s_-])(?:bio\w*|about|avatar|social|share|related|comments?|commentlist|respond|reply|recent"
    r"|popular|teasers?|footer|follow|desc\w*|more)(?:$|[\s_-])",
    re.I,
)
STATE = re.compile(r"\b(?:has|hasnt|no|not|is|with|without)-\S+")  # "has-bio" is no biography
AUTHOR_PATH = re.compile(r"/(?:authors?|autor(?:en|es)?|auteurs?|writers?|contributors?)/[^/]", re.I)
WRITTEN_BY = re.compile(rf"\b(?:{BY})$", re.I)
PERSON_ICON = re.compile(
    r"(?:^|[\s-])(?:fa-user(?:-\w+)?|bi-person\S*|icon-(?:user|author|person)|user-icon|author-icon)(?:$|\s)", re.I
)
PREFIX = re.compile(
    rf"^(?:(?:article|words|text|story|written|posted|published|verfasst|geschrieben|veröffentlicht"
    rf"|escrito|écrit|publié)\s+)?(?:{BY})(?:\s*:|\b)\s*",
    re.I,
)
BYLINE = re.compile(
    rf"(?:^|[|•·–—-]\s*)(?i:(?:article|words|text|story|written|posted|published|verfasst"
    rf"|geschrieben)\s+)?(?i:{BY})\b\s*:?\s+(?=[^\W\d_a-z])"
)
SOMETHING_BY = re.compile(rf"^[a-z][^A-Z]*\s(?={BY}\s+[^\W\d_a-z])")  # "guest post by A Name", but not "Anna von Name"
SUFFIX = re.compile(
    r"\s*(?:[|•·]|\s[-–—/]\s|,?\s+(?:on|am|le|el|in|at|for|published|updated|posted|veröffentlicht"
    r"|last)\b\s|,?\s+(?:[A-Z]\w{2,8}\.?\s+)?\d|\bauthor\b|@).*$",
    re.I,
)
SPLIT = re.compile(r"\s*(?:,|;|&|\band\b|\bund\b|\bet\b|\by\b|\bwith\b)\s*", re.I)
NOBODY = set(
    "|admin|administrator|editor|author|authors|by|von|unknown|anonymous|guest|root|webmaster|user|none"
    "|null|name|username|undefined"
    "|post author|view all posts|see more|read more|about the author|all posts|email|comments|share|veröffentlicht am"
    "|作者|editors".split("|")
)
CREDENTIALS = {"md", "phd", "ma", "jr", "sr", "msc", "bsc", "mba", "rn", "esq", "ii", "iii", "dr"}
COMPANY = re.compile(
    r"\b(?:inc|llc|ltd|gmbh|ag|corp|company|foundation|media|news|team|group|press|blog|university"
    r"|institute|rights|copyright|project|contributors|authors)\b",
    re.I,
)
COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:©|\(c\))?\s*(?:(?:19|20)\d\d(?:\s*[-–—]\s*(?:(?:19|20)\d\d|present"
    r"|now))?)?,?\s*(?:by\s+)?([^\W\d_][^.,|©•·–—<>\d]{3,40})",
    re.I,
)
PERSON = re.compile(r"^[^\W\d_a-z][\w'’.-]*(?:\s+[^\W\d_a-z][\w'’.-]*){1,3}$")
MAX_WORDS = 6
MAX_LENGTH = 80  # characters of a name
MAX_BYLINE = 140  # characters
MAX_AUTHORS = 12
NEAR = 14  # lines between a headline and its byline


def candidates(page: ParsedPage, said: Said, site: SiteHints, heading: str = "") -> list[Evidence[tuple[str, ...]]]:
    """Every set of authors that is claimed for the page, best sources first."""
    people, organisations = _linked(page)
    found = [
        Evidence(names(said.authors), "feed"),
        Evidence(names([*people, *organisations] if people else []), "json-ld"),
    ]
    declared = [Evidence(names(v for v in page.meta.get(key, []) if "//" not in v), key) for key in META]
    declared += [
        Evidence(names(page.meta.get("twitter:data1", [])), "twitter:data1")
        for v in page.meta.get("twitter:label1", [])
        if WRITTEN_BY.search(v)
    ]
    full = [e for e in declared if any(" " in name for name in e.value)]
    found += full
    found += [Evidence(names([value]), source) for value, source in _marked_up(page)]
    found += [Evidence(names(site.authors), "site")]
    found += [Evidence(names([value]), source) for value, source in _nearby(page, heading)]
    found += [e for e in declared if e not in full]  # one word is as often a login or a department as a name
    found += [Evidence(names(organisations), "json-ld:organization")]
    found += [Evidence(names([value]), "copyright") for value in _copyright(page)]
    return [e for e in found if e.value]


def decide(
    found: Sequence[Evidence[tuple[str, ...]]], site_names: Iterable[str] = (), host: str = ""
) -> Evidence[tuple[str, ...]]:
    """The first claim, in the order of how far its source is to be trusted; nobody where nobody is named.

    The site's own name is no author where a person is named; else it is, for many a blog is named after its author.
    """
    own = {fold(n) for n in site_names if n}
    claims = [Evidence(people, e.source) for e in found if (people := _without_site(e.value, own, host))]
    nobody: Evidence[tuple[str, ...]] = Evidence((), "none")
    return next(iter([*claims, *found]), nobody)


def _without_site(claim: tuple[str, ...], own: set[str], host: str) -> tuple[str, ...]:
    labels = set(host.lower().removeprefix("www.").split("."))
    return tuple(
        n
        for n in claim
        if fold(n) not in own and fold(n).replace(" ", "") not in labels and n.lower() not in host.lower()
    )


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
    claim = SUFFIX.sub("", PREFIX.sub("", SOMETHING_BY.sub("", claim)))
    parts = [p.strip(" .:-–—|*#") for p in SPLIT.split(claim)]
    return [p for p in parts if _is_name(p)]


def _is_name(value: str) -> bool:
    folded = fold(value)
    return (
        folded not in NOBODY
        and folded not in CREDENTIALS
        and 1 < len(value) <= MAX_LENGTH
        and len(folded.split()) <= MAX_WORDS
        and any(c.isalpha() for c in value)
        and ":" not in value
    )


def _linked(page: ParsedPage) -> tuple[list[str], list[str]]:
    people: list[str] = []
    organisations: list[str] = []
    for article in articles(page.linked):
        for author in as_list(article.get("author") or article.get("creator")):
            node = _resolve(author, page.linked)
            name = text(node.get("name")) if isinstance(node, dict) else text(node)
            is_person = not isinstance(node, dict) or "Organization" not in "".join(types(node))
            (people if is_person else organisations).append(name)
    return people, organisations


def _resolve(author: Any, every: list[dict[str, Any]]) -> Any:
    if isinstance(author, dict) and not author.get("name") and author.get("@id"):
        return next((n for n in every if n.get("@id") == author["@id"] and n.get("name")), author)
    return author


def _marked_up(page: ParsedPage) -> Iterator[tuple[str, str]]:
    """Names that the page's markup calls an author's."""
    yield from ((value, "rel=author") for value in _marked(page, "//*[@rel='author' or @itemprop='author']"))
    yield from ((value, "byline") for value in _marked(page, "//*[@class]", NAMED))
    for link in page.tree.iter("a"):
        if AUTHOR_PATH.search(link.get("href") or "") and link.get("rel") != "license" and not _is_elsewhere(link):
            yield words_of(link), "author link"


def _nearby(page: ParsedPage, heading: str) -> Iterator[tuple[str, str]]:
    """Names after the picture of a person, or after "by" near the headline."""
    for icon in page.tree.iter("i", "span", "svg"):
        if PERSON_ICON.search(icon.get("class") or "") and not _is_elsewhere(icon):
            yield _beside(icon), "icon"
    at = position(page.lines, heading)
    near = page.lines[max(0, at - NEAR) : at + NEAR] if at >= 0 else page.lines[:0]
    for line in near:
        match = BYLINE.search(line.text) if len(line.text) < MAX_BYLINE else None
        if match:
            yield line.text[match.end() :], "by"


def _marked(page: ParsedPage, path: str, label: re.Pattern[str] | None = None) -> Iterator[str]:
    for element in page.tree.xpath(path):
        if element.tag in ("body", "html", "article", "main", "meta", "link", "script"):
            continue
        if (label and not label.search(element.get("class") or "")) or _is_elsewhere(element):
            continue
        value = _name_in(element)
        if 1 < len(value) < MAX_BYLINE:
            yield value


def _name_in(element: HtmlElement) -> str:
    named = element.xpath("(.//*[@itemprop='name' or @rel='author' or contains(concat(' ',@class,' '),' fn ')])[1]")
    return words_of(named[0] if named else element)


def words_of(element: HtmlElement) -> str:
    """An element's text on one line."""
    return " ".join(" ".join(element.itertext()).split())


def _beside(icon: HtmlElement) -> str:
    after = (icon.tail or "").strip()
    following = icon.getnext()
    if after or following is not None:
        return after or words_of(following)
    parent = icon.getparent()
    sibling = parent.getnext() if parent is not None else None
    return words_of(sibling) if sibling is not None and len(words_of(sibling)) < MAX_LENGTH else ""


def _is_elsewhere(element: HtmlElement) -> bool:
    """Whether an element stands in a comment, a portrait, a list of other posts."""
    for step, e in enumerate((element, *element.iterancestors())):
        label = STATE.sub("", f"{e.get('class') or ''} {e.get('id') or ''}")
        if step < 6 and e.tag not in ("body", "html") and ELSEWHERE.search(label):
            return True
    return False


def _copyright(page: ParsedPage) -> Iterator[str]:
    """The holder of the copyright, where that is a person and the site is theirs alone."""
    for line in page.lines[-40:]:
        match = COPYRIGHT.search(line.text)
        holder = match.group(1).strip() if match else ""
        holder = re.split(r"\s+(?:all|alle|some|powered|built|this|made)\b", holder, flags=re.I)[0].strip()
        if PERSON.match(holder) and not COMPANY.search(holder) and not holder.startswith("The "):
            yield holder
