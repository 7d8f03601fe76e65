"""Where a page shows dates: elements made for them and short lines, each with its label."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from lxml.html import HtmlElement

from pipeline.extraction.fields import datelines
from pipeline.extraction.fields.date_parsing import Moment, read, reasonable
from pipeline.extraction.fields.language import declared_language
from pipeline.extraction.fields.placement import Placement, label_of, text_of
from pipeline.extraction.page.lines import INLINE, Line
from pipeline.extraction.page.parsed import ParsedPage

PUBLISHED = re.compile(
    r"\b(?:first\s+)?(?:published|posted|created|written|released)\b|\bpublish|\bpubdate|"
    r"dt-published"
    r"|datepublished|veröffentlicht|erstellt|erschienen|publié|publicado|pubblicato|"
    r"gepubliceerd"
    r"|geplaatst|publicerad|publisert|udgivet|julkaistu|opublikowano|publikováno|publicat"
    r"|опубликован|опубліковано|yayınlan|发布|發佈|发表|投稿|公開|게시|작성",
    re.I,
)
CHANGED = re.compile(
    r"\b(?:last\s+)?(?:updated?|modified|edited|changed|revised|reviewed)\b|datemodified|"
    r"dt-updated"
    r"|aktualisiert|geändert|bearbeitet|mis(?:e)? à jour|modifié|actualizado|modificado|"
    r"aggiornat"
    r"|atualizado|bijgewerkt|gewijzigd|uppdaterad|oppdatert|opdateret|päivitetty|zaktualizowano"
    r"|aktualizováno|actualitzat|обновлен|изменен|оновлено|güncelle|更新|修改|최종|수정",
    re.I,
)
DATE_LABEL = re.compile(
    r"date|datum|fecha|time|publi|posted|meta|calendar|byline|info", re.I
)
DATE_WORD = re.compile(
    r"\W*(?:date|datum|fecha|data|published|posted|created|written|veröffentlich\w+|publié|"
    r"publicado"
    r"|pubblicato|stand|erstellt)\b",
    re.I,
)
META_LABEL = re.compile(
    r"(?:post|entry|article)-?_?(?:meta\w*|info|footer|date|details)", re.I
)
NEAR_LINES = 14  # between a headline and its date
LABEL_LENGTH = 40  # characters of a line that is little more than a date
SHORT_LENGTH = 90  # characters; a date in a longer line is part of a story
META_LENGTH = 240  # characters of a line that is marked as the data of a post
OPENING_LENGTH = 14  # characters of a long line that may be its dateline
LABEL_WORDS_LENGTH = 40  # characters before a date that say what it is
MAX_ELEMENTS = 200
MAX_LEVELS = 3  # around an element, that are searched for its label
MAX_WORDS_AROUND = 8  # on either side of a date, between separators
MAX_WORDS_AROUND_CLOSED = 2  # in a line that ends as a sentence does
SEPARATOR = re.compile(r"[|·•/—–,:]|\s-\s")
YEAR = re.compile(r"\d{4}")
LABELLED = frozenset(("abbr", "span"))
DATE_CLASS = re.compile(r"\b(?:published|updated|modified|date|time|dt-\w+)\b", re.I)
SEVERAL = 3  # elements alike, that make a list of them


class DateSpot(NamedTuple):
    """A date that the page shows: what it is, how far it may be trusted."""

    moment: Moment
    source: str  # "time" for an element made for dates, else "dateline"
    is_update: bool
    is_sure: bool  # whether it stands where an article has its date
    is_labelled: bool
    rank: tuple[int, ...]  # the lower, the more it looks like the article's own


def date_spots(
    page: ParsedPage,
    placement: Placement,
    month_first: bool,
    *,
    only_updates: bool = False,
) -> list[DateSpot]:
    """Return the dates that the page shows for its article, the likeliest first.

    `only_updates`: those alone that say when it was changed; most pages show none, and reading a
    date is dear.
    """
    found = [
        *_elements(page, placement, month_first, only_updates),
        *_lines(page, placement, month_first, only_updates),
    ]
    if only_updates:
        found = [spot for spot in found if spot.is_update]
    return sorted(found, key=lambda spot: spot.rank)


def _elements(
    page: ParsedPage, placement: Placement, month_first: bool, only_updates: bool
) -> Iterator[DateSpot]:
    stating = [*page.every("time"), *page.stating]
    marked = [
        e for e in stating if e.tag not in ("meta", "link", "a") and _may_be_a_date(e)
    ]
    labelled = [e for e in page.classed_as(DATE_CLASS) if e.tag in LABELLED]
    elements = list(dict.fromkeys([*marked[:MAX_ELEMENTS], *labelled[:MAX_ELEMENTS]]))
    alike = Counter(_kind_of(e) for e in elements)
    for element in elements:
        label = _label_around(element)
        if only_updates and not CHANGED.search(label):
            continue
        moment = _moment(element, month_first)
        if (
            moment is None
            or placement.is_elsewhere(element)
            or placement.in_prose(element)
        ):
            continue
        is_published = bool(PUBLISHED.search(label))
        is_update = bool(CHANGED.search(label)) and not is_published
        is_one_of_many = alike[_kind_of(element)] >= SEVERAL
        place = _place(placement, element, is_one_of_many)
        is_only_one = len(elements) == 1 and _shares_no_row(element, placement)
        if place == 2 and not is_published and not is_only_one:
            continue
        distance = abs(placement.distance(element))
        rank = (place, not is_published, False, distance, 0)
        yield DateSpot(moment, "time", is_update, place < 2, is_published, rank)


def _label_around(element: HtmlElement) -> str:
    """Return what an element's names and the words before it say of its date."""
    names = f"{label_of(element)} {element.get('itemprop') or ''}"
    return f"{names} {_words_before(element)}"


