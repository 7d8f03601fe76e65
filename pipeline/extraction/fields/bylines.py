"""Where a page shows who wrote it: markup, links, icons, "by" near the headline, the copyright
line."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipeline.extraction.fields.names import BY, CJK_LABEL, MAX_LENGTH, PERSON, ROLE
from pipeline.extraction.fields.placement import (
    HEADINGS,
    Placement,
    label_of,
    rel_of,
    short_text_of,
    text_of,
)
from pipeline.extraction.page.lines import INLINE, Line
from pipeline.extraction.page.lines import read as read_lines
from pipeline.extraction.page.parsed import ParsedPage, join

NAMED = re.compile(
    r"(?:^|[\s_-])(?:p-author|author(?:s|[_-]?names?)?|by-?line(?:[_-]?names?)?|by|posted-by|"
    r"written-by"
    r"|creator|writer|autor)(?:$|[\s_-])",
    re.I,
)
NAME_ITSELF = re.compile(
    r"(?:^|[\s_-])(?:name|fn|p-name|(?:author|byline|display|full|user)[_-]{0,2}name)(?:$|\s)",
    re.I,
)
PORTRAIT_NAME = re.compile(
    r"(?:^|\s)(?:avatar|portrait|profile|person)[_-]{1,2}(?:full-?)?name(?:$|\s)", re.I
)
OF_THE_POST = re.compile(r"(?:post|article|entry)[_-]{1,2}(?:author|byline|meta)", re.I)
ELSEWHERE = re.compile(
    r"(?:^|[\s_-])(?:bio\w*|about|avatar|social|urls|share|related|comments?|commentlist|"
    r"respond|reply"
    r"|recent|popular|power(?:ed)?|teasers?|follow|desc\w*|more|badge|role|job|title)(?:$|"
    r"[\s_-])",
    re.I,
)
STATE = re.compile(
    r"\b(?:has|hasnt|no|not|is|with|without)-\S+"
)  # "has-bio" is no biography
AUTHOR_PATH = re.compile(
    r"/(?:authors?|autor(?:en|es)?|auteurs?|writers?|contributors?)/[^/]", re.I
)
HOME = re.compile(r"(?:https?://[^/]+)?/[@~]?[\w.-]{1,60}/?$")
PERSON_ICON = re.compile(
    r"(?:^|[\s-])(?:fa-user(?:-\w+)?|bi-person\S*|icon-(?:user|author|person)|user-icon|"
    r"author-icon)"
    r"(?:$|\s)",
    re.I,
)
BYLINE = re.compile(
    rf"(?:^|[|•·–—-]\s*|\d{{4}}\s+)(?i:(?:guest post|article|words|text|story|written|posted|published"
    r"|submitted|contributed|authored|shared|blogged|penned|reported|compiled"
    rf"|verfasst|geschrieben)\s+)?(?i:{BY})\b\s*:?\s+(?=[^\W\d_a-z])"
)
LABEL_ALONE = re.compile(
    rf"(?i:(?:(?:posted|written|published|post|article|story)\s+)?(?:{BY})\s*:?)"
)
LABELLED = re.compile(  # far from the headline, where "by" alone may mean anything
    r"(?i:written\s+by|(?:post\s+)?authors?)\b\s*[:：]?\s*(?=[^\W\d_a-z])"
)
LABEL_FIRST = re.compile(r"written\s+by|(?:post\s+)?author", re.I)
COMPANY = re.compile(
    r"\b(?:inc|llc|ltd|gmbh|ag|corp|company|foundation|media|news|team|group|press|blog|"
    r"university"
    r"|institute|rights|copyright|project|contributors|authors|notes|journal|diary|weblog|"
    r"weekly"
    r"|daily|times|magazine|review|digest|stories|letters?|labs?|studios?|software)\b",
    re.I,
)
COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:©|"
    r"\(c\))?\s*(?:(?:19|20)\d\d(?:\s*[-–—]\s*(?:(?:19|20)\d\d|present"
    r"|now))?)?,?\s*(?:by\s+)?([^\W\d_][^.,|©•·–—<>\d]{3,40})",
    re.I,
)
BEHIND_A_HOLDER = re.compile(r"\s+(?:all|alle|some|powered|built|this|made)\b", re.I)
ICON_TAGS = frozenset(("i", "span", "svg"))
NOT_SHOWN = frozenset(("body", "html", "article", "main", "meta", "link", "script"))
MAX_BYLINE_LENGTH = 140  # characters
MAX_COPYRIGHT_LENGTH = 400
MAX_HREF_LENGTH = 300
MAX_ELEMENTS = 300
MAX_ALIKE = 12  # parts of a byline, each with a name
APART_LINES = 3  # between two authors of one byline
MAX_STEPS = 6  # around a name, that may say that it is of somebody else
NEAR_LINES = 14  # between a headline and its byline
FOOTER_LINES = 40


class Byline(NamedTuple):
    """What a page shows as the authors' names, and whether it stands where an article has them."""

    claims: tuple[str, ...]
    source: str
    is_sure: bool = False
    is_far: bool = False  # whether the text stands between the title and it


