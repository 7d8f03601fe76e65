"""What a source says, once its bytes are read: one shape for feeds, sitemaps, robots files and pages."""

from dataclasses import dataclass, field

from pipeline.core.records import Said

# How a source mentions a URL. The first three are made by and for readers of articles; the rest is furniture.
ENTRY = "entry"
LINE = "line"
ITEM = "item"
PROSE = "prose"
NAV = "nav"


@dataclass(frozen=True, slots=True)
class Mention:
    """A URL that a source names: a feed's entry, a sitemap's line, a page's link."""

    url: str  # absolute
    place: str  # ENTRY, LINE, ITEM (a link that stands for itself), PROSE (in a sentence), NAV (menu, sidebar, footer)
    said: Said = field(default_factory=Said)
    slot: str = (
        ""  # where it stands in the page's structure, equal for links that a template repeats
    )


@dataclass(frozen=True, slots=True)
class Lead:
    """Another source that a source names. `how` is how it is named, which is how urgent it is."""

    url: str = ""
    how: str = ""  # feed, feed-link, feed-next, sitemap, next, home
    label: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that discovery keeps of one source."""

    kind: str  # feed, sitemap, index (of sitemaps), robots, page, stub (a page that only sends elsewhere), nothing
    url: str  # where it was read, after redirects
    mentions: tuple[Mention, ...] = ()
    leads: tuple[Lead, ...] = ()
    name: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    canonical: str = ""  # of a page: the address it gives itself; of a stub: where it sends
    article: bool = False  # the page says that it is an article
    cut: str = ""  # which bound ended the reading early, for people
