"""When it was published and last changed. A day that nobody states stays unknown."""

import logging
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from htmldate import find_date

from pipeline.core.records import Said
from pipeline.extraction.fields import datelines
from pipeline.extraction.fields.candidate import Evidence
from pipeline.extraction.fields.moments import (
    IN_NAME,
    PERMALINK,
    Moment,
    given,
    in_url,
    read,
    reasonable,
)
from pipeline.extraction.page.lines import Line, position
from pipeline.extraction.page.linked_data import articles, text
from pipeline.extraction.page.parsed import ParsedPage

logging.getLogger("htmldate").setLevel(logging.CRITICAL)

PUBLISHED = (
    "article:published_time og:article:published_time article:published datepublished og:published_time"
    " published_time pubdate"
    " publishdate publish-date publish_date publication_date date.issued dc.date.issued dcterms.issued"
    " dcterms.created dc.date.created"
    " dc.date dcterms.date dc:date citation_publication_date citation_online_date citation_date"
    " parsely-pub-date sailthru.date"
    " cxenseparse:recs:publishtime article_date_original originalpublicationdate date"
).split()
UPDATED = "article:modified_time og:updated_time datemodified dcterms.modified last-modified lastmod revised".split()
DATE_LABEL = re.compile(r"date|datum|fecha|time|publi|posted|meta|calendar|byline|info", re.I)
CHANGED = re.compile(
    r"updated|modified|edited|changed|aktualisiert|geändert|mis à jour|actualizado|aggiornato|güncelle",
    re.I,
)
SAID_LABEL = re.compile(
    r"\W*(?:date|datum|fecha|published|posted|veröffentlich\w+|publié|publicado|stand|erstellt)\b",
    re.I,
)
OPENING = 14  # characters of a long line that may be its dateline
LAST = re.compile(r"^last\s+", re.I)
NEAR = 14  # lines between a headline and its date
LABEL = 40  # characters of a line that is little more than a date
SHORT = 90  # characters; a date in a longer line is part of a story


def published(page: ParsedPage, said: Said, heading: str = "") -> Evidence[Moment] | None:
    """When the page was published, or None where nobody says. `heading` is the title as the page shows it."""
    return decide(candidates(page, said, heading), in_url(page.url, PERMALINK))


def candidates(page: ParsedPage, said: Said, heading: str = "") -> Iterator[Evidence[Moment]]:
    """Every date of publication that is claimed for the page, best sources first; read only as far as is asked."""
    for moment, source in _claims(page, said, heading):
        if moment is not None:
            yield Evidence(moment, source)


def _claims(page: ParsedPage, said: Said, heading: str) -> Iterator[tuple[Moment | None, str]]:
    linked = articles(page.linked)
    yield given(said.published), "feed"
    yield from ((read(text(a.get("datePublished"))), "json-ld") for a in linked)
    yield from ((read(v), key) for key in PUBLISHED for v in page.meta.get(key, [])[:1])
    yield from ((read(v), "time") for v in _time_elements(page))
    yield in_url(page.url, PERMALINK), "permalink"
    shown = _datelines(page, heading)
    yield from ((reasonable(day), source) for day, source in shown if source == "dateline")
    yield in_url(page.url, IN_NAME), "url"
    yield from ((read(text(a.get("dateCreated"))), "json-ld:created") for a in linked)
    yield from ((reasonable(day), source) for day, source in shown if source != "dateline")
    yield _searched(page), "htmldate"


def decide(
    found: Iterable[Evidence[Moment]], permalink: Moment | None = None
) -> Evidence[Moment] | None:
    """The first claim, in the order of how far its kind is to be trusted.

    A time in UTC names the instant and not the author's day. Where the address names the day before or after,
    that is the day.
    """
    best = next(iter(found), None)
    if best and permalink and best.source != "feed" and best.value.when.utcoffset() == timedelta(0):
        apart = permalink.when.date() - best.value.when.date()
        if abs(apart) == timedelta(days=1):
            return Evidence(permalink, "permalink")
        return best
    return best


def updated(page: ParsedPage, said: Said) -> datetime | None:
    """When the page was last changed, or None where nobody says."""
    claims = [given(said.updated)]
    claims += [read(text(a.get("dateModified"))) for a in articles(page.linked)]
    claims += [read(v) for key in UPDATED for v in page.meta.get(key, [])[:1]]
    return next((c.when for c in claims if c), None) or said.lastmod


def _time_elements(page: ParsedPage) -> Iterable[str]:
    elements = [e for e in page.every("time") if e.get("datetime")]
    marked = [
        e
        for e in elements
        if "publish" in f"{e.get('class')} {e.get('itemprop')}".lower()
        or e.get("pubdate") is not None
    ]
    first = [
        e
        for e in elements
        if "updated" not in (e.get("class") or "")
        and "modified" not in f"{e.get('itemprop')}".lower()
    ]
    return [e.get("datetime") or "" for e in (marked or first or elements)][:1]


def _datelines(page: ParsedPage, heading: str) -> list[tuple[datetime, str]]:
    """Short lines that name one day: near the headline, the labelled before the bare and the near before the far;
    then whatever day all labelled lines of the page agree on."""
    at = position(page.lines, heading)
    month_first = bool(re.match(r"(?:en(?:-us)?)?$", (page.tree.get("lang") or "").lower()))
    dated = [
        (abs(i - at), line, days[0])
        for i, line in enumerate(page.lines)
        if len(days := _days(line, month_first)) == 1
    ]
    near = sorted(
        (*_rank(line), distance, day)
        for distance, line, day in dated
        if at >= 0 and distance <= NEAR
    )
    found = [(day, "last-updated" if changed else "dateline") for changed, _, _, day in near]
    found += [
        (day, "last-updated") for _, line, day in dated if CHANGED.match(LAST.sub("", line.text))
    ]
    labelled = {
        day for _, line, day in dated if _rank(line) == (False, False) and len(line.text) <= LABEL
    }
    return found + [(day, "dateline") for day in labelled if len(labelled) == 1]


def _days(line: Line, month_first: bool) -> list[datetime]:
    if len(line.text) <= SHORT:
        start = line.text
    else:
        start = line.text[:OPENING]
    if not any(c.isdigit() for c in start):
        return []
    return list(dict.fromkeys(datelines.find(start, month_first)))


def _rank(line: Line) -> tuple[bool, bool]:
    return bool(CHANGED.search(line.text[:SHORT])), not (
        DATE_LABEL.search(line.labels) or SAID_LABEL.match(line.text)
    )


def _searched(page: ParsedPage) -> Moment | None:
    return read(
        find_date(page.tree, url=page.url, original_date=True, extensive_search=False) or ""
    )
