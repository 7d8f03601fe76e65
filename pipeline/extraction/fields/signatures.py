"""Names that stand beside the date under the headline, where nothing says that they are names."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipeline.extraction.fields import datelines
from pipeline.extraction.fields.bylines import (
    COMPANY,
    MAX_BYLINE_LENGTH,
    Byline,
    is_an_author_link,
    lines_near,
)
from pipeline.extraction.fields.names import PERSON
from pipeline.extraction.fields.placement import Placement, text_of
from pipeline.extraction.page.lines import Line
from pipeline.extraction.page.parsed import host_of, join

PART_EDGE = re.compile(r"\s*[|•·]\s*|\s+[–—/]\s+")
SECTION_META = ("article:section", "article:tag", "keywords", "category")
SIGNATURE_EDGE = re.compile(r"^[\s,|•·–—-]+|[\s,|•·–—-]+$")
DAY_OF_WEEK = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)?(?:day)?\.?", re.I
)
TOPIC = re.compile(
    r"\b(?:development|engineering|learning|science|sciences|source|updates?|announcements?|release"
    r"|releases|practices|stud(?:y|ies)|design|security|tutorials?|guides?|how|tips?|tricks?|thoughts"
    r"|reviews?|events?|product|products|programming|software|web|data|code|coding|python|open|deep"
    r"|machine|artificial|computer|systems?|tools?|books?|life|work|projects?|general|personal|opinion"
    r"|posts?|articles?|essays?|research|culture|business|technology|tech|series|part|chapter|issue"
    r"|edition|draft|version|min|minutes?|read|views?|comments?|words|share|reading|time|home|all)\b",
    re.I,
)
SIGNATURE_LINES = 3


def signatures(placement: Placement) -> Iterator[Byline]:
    """Yield a name beside the date, in a line of italics of their own under the headline."""
    for line in lines_near(placement, SIGNATURE_LINES):
        mentions = datelines.mentions(line.text)
        if len(line.text) >= MAX_BYLINE_LENGTH or not (
            mentions and _is_in_italics(line)
        ):
            continue
        text = line.text[: mentions[0].start] + line.text[mentions[-1].end :]
        name = SIGNATURE_EDGE.sub("", text)
        if PERSON.match(name):
            yield Byline((name,), "signature")


def infolines(placement: Placement) -> Iterator[Byline]:
    """Yield a name beside the date, in one line right under the headline."""
    for line in lines_near(placement, SIGNATURE_LINES):
        parts = PART_EDGE.split(line.text[:MAX_BYLINE_LENGTH])
        for at, part in enumerate(parts):
            mentions = datelines.mentions(part)
            if not mentions:
                continue
            beside = part[: mentions[0].start] + part[mentions[-1].end :]
            own = _without_day_of_week(beside)
            found = (
                [own] if own else [*parts[max(0, at - 1) : at], *parts[at + 1 :][:1]]
            )
            name = next((name for name in found if PERSON.match(name)), "")
            if name and not _is_section(name, line, placement):
                yield Byline((name,), "infoline")
            break


def _without_day_of_week(text: str) -> str:
    pieces = [piece.strip(" |•·–—-()") for piece in text.split(",")]
    return ", ".join(piece for piece in pieces if not DAY_OF_WEEK.fullmatch(piece))


def _is_section(name: str, line: Line, placement: Placement) -> bool:
    """Whether a name is a section of the site: stated so, of a topic, or a link to no author."""
    if TOPIC.search(name) or COMPANY.search(name):
        return True
    stated = [
        value for key in SECTION_META for value in placement.page.meta.get(key, [])
    ]
    if any(name.lower() in value.lower() for value in stated):
        return True
    links = [link for link in line.block.iter("a") if text_of(link) == name]
    return any(not _leads_to_a_person(link, placement) for link in links)


def _leads_to_a_person(link: HtmlElement, placement: Placement) -> bool:
    """Whether a link is marked as an author's, or leads to a start page elsewhere or by mail."""
    if is_an_author_link(link):
        return True
    address = (link.get("href") or "").strip()
    if address.startswith("mailto:"):
        return True
    parts = urlsplit(join(placement.page.base, address))
    is_own = host_of(address) in ("", host_of(placement.page.url))
    return not is_own and parts.path.count("/") < 3


def _is_in_italics(line: Line) -> bool:
    whole = line.text
    return any(
        text_of(e) == whole
        for e in (line.block, *line.block.iter("em", "i"))
        if e.tag in ("em", "i")
    )