def _lines(
    page: ParsedPage, placement: Placement, month_first: bool, only_updates: bool
) -> Iterator[DateSpot]:
    """Short lines that name a day: near the title, or labelled where all of the page agree."""
    language = declared_language(page)[:2].lower()
    near: list[DateSpot] = []
    far: list[DateSpot] = []
    for number, line in enumerate(page.lines):
        if not _may_name_a_year(line):
            continue
        if only_updates and not _may_name_a_change(line):
            continue
        for spot in _in_line(line, number, placement, month_first, language):
            (near if spot.is_sure else far).append(spot)
    yield from near
    yield from _agreed(far)


def _may_name_a_year(line: Line) -> bool:
    """Whether so much of a line as is read for a date holds a year."""
    is_long = len(line.text) > SHORT_LENGTH and not _is_metadata(label_of(line.block))
    length = 2 * OPENING_LENGTH if is_long else META_LENGTH
    return YEAR.search(line.text[:length]) is not None


def _may_name_a_change(line: Line) -> bool:
    """Whether so much of a line as is read, or what is around it, speaks of a change."""
    text = datelines.visible(line.text[:META_LENGTH])
    return CHANGED.search(f"{text} {line.labels} {text}") is not None


@lru_cache(maxsize=4_096)  # a site's pages have the same labels
def _is_metadata(label: str) -> bool:
    return META_LABEL.search(label) is not None


def _in_line(
    line: Line, number: int, placement: Placement, month_first: bool, language: str
) -> Iterator[DateSpot]:
    text = datelines.visible(line.text[:META_LENGTH])
    is_metadata = _is_metadata(label_of(line.block))
    if len(text) > SHORT_LENGTH and not is_metadata:
        text = text[:OPENING_LENGTH]
    mentions = datelines.mentions(text, month_first, language)
    if (
        not mentions
        or placement.is_elsewhere(line.block)
        or placement.is_quoted(line.block)
    ):
        return
    distance = number - placement.title_line
    is_near = placement.title_line >= 0 and abs(distance) <= NEAR_LINES
    end_before = 0
    for mention in mentions:
        moment = reasonable(mention.day)
        label = text[end_before : mention.start][-LABEL_WORDS_LENGTH:]
        end_before = mention.end
        is_in_a_sentence = not is_metadata and _is_in_a_sentence(text, mention, label)
        if moment is None or is_in_a_sentence:
            continue
        if len(mentions) == 1 and not _says_which(label):
            label = f"{label} {line.labels} {text[mention.end :]}"
        is_published = bool(PUBLISHED.search(label))
        is_update = bool(CHANGED.search(label)) and not is_published
        is_labelled = is_metadata or bool(
            DATE_LABEL.search(line.labels) or DATE_WORD.match(text)
        )
        is_sure = is_near and not placement.in_frame(line.block)
        rank = (int(not is_sure), not is_published, not is_labelled, abs(distance), 1)
        yield DateSpot(moment, "dateline", is_update, is_sure, is_labelled, rank)


