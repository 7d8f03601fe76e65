"""Where a page shows who wrote it: markup, links, icons, "by" near the headline, the copyright line."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from pipeline.extraction.fields.names import BY, MAX_LENGTH, PERSON
from pipeline.extraction.page.lines import position
from pipeline.extraction.page.parsed import ParsedPage

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
AUTHOR_PATH = re.compile(
    r"/(?:authors?|autor(?:en|es)?|auteurs?|writers?|contributors?)/[^/]", re.I
)
PERSON_ICON = re.compile(
    r"(?:^|[\s-])(?:fa-user(?:-\w+)?|bi-person\S*|icon-(?:user|author|person)|user-icon|author-icon)(?:$|\s)",
    re.I,
)
BYLINE = re.compile(
    rf"(?:^|[|•·–—-]\s*)(?i:(?:article|words|text|story|written|posted|published|verfasst"
    rf"|geschrieben)\s+)?(?i:{BY})\b\s*:?\s+(?=[^\W\d_a-z])"
)
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
MAX_BYLINE = 140  # characters
NEAR = 14  # lines between a headline and its byline


def marked_up(page: ParsedPage) -> Iterator[tuple[str, str]]:
    """Names that the page's markup calls an author's."""
    yield from (
        (value, "rel=author") for value in _marked(page, "//*[@rel='author' or @itemprop='author']")
    )
    yield from ((value, "byline") for value in _marked(page, "//*[@class]", NAMED))
    for link in page.every("a"):
        if (
            AUTHOR_PATH.search(link.get("href") or "")
            and link.get("rel") != "license"
            and not _is_elsewhere(link)
        ):
            yield words_of(link), "author link"


def nearby(page: ParsedPage, heading: str) -> Iterator[tuple[str, str]]:
    """Names after the picture of a person, or after "by" near the headline."""
    for icon in page.tree.iter("i", "span", "svg"):
        if PERSON_ICON.search(icon.get("class") or "") and not _is_elsewhere(icon):
            yield _beside(icon), "icon"
    at = position(page.lines, heading)
    if at >= 0:
        near = page.lines[max(0, at - NEAR) : at + NEAR]
    else:
        near = page.lines[:0]
    for line in near:
        if len(line.text) < MAX_BYLINE:
            match = BYLINE.search(line.text)
        else:
            match = None
        if match:
            yield line.text[match.end() :], "by"


def copyright_holders(page: ParsedPage) -> Iterator[str]:
    """The holder of the copyright, where that is a person and the site is theirs alone."""
    for line in page.lines[-40:]:
        match = COPYRIGHT.search(line.text)
        if match:
            holder = match.group(1).strip()
        else:
            holder = ""
        holder = re.split(r"\s+(?:all|alle|some|powered|built|this|made)\b", holder, flags=re.I)[
            0
        ].strip()
        if PERSON.match(holder) and not COMPANY.search(holder) and not holder.startswith("The "):
            yield holder


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
    named = element.xpath(
        "(.//*[@itemprop='name' or @rel='author' or contains(concat(' ',@class,' '),' fn ')])[1]"
    )
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
    if parent is not None:
        sibling = parent.getnext()
    else:
        sibling = None
    if sibling is not None and len(words_of(sibling)) < MAX_LENGTH:
        return words_of(sibling)
    return ""


def _is_elsewhere(element: HtmlElement) -> bool:
    """Whether an element stands in a comment, a portrait, a list of other posts."""
    for step, e in enumerate((element, *element.iterancestors())):
        label = STATE.sub("", f"{e.get('class') or ''} {e.get('id') or ''}")
        if step < 6 and e.tag not in ("body", "html") and ELSEWHERE.search(label):
            return True
    return False
