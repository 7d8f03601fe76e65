"""What a source says once its bytes are parsed: one record for feeds, sitemaps, robots.txt and
pages.
"""

from dataclasses import dataclass, field

from pipeline.core.records import SourceMetadata

# Where a source names a URL. The first three are made for readers of articles, the other two
# surround them.
ENTRY = "entry"  # an entry of a feed
LINE = "line"  # a line of a sitemap
ITEM = "item"  # a link that stands for itself in a page's content, as in a list of articles
PROSE = "prose"  # a link in a sentence
NAV = "nav"  # a link in a menu, a sidebar or a footer


@dataclass(frozen=True, slots=True)
class ExtractedLink:
    """A URL that a source names: an entry of a feed, a line of a sitemap, a link of a page."""

    url: str  # absolute
    place: str  # ENTRY, LINE, ITEM, PROSE or NAV
    metadata: SourceMetadata = field(default_factory=SourceMetadata)
    slot: str = (
        ""  # tags and classes around the link: equal for links that a template repeats
    )
    rel: str = ""  # "next" or "prev", where the link says so
    dated: bool = False  # a date stands beside it, in whatever form


@dataclass(frozen=True, slots=True)
class SourceLink:
    """Another source that a source names."""

    url: str = ""
    how: str = ""  # feed, feed-link, feed-next, sitemap, next, home
    label: str = ""


@dataclass(frozen=True, slots=True)
class ParsedSource:
    """All that discovery keeps of one source."""

    kind: str  # feed, comments, sitemap, index, robots, page, stub (it only redirects) or nothing
    url: str  # where it was read, after redirects
    links: tuple[ExtractedLink, ...] = ()
    sources: tuple[SourceLink, ...] = ()
    name: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    canonical: str = ""  # of a page: the URL it gives itself; of a stub: its target
    article: bool = False  # the page says that it is an article
    cut: str = ""  # which limit ended the parsing early, for people
    dated: bool = False  # the page shows a date in a form that programs can read
    text_length: int = 0  # characters that a page shows
    scripts: bool = False  # the page runs scripts
    hash_links: int = 0  # links of a page or feed to parts of one page (/#2025-11-20)
    hash_routes: int = (
        0  # the same, where a script reads the fragment as a path (/#/notes/x, /#!x)
    )
