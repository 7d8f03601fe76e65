"""When it was published and last changed. A day that nobody states stays unknown."""

import logging
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from dateutil import parser as dateparser
from htmldate import find_date
from lxml.html import HtmlElement

from pipeline.extraction.evidence import Evidence
from pipeline.extraction.linked_data import articles, text
from pipeline.extraction.page import ParsedPage
from pipeline.records import Said

logging.getLogger("htmldate").setLevel(logging.CRITICAL)

PUBLISHED = ("article:published_time", "og:article:published_time", "article:published", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.date", "citation_publication_date", "citation_date", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date", "published_time", "date.issued", "cxenseparse:recs:publishtime", "dc.date.created")
UPDATED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified", "revised")
ISO = re.compile(r"^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}:\d{2}.*))?")
IN_URL = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/_-]|$)")
EARLIEST = 1990


class Moment(NamedTuple):
    """A point in time, aware where its zone is known; `precision` is "day" or "second"."""

    when: datetime
    precision: str


def candidates(page: ParsedPage, said: Said) -> list[Evidence[Moment]]:
    """Every date of publication that is claimed for the page, best sources first."""
    found: list[Evidence[Moment | None]] = [Evidence(_whole(said.published), "feed")]
    found += [Evidence(read(text(a.get("datePublished") or a.get("dateCreated"))), "json-ld") for a in articles(page.linked)]
    found += [Evidence(read(v), key) for key in PUBLISHED for v in page.meta.get(key, [])[:1]]
    found += [Evidence(read(v), "time") for v in _time_elements(page.tree)]
    found += [Evidence(in_url(page.url), "url")]
    return [Evidence(e.value, e.source) for e in found if e.value is not None]


def decide(found: Sequence[Evidence[Moment]]) -> Evidence[Moment] | None:
    """The first claim, in the order of how far its kind is to be trusted."""
    return found[0] if found else None


def published(page: ParsedPage, said: Said) -> Evidence[Moment] | None:
    """When the page was published, or None where nobody says."""
    return decide(candidates(page, said)) or _searched(page)


def updated(page: ParsedPage, said: Said) -> datetime | None:
    """When the page was last changed, or None where nobody says."""
    claims = [_whole(said.updated)]
    claims += [read(text(a.get("dateModified"))) for a in articles(page.linked)]
    claims += [read(v) for key in UPDATED for v in page.meta.get(key, [])[:1]]
    return next((c.when for c in claims if c), None) or said.lastmod


def read(value: str) -> Moment | None:
    """A date as machines write it; None where it is none, or beyond reason."""
    match = ISO.match(value)
    try:
        when = dateparser.parse(value.strip()[:60], default=datetime(1, 1, 1))  # noqa: DTZ001
    except (ValueError, OverflowError, TypeError, AttributeError):
        return None
    if when.year < EARLIEST or when.date() > _tomorrow():
        return None
    has_time = bool(match.group(4)) if match else bool(re.search(r"\d:\d\d", value))
    return Moment(when, "second" if has_time else "day")


def in_url(url: str) -> Moment | None:
    """The day that a URL's path spells out as /2024/05/03/ or /2024-05-03-; nothing where it names only a month."""
    match = IN_URL.search(urlsplit(url).path)
    try:
        return Moment(datetime(*map(int, match.groups())), "day") if match else None  # noqa: DTZ001
    except ValueError:
        return None


def _whole(when: datetime | None) -> Moment | None:
    return Moment(when, "second") if when else None


def _time_elements(tree: HtmlElement) -> Iterable[str]:
    elements = [e for e in tree.iter("time") if e.get("datetime")]
    marked = [e for e in elements if "publish" in f"{e.get('class')} {e.get('itemprop')}".lower() or e.get("pubdate") is not None]
    return [e.get("datetime") for e in (marked or elements)][:3]


def _searched(page: ParsedPage) -> Evidence[Moment] | None:
    found = find_date(page.tree, url=page.url, original_date=True, extensive_search=False)
    moment = read(found) if found else None
    return Evidence(moment, "htmldate") if moment else None


def _tomorrow() -> date:
    return (datetime.now(UTC) + timedelta(days=1)).date()
