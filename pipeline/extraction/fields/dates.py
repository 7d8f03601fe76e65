"""When it was published and last changed. A day that nobody states stays unknown."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property

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
from pipeline.extraction.page.linked_data import text
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


class PageDates:
    """What a page states and shows of dates, read once for both fields."""

    def __init__(self, page: ParsedPage, placement: Placement) -> None:
        self.page = page
        self.placement = placement
        self.articles = page.articles

    @cached_property
    def month_first(self) -> bool:
        """Whether the page would write 4 March as 03/04."""
        return month_first(self.page)

    @cached_property
    def spots(self) -> list[DateSpot]:
        """The dates that the page shows, the likeliest first."""
        return date_spots(self.page, self.placement, self.month_first)

    @cached_property
    def updates(self) -> list[DateSpot]:
        """Those of the dates that the page shows that say when it was changed; where nobody asked
        for the others, they are not read."""
        if "spots" in vars(self):
            return [spot for spot in self.spots if spot.is_update]
        return date_spots(
            self.page, self.placement, self.month_first, only_updates=True
        )

    def in_linked_data(self, name: str) -> Iterator[Moment | None]:
        """Yield what JSON-LD states of the article under a name."""
        for article in self.articles:
            yield read(text(article.get(name)), self.month_first)

    def in_head(self, names: Iterable[str]) -> Iterator[tuple[Moment | None, str]]:
        """Yield what meta tags of these names state, with their names."""
        for name in names:
            for value in self.page.meta.get(name, [])[:1]:
                yield read(value, self.month_first), name


def published(found: PageDates, said: SourceMetadata) -> Evidence[Moment] | None:
    """When the page was published, or None where nobody says."""
    claims = (
        Evidence(moment, source) for moment, source in _claims(found, said) if moment
    )
    return decide(claims, in_url(found.page.url, PERMALINK))


def _claims(
    found: PageDates, said: SourceMetadata
) -> Iterator[tuple[Moment | None, str]]:
    """Every date of publication that is claimed for the page, best sources first.

    Read only as far as is asked.
    """
    page = found.page
    yield from ((moment, "json-ld") for moment in found.in_linked_data("datePublished"))
    yield from found.in_head(PUBLISHED)
    spots = [spot for spot in found.spots if not spot.is_update]
    yield from _shown(page, [spot for spot in spots if spot.is_sure])
    far = [spot for spot in spots if not spot.is_sure]
    yield from ((spot.moment, spot.source) for spot in far if spot.is_labelled)
    yield given(said.published), "feed"
    yield in_url(page.url, IN_NAME), "url"
    yield from (
        (moment, "json-ld:created") for moment in found.in_linked_data("dateCreated")
    )
    yield from ((spot.moment, spot.source) for spot in far)
    yield from ((spot.moment, "last-updated") for spot in found.spots if spot.is_update)


def _shown(
    page: ParsedPage, spots: Sequence[DateSpot]
) -> Iterator[tuple[Moment | None, str]]:
    """Yield the dates in the article and the one in its address, which goes before a mere line."""
    permalink = in_url(page.url, PERMALINK), "permalink"
    shown = [(spot.moment, spot.source) for spot in spots]
    if shown and shown[0][1] == "time":
        yield from (*shown, permalink)
    else:
        yield from (permalink, *shown)


def decide(
    found: Iterable[Evidence[Moment]], permalink: Moment | None = None
) -> Evidence[Moment] | None:
    """Return the first claim, in the order of how far its kind is to be trusted.

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


def updated(found: PageDates, said: SourceMetadata) -> datetime | None:
    """When the page was last changed, or None where nobody says."""
    for moment in _updates(found, said):
        if moment is not None:
            return moment.when
    return said.lastmod


def _updates(found: PageDates, said: SourceMetadata) -> Iterator[Moment | None]:
    yield from found.in_linked_data("dateModified")
    yield from (moment for moment, _ in found.in_head(UPDATED))
    yield from (spot.moment for spot in found.updates)
    yield given(said.updated)