def marked_up(page: ParsedPage, placement: Placement) -> Iterator[Byline]:
    """Names that the page's markup calls an author's."""
    stated = [
        element
        for element in page.stating
        if element.get("rel") == "author" or element.get("itemprop") == "author"
    ]
    labelled = page.classed_as(NAMED)
    linked = [link for link in page.every("a") if _leads_to_an_author(link)]
    linked += [link for link in page.every("a") if _leads_to_a_home_above(link, page)]
    yield from _under_portraits(page, placement)
    yield from _groups(stated, "rel=author", placement)
    yield from _groups(labelled, "byline", placement)
    yield from _groups(linked, "author link", placement)


def nearby(page: ParsedPage, placement: Placement) -> Iterator[Byline]:
    """Names after the picture of a person, or after "by" near the headline."""
    icons = page.classed_as(PERSON_ICON)
    for icon in icons[:MAX_ELEMENTS]:
        if icon.tag in ICON_TAGS and not _is_elsewhere(icon, placement):
            yield Byline(_beside(icon), "icon")
    for line in lines_near(placement, NEAR_LINES):
        if len(line.text) >= MAX_BYLINE_LENGTH:
            continue
        if not line.text.isascii() and CJK_LABEL.search(line.text):
            yield Byline((line.text,), "by", is_sure=True)
        elif match := BYLINE.search(line.text):
            yield Byline((line.text[match.end() :],), "by", is_sure=True)
    for label, line in pairwise(lines_near(placement, NEAR_LINES)):
        if LABEL_ALONE.fullmatch(label.text) and PERSON.match(line.text):
            yield Byline((line.text,), "label", is_sure=True)


def closing(page: ParsedPage, placement: Placement) -> Iterator[Byline]:
    """Names behind "written by" or "author" in the last lines of the page."""
    for line in page.lines[-FOOTER_LINES:]:
        if len(line.text) >= MAX_BYLINE_LENGTH or not LABEL_FIRST.match(line.text):
            continue
        text = short_text_of(line.block)  # a blank between label and name
        match = LABELLED.match(text)
        if match is None or len(text) >= MAX_BYLINE_LENGTH:
            continue
        if not placement.is_elsewhere(line.block):
            yield Byline((text[match.end() :],), "closing")


def copyright_holders(page: ParsedPage) -> Iterator[Byline]:
    """Yield the holder of the copyright, where that is a person and the site is theirs alone."""
    for line in page.lines[-FOOTER_LINES:]:
        match = COPYRIGHT.search(line.text[:MAX_COPYRIGHT_LENGTH])
        if match is None:
            continue
        holder = BEHIND_A_HOLDER.split(match.group(1).strip())[0].strip()
        is_person = PERSON.match(holder) and not COMPANY.search(holder)
        if is_person and not holder.startswith("The "):
            yield Byline((holder,), "copyright")


def _under_portraits(page: ParsedPage, placement: Placement) -> Iterator[Byline]:
    """Yield the names beside portraits right under the title."""
    marked = page.classed_as(PORTRAIT_NAME)
    names = [
        text_of(element)
        for element in marked[:MAX_ALIKE]
        if placement.is_by_title(element)
    ]
    claims = tuple(name for name in names if PERSON.match(name))
    if claims:
        yield Byline(claims, "portrait", is_sure=True)


def _groups(
    elements: Sequence[HtmlElement], source: str, placement: Placement
) -> Iterator[Byline]:
    """Yield the names that stand together, those nearest to the title first."""
    alike: defaultdict[tuple[str, str], list[HtmlElement]] = defaultdict(list)
    for element in elements[:MAX_ELEMENTS]:
        if element.tag not in NOT_SHOWN and not _is_elsewhere(element, placement):
            alike[str(element.tag), element.get("class") or ""].append(element)
    found = []
    for same in alike.values():
        for together in _runs(same, placement):
            texts = [claim for element in together for claim in names_in(element)]
            claims = tuple(text for text in texts if 1 < len(text) < MAX_BYLINE_LENGTH)
            if claims:
                distance = abs(placement.distance(together[0]))
                is_sure = _is_sure(together[0], placement)
                is_far = _stands_below_the_text(together[0], placement)
                found.append((distance, Byline(claims, source, is_sure, is_far)))
    yield from (byline for _, byline in sorted(found, key=lambda pair: pair[0]))


def _runs(
    elements: Sequence[HtmlElement], placement: Placement
) -> Iterator[list[HtmlElement]]:
    """Elements parted where more than a few lines lie between two of them."""
    run: list[HtmlElement] = []
    for element in elements:
        apart = placement.distance(element) - placement.distance(run[-1]) if run else 0
        if apart > APART_LINES:
            yield run
            run = []
        run.append(element)
    if run:
        yield run


