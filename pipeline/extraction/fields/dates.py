"""When it was published and last changed. A day that nobody states stays unknown."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from pipeline.core.records import SourceMetadata
from pipeline.extraction.fields.candidate import Evidence
from pipeline.extraction.fields.date_parsing import (
    IN_NAME,
    PERMALINK,
    Moment,
    given,
    in_url,
    read,
)
from pipeline.extraction.fields.date_spots import DateSpot, date_spots
from pipeline.extraction.fields.language import month_first
from pipeline.extraction.fields.placement import Placement
from pipeline.extraction.page.linked_data import articles, text
from pipeline.extraction.page.parsed import ParsedPage

PUBLISHED = (
    "article:published_time og:article:published_time article:published datepublished"
    " og:published_time published_time pubdate publishdate publish-date publish_date"
    " publication_date date.issued dc.date.issued dcterms.issued dcterms.created_at dc.date.created_at"
    " dc.date dcterms.date dc:date citation_publication_date citation_online_date citation_date"
    " parsely-pub-date sailthru.date cxenseparse:recs:publishtime article_date_original"
    " originalpublicationdate date"
).split()
UPDATED = (
    "article:modified_time og:updated_time datemodified dcterms.modified last-modified lastmod"
    " revised"
).split()


def published(page: ParsedPage, said: SourceMetadata, heading: str = "") -> Evidence[Moment] | None:
    """When the page was published, or None where nobody says.

    `heading` is the title as the page shows it.
    """
    return decide(candidates(page, said, heading), in_url(page.url, PERMALINK))


def candidates(
    page: ParsedPage, said: SourceMetadata, heading: str = ""
) -> Iterator[Evidence[Moment]]:
    """Every date of publication that is claimed for the page, best sources first.

    Read only as far as is asked.
    """
    for moment, source in _claims(page, said, heading):
        if moment is not None:
            yield Evidence(moment, source)


def _claims(
    page: ParsedPage, said: SourceMetadata, heading: str
) -> Iterator[tuple[Moment | None, str]]:
    american = month_first(page)
    linked = articles(page.linked)
    for article in linked:
        yield read(text(article.get("datePublished")), american), "json-ld"
    for key in PUBLISHED:
        for value in page.meta.get(key, [])[:1]:
            yield read(value, american), key
    spots = _spots(page, heading, american)
    yield from _shown(page, [spot for spot in spots if spot.is_sure and not spot.is_update])
    far = [spot for spot in spots if not spot.is_sure and not spot.is_update]
    yield from ((spot.moment, spot.source) for spot in far if spot.is_labelled)
    yield given(said.published), "feed"
    yield in_url(page.url, IN_NAME), "url"
    for article in linked:
        yield read(text(article.get("dateCreated")), american), "json-ld:created"
    yield from ((spot.moment, spot.source) for spot in far)
    yield from ((spot.moment, "last-updated") for spot in spots if spot.is_update)


def _shown(page: ParsedPage, spots: Sequence[DateSpot]) -> Iterator[tuple[Moment | None, str]]:
    """The dates in the article and the one in its address, which goes before a mere line."""
    permalink = in_url(page.url, PERMALINK), "permalink"
    shown = [(spot.moment, spot.source) for spot in spots]
    if shown and shown[0][1] == "time":
        yield from (*shown, permalink)
    else:
        yield from (permalink, *shown)


def decide(
    found: Iterable[Evidence[Moment]], permalink: Moment | None = None
) -> Evidence[Moment] | None:
    """The first claim, in the order of how far its kind is to be trusted.

    A time in UTC names the instant and not the author's day. Where the address names the day before
    or after, that is the day.
    """
    best = next(iter(found), None)
    if best is None or permalink is None or best.source == "feed":
        return best
    apart = abs(permalink.when.date() - best.value.when.date())
    if best.value.when.utcoffset() == timedelta(0) and apart == timedelta(days=1):
        return Evidence(permalink, "permalink")
    return best


def updated(page: ParsedPage, said: SourceMetadata, heading: str = "") -> datetime | None:
    """When the page was last changed, or None where nobody says."""
    for moment in _updates(page, said, heading):
        if moment is not None:
            return moment.when
    return said.lastmod


def _updates(page: ParsedPage, said: SourceMetadata, heading: str) -> Iterator[Moment | None]:
    american = month_first(page)
    for article in articles(page.linked):
        yield read(text(article.get("dateModified")), american)
    for key in UPDATED:
        for value in page.meta.get(key, [])[:1]:
            yield read(value, american)
    for spot in _spots(page, heading, american):
        if spot.is_update:
            yield spot.moment
    yield given(said.updated)


def _spots(page: ParsedPage, heading: str, american: bool) -> list[DateSpot]:
    return date_spots(page, Placement(page, heading), american)
