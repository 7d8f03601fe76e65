"""One URL of a site, and what its sources say of it."""

from dataclasses import replace
from typing import Any, NamedTuple

from pipeline.core.records import SourceMetadata
from pipeline.core.url import BadURL, normal_form
from pipeline.discovery.readers.parsed import ENTRY, NAV, PROSE, ExtractedLink
from pipeline.discovery.scoring.compact import Rest, cut, cut_address
from pipeline.discovery.urls.patterns import Shape

NO_METADATA = SourceMetadata()
_LABELS = (
    "read",
    "continue",
    "more",
    "weiter",
    "lire",
    "leer",
    "permalink",
    "comment",
    "share",
    "»",
    "→",
    "#",
    "¶",
)


class Item(NamedTuple):
    """One URL and everything said of it."""

    url: str  # as the best source writes it
    key: str
    shape: Shape
    rank: int = 9
    # (source, how it names the URL), each once, in order of reading.
    places: tuple[tuple[str, str], ...] = ()
    source_metadata: SourceMetadata = NO_METADATA
    listed_date: bool = False  # a list shows a date beside it

    def at(self, place: str) -> int:
        """How many sources name it so."""
        return [how for _, how in self.places].count(place)

    @property
    def sources(self) -> tuple[str, ...]:
        """All that name it, each once."""
        return tuple(dict.fromkeys(source for source, _ in self.places))

    def to_compact(self) -> Rest:
        """All but the key, as `CompactRecords` holds it."""
        dirs, last, slug, query = self.shape
        address = cut_address(self.url, self.key)
        slug_in_key = cut(slug, self.key, slug)
        plain = (
            address,
            slug_in_key,
            dirs,
            last,
            query,
            self.rank,
            self.places,
            self.listed_date,
        )
        return plain, self.source_metadata


def from_compact(key: str, plain: tuple[Any, ...], said: SourceMetadata) -> Item:
    """Return the reverse of `Item.to_compact`."""
    url, slug, dirs, last, query, rank, places, listed_date = plain
    shape = Shape(dirs, last, slug.of(key), query)
    return Item(url.of(key), key, shape, rank, places, said, listed_date)


def is_plain(url: str) -> bool:
    """Whether the URL is written without what its normal form leaves out: markers of a feed,
    doubled slashes.
    """
    key = key_of(url)
    return ("?" in url) == ("?" in key) and "//" not in url[len("https://") :]


def merged(known: SourceMetadata, link: ExtractedLink) -> SourceMetadata:
    """Return what is known, filled up. A feed's word goes before a link's, a date beside a title
    before one without."""
    new = link.metadata
    is_label = new.title.lower().startswith(_LABELS)
    if link.place == ENTRY and not known.html:
        return filled(new, known)
    if link.place in (NAV, PROSE) or is_label:
        return filled(known, replace(new, title="", published=None))
    if new.published and not known.published:
        is_from_feed = known.html or known.summary
        if not is_from_feed:
            known = replace(known, title=new.title or known.title)
        return filled(known, new)
    return filled(known, new)


def filled(first: SourceMetadata, second: SourceMetadata) -> SourceMetadata:
    """Return the first, with what it lacks from the second."""
    # It mostly is the one below, and to compare takes all fields.
    if first is NO_METADATA or first == NO_METADATA:
        return second
    if second == NO_METADATA:
        return first
    names = SourceMetadata.__dataclass_fields__
    return SourceMetadata(
        **{name: getattr(first, name) or getattr(second, name) for name in names}
    )


def key_of(url: str) -> str:
    """Return the normal form of a URL; empty for what is no address of a page."""
    try:
        return normal_form(url)
    except BadURL:
        return ""
