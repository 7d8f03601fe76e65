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
from pipeline.extraction.fields.language import declared_language
from pipeline.extraction.fields.names import PERSON
from pipeline.extraction.fields.placement import Placement, label_of, text_of
from pipeline.extraction.page.lines import Line
from pipeline.extraction.page.parsed import host_of, join

PART_EDGE = re.compile(r"\s*[|•·]\s*|\s+[–—/]\s+")
READING_TIME = re.compile(r"(?:ca\. |about )?\d{1,3}\W{0,2}min\w*(?: \w{2,10})?", re.I)
METADATA = re.compile(
    r"(?:^|[\s_-])(?:\w{0,20}meta|info|byline|details|subtitle)(?:$|[\s_-])", re.I
)
NOUNS_HAVE_CAPITALS = ("de", "lb")  # so that two of them look like a name
SECTION_META = ("article:section", "article:tag", "keywords", "category")
SIGNATURE_EDGE = re.compile(r"^[\s,|•·–—-]+|[\s,|•·–—-]+$")
DAY_OF_WEEK = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)?(?:day)?\.?", re.I
)
TOPIC = re.compile(
    r"^(?:new|san|los|las|hong|united|north|south|east|west|saint|st)\b|"
    r"\b(?:development|engineering|learning|science|sciences|source|updates?|announcements?|"
    r"release"
    r"|releases|practices|stud(?:y|ies)|design|security|tutorials?|guides?|how|tips?|tricks?|"
    r"thoughts"
    r"|reviews?|events?|product|products|programming|software|web|data|code|coding|python|"
    r"open|deep"
    r"|machine|artificial|computer|systems?|tools?|books?|life|work|projects?|general|"
    r"personal|opinion"
    r"|posts?|articles?|essays?|research|culture|business|technology|tech|series|part|chapter|"
    r"issue"
    r"|edition|draft|version|min|minutes?|read|views?|comments?|words|share|reading|time|home|"
    r"all)\b",
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
            is_section = not name or _is_section(name, line, placement)
            if not is_section and _is_metadata(name, line, placement):
                yield Byline((name,), "infoline")
            break


def _is_metadata(name: str, line: Line, placement: Placement) -> bool:
    """Whether a line with a name and a date is about the post: its names, a link to a person, an
    element for the time or the time of reading say so."""
    if any(text_of(link) == name for link in line.block.iter("a")):
        return True
    if any(READING_TIME.fullmatch(part) for part in PART_EDGE.split(line.text)):
        return True
    if declared_language(placement.page).startswith(NOUNS_HAVE_CAPITALS):
        return False
    is_named = METADATA.search(label_of(line.block)) is not None
    return is_named or next(line.block.iter("time"), None) is not None


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