def _agreed(spots: list[DateSpot]) -> Iterator[DateSpot]:
    """Yield the labelled dates far from the title, where they are all of one day; updates apart."""
    labelled = [spot for spot in spots if spot.is_labelled and not spot.is_update]
    if len({spot.moment for spot in labelled}) == 1:
        yield from labelled
    yield from (spot for spot in spots if spot.is_update)


def _says_which(label: str) -> bool:
    """Whether words before a date say that it is of the publication or of a change."""
    return PUBLISHED.search(label) is not None or CHANGED.search(label) is not None


def _is_in_a_sentence(text: str, mention: datelines.Mention, label: str) -> bool:
    """Whether a date is part of a sentence: many words around it that no sign sets apart."""
    if _says_which(label):
        return False
    before = SEPARATOR.split(text[: mention.start])[-1]
    after = SEPARATOR.split(text[mention.end :])[0]
    words = len(before.split()) + len(after.split())
    is_closed = text.rstrip().endswith((".", "!", "?", "。")) and len(
        before.split()
    ) < len(text.split())
    return words > MAX_WORDS_AROUND or (is_closed and words > MAX_WORDS_AROUND_CLOSED)


def _may_be_a_date(element: HtmlElement) -> bool:
    if element.tag == "time":
        return True
    if element.get("datetime"):
        return element.tag not in ("ins", "del")
    return (element.get("itemprop") or "").lower().startswith("date")


def _moment(element: HtmlElement, month_first: bool) -> Moment | None:
    """Return what an element says to machines, else what it shows."""
    stated = (
        element.get("datetime") or element.get("content") or element.get("title") or ""
    )
    if moment := read(stated, month_first):
        return moment
    shown = datelines.find(text_of(element)[:SHORT_LENGTH], month_first)
    return next((moment for day in shown if (moment := reasonable(day))), None)


def _place(placement: Placement, element: HtmlElement, is_one_of_many: bool) -> int:
    """0 near the title, 1 elsewhere in the article, 2 beside it."""
    if placement.in_frame(element):
        return 2
    if placement.title_line >= 0 and abs(placement.distance(element)) <= NEAR_LINES:
        return 0
    return 2 if is_one_of_many else 1


def _shares_no_row(element: HtmlElement, placement: Placement) -> bool:
    """Whether no link to another page stands in the row of an element."""
    row = next((e for e in element.iterancestors() if e.tag not in INLINE), None)
    if row is None:
        return False
    return not any(placement.leads_elsewhere(link) for link in row.iter("a"))


def _kind_of(element: HtmlElement) -> tuple[str, ...]:
    """Return what elements of one list have in common."""
    parent = element.getparent()
    around = f"{parent.tag} {parent.get('class')}" if parent is not None else ""
    return (str(element.tag), element.get("class") or "", around)


def _words_before(element: HtmlElement) -> str:
    """Return what stands right before an element on its line, and the names of what it stands
    in."""
    parent = element.getparent()
    for _ in range(MAX_LEVELS):
        previous = element.getprevious()
        parent = element.getparent()
        if parent is None:
            return ""
        text = (previous.tail if previous is not None else parent.text) or ""
        if text.strip():
            return text[-LABEL_WORDS_LENGTH:]
        if previous is not None:
            is_inline = previous.tag in INLINE and previous.tag != "time"
            return text_of(previous)[-LABEL_WORDS_LENGTH:] if is_inline else ""
        if parent.tag not in INLINE:
            return label_of(parent)
        element = parent
    return label_of(element)