def names_in(element: HtmlElement) -> list[str]:
    """Return the texts within a byline that are names: links to authors, marked names, the first
    line."""
    links = [link for link in element.iter("a") if is_an_author_link(link)]
    if links:
        return [_name_of(link) for link in links]
    named = [e for e in element.iterdescendants() if _is_a_name_itself(e)]
    if named:
        return [text_of(e) for e in named]
    alike = [part for part in element if _kind_of(part) == _kind_of(element[0])]
    if len(alike) > 1 and element[0].tag not in INLINE:
        return [
            line.text for part in alike[:MAX_ALIKE] for line in read_lines(part)[:1]
        ]
    lines = read_lines(element)[:2]
    if len(lines) > 1 and _is_label_above_a_name(*lines):
        return [lines[1].text]
    return [line.text for line in lines[:1]]


def _kind_of(element: HtmlElement) -> tuple[str, str | None]:
    return str(element.tag), element.get("class")


def _is_label_above_a_name(first: Line, second: Line) -> bool:
    """Whether a card is headed by words such as "About the author", with the name below."""
    if first.block.tag not in HEADINGS or PERSON.match(first.text):
        return False
    return PERSON.match(second.text) is not None and not ROLE.search(second.text)


def _name_of(link: HtmlElement) -> str:
    """Return the name in a link to an author, which may hold a portrait and a role besides."""
    named = next((e for e in link.iterdescendants() if _is_a_name_itself(e)), None)
    if named is not None:
        return text_of(named)
    block = next((e for e in link.iterdescendants() if e.tag not in INLINE), None)
    return text_of(link) if block is None else text_of(block) or text_of(link)


def _is_sure(element: HtmlElement, placement: Placement) -> bool:
    """Whether a byline stands near the title, in the article, or is said to be the post's."""
    if OF_THE_POST.search(label_of(element)):
        return True
    if placement.in_frame(element) or placement.title_line < 0:
        return False
    is_near = abs(placement.distance(element)) <= NEAR_LINES
    return is_near or any(
        outer in placement.holds_title
        for outer in element.iterancestors("article", "main")
    )


def _stands_below_the_text(element: HtmlElement, placement: Placement) -> bool:
    """Whether more than a standfirst stands between the title and an element."""
    return placement.line_number(element) > placement.text_line


def _leads_to_an_author(link: HtmlElement) -> bool:
    if not AUTHOR_PATH.search((link.get("href") or "")[-MAX_HREF_LENGTH:]):
        return False
    return "license" not in rel_of(link)


def _leads_to_a_home_above(link: HtmlElement, page: ParsedPage) -> bool:
    """Whether a person's name links to the folder that the page lies in: /ines of /ines/boats."""
    href = link.get("href") or ""
    last = href.rstrip("/").rpartition("/")[2]
    may_be_above = last.startswith(("@", "~", ".")) or f"/{last}/" in page.url
    if not may_be_above or not HOME.match(href[-MAX_HREF_LENGTH:]):
        return False
    if not PERSON.match(short_text_of(link)):
        return False
    path = urlsplit(join(page.base, href)).path.rstrip("/")
    is_handle = path.rpartition("/")[2].startswith(("@", "~"))
    return is_handle or urlsplit(page.url).path.startswith(f"{path}/")


def is_an_author_link(link: HtmlElement) -> bool:
    """Whether a link names an author: by its relation, its class or its address."""
    if not text_of(link):
        return False
    is_marked = "author" in rel_of(link) or NAMED.search(link.get("class") or "")
    return bool(is_marked) or _leads_to_an_author(link) or _is_a_name_itself(link)


def _is_a_name_itself(element: HtmlElement) -> bool:
    if (element.get("itemprop") or "").lower() == "name":
        return True
    return NAME_ITSELF.search(element.get("class") or "") is not None


def lines_near(placement: Placement, distance: int) -> Sequence[Line]:
    """Return the lines around the title, up to a distance."""
    at = placement.title_line
    if at < 0:
        return ()
    return placement.page.lines[max(0, at - distance) : at + distance + 1]


def _beside(icon: HtmlElement) -> tuple[str, ...]:
    """Return the names that follow an icon: in its line, or in the element next to it."""
    block: HtmlElement | None = icon.getparent()
    while block is not None and block.tag in INLINE:
        block = block.getparent()
    links: Iterable[HtmlElement] = block.iter("a") if block is not None else ()
    authors = [text_of(link) for link in links if is_an_author_link(link)]
    if authors:
        return tuple(authors)
    after = (icon.tail or "").strip()
    following = icon.getnext()
    if after or following is not None:
        return (after or short_text_of(following),)
    parent = icon.getparent()
    sibling = parent.getnext() if parent is not None else None
    text = short_text_of(sibling) if sibling is not None else ""
    return (text,) if len(text) < MAX_LENGTH else ()


def _is_elsewhere(element: HtmlElement, placement: Placement) -> bool:
    """Whether an element stands in a comment, a portrait, a list of other posts."""
    is_stated = "author" in (element.get("itemprop"), element.get("rel"))
    if is_stated and placement.is_by_title(element):
        return False
    for step, outer in enumerate((element, *element.iterancestors())):
        if (
            step >= MAX_STEPS
            or outer.tag in ("body", "html")
            or outer in placement.holds_title
        ):
            break
        if ELSEWHERE.search(STATE.sub("", label_of(outer))):
            return True
    return placement.is_elsewhere(element)
