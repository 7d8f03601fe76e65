"""What the site's own evidence teaches: the shapes of its articles, the lists that hold them,
whether a list is whole.

Everything here is learned per site from what its feeds, sitemaps and lists agree on; no word of any
host is known.
"""

from collections import Counter
from dataclasses import dataclass, field

from pipeline.discovery.readers.parsed import ENTRY, LINE
from pipeline.discovery.scoring.evidence import Evidence
from pipeline.discovery.scoring.items import Item
from pipeline.discovery.urls.patterns import (
    MAX_WORDS,
    Shape,
    is_asset,
    is_list,
    is_machinery,
    is_paged,
    is_section,
    is_static,
    shape_of,
    words_of,
)

# A feed that holds one of these numbers of entries was probably cut there; other numbers are what
# there is.
USUAL_CAPS = {
    5,
    8,
    10,
    12,
    15,
    16,
    18,
    20,
    24,
    25,
    30,
    40,
    50,
    60,
    64,
    75,
    100,
    150,
    200,
    250,
    300,
    500,
    512,
    1000,
}
# URLs with the words of a title that a whole list may leave out: pages about the site
_MAX_TITLES_LEFT = 3
_MAX_UNLINKED_LEFT = 5  # the same of URLs that only a sitemap names

# How the articles of a site were recognised, from the surest on.
PINNED = "what was pinned"
FEED = "its feed"
SITEMAP = "its sitemap of posts"
DATED_LIST = "a list with dates"
DATED_PATHS = "dates in the URLs"
DATED_SECTION = "a list with dates of talks, projects or the like"
TITLE_LIST = "a list of titles without dates"
SITEMAP_FOLDER = "a folder of its sitemap"
NOTHING = ""
CONFIDENT = (PINNED, FEED, SITEMAP, DATED_LIST, DATED_PATHS)


@dataclass(slots=True)
class SiteProfile:
    """What was learned. Keys are normal forms, shapes are `str(Shape)`."""

    # In a feed of articles, in a sitemap of posts, or pinned.
    sure: set[str] = field(default_factory=set)
    # Named by sources that a person pinned.
    pinned: set[str] = field(default_factory=set)
    # Of the sure ones, or of dated lines.
    shapes: Counter[str] = field(default_factory=Counter)
    # With "?" for a category's folder.
    open_shapes: Counter[str] = field(default_factory=Counter)
    # Named like lists, but of articles.
    title_shapes: set[str] = field(default_factory=set)
    # Stand in a list's lines beside articles.
    listed: set[str] = field(default_factory=set)
    parents: set[str] = field(default_factory=set)  # folders in which articles lie
    # The lists were read to their end and hold every entry of the feeds.
    whole: bool = False
    blurred: bool = False  # most articles are of a shape that other pages have, too
    typed: bool = False  # a sitemap holds the posts and nothing else
    terse: bool = False  # one word is a usual slug here
    lists_hold_feed: bool = False  # lists show most of what the feeds name
    base: tuple[str, ...] = ()  # the folders of the scope
    basis: str = NOTHING

    @property
    def articles(self) -> set[str]:
        """All keys that are known to be articles."""
        return self.sure | self.listed

    def known_pattern(self, shape: Shape) -> str:
        """How far the shape is that of the site's articles.

        "own"; "open": but for the name of a folder; "loose": other pages may have it, too; or "".
        """
        if str(shape) in self.shapes:
            if self.loose(shape):
                return "loose"
            return "own"
        if not self.open_shapes:
            return ""
        for place in range(len(self.base), len(shape.dirs)):
            if opened(shape, place) in self.open_shapes:
                if len(shape.dirs) > len(self.base) + 1:
                    return "open"
                return "loose"
        return ""

    def loose(self, shape: Shape) -> bool:
        """Articles at the root lie beside the pages about the site: their shape alone does not
        tell them apart.
        """
        is_at_root = not shape.query and shape.dirs == self.base
        return is_at_root and shape.last.partition(".")[0] == "*"


def opened(shape: Shape, place: int) -> str:
    """Return the shape with a blank for one of its folders; empty where that is a number
    already."""
    if shape.dirs[place] in ("Y", "M", "#"):
        return ""
    dirs = (*shape.dirs[:place], "?", *shape.dirs[place + 1 :])
    return str(Shape(dirs, shape.last, "", shape.query))


def is_whole(profile: SiteProfile, evidence: Evidence) -> bool:
    """Tell whether the lists that were read to their end are all there is: they hold the feeds'
    entries and more, or all of a feed that was not cut, and sitemaps do not know of far more."""
    entries = evidence.keys_of_kind("feed") & profile.sure
    if len(entries & profile.listed) < 0.9 * len(entries):
        return False
    if len(profile.listed) <= 1.2 * len(entries) and len(entries) in USUAL_CAPS:
        return False
    alike = {
        item.key
        for item in evidence.items.values()
        if item.at(LINE)
        and profile.loose(item.shape)
        and is_plausible(item, evidence)
        and has_article_words(item)
    }
    left = alike - profile.listed
    titles = sum(words_of(evidence.items[key].shape.slug) >= MAX_WORDS for key in left)
    if titles > max(_MAX_TITLES_LEFT, 0.3 * len(profile.listed)):
        return False
    if _leaves_out_articles(left, profile, evidence):
        return False
    missing = len(left)
    return missing <= 30 or missing <= 0.4 * len(alike)


def _leaves_out_articles(
    left: set[str], profile: SiteProfile, evidence: Evidence
) -> bool:
    """Whether many URLs that no page links to have slugs as long as those of listed articles.

    A site links to the pages about itself, and drops old articles from its lists.
    """
    most = max(_MAX_UNLINKED_LEFT, 0.2 * len(profile.listed))
    if len(left) <= most:
        return False
    listed = [shape_of(key) for key in profile.listed]
    lengths = sorted(words_of(shape.slug) for shape in listed if profile.loose(shape))
    if not lengths:
        return False
    usual = lengths[len(lengths) // 10]
    items = (evidence.items[key] for key in left)
    unlinked = sum(
        words_of(item.shape.slug) >= usual
        and all(place == LINE for _, place in item.places)
        for item in items
    )
    return unlinked > most


def is_plausible(item: Item, evidence: Evidence) -> bool:
    """Could be an article at all: in scope, a page, neither the root nor a list by its numbers
    (but feeds know).
    """
    shape = item.shape
    if not evidence.scope.has(item.url) or is_asset(item.url):
        return False
    if evidence.rules and evidence.rules.forbids(item.url):
        return False
    if not (shape.last or shape.query):
        return False
    is_list_by_number = shape.calendar or is_paged(item.url)
    return not is_list_by_number or bool(item.at(ENTRY))


def has_article_words(item: Item) -> bool:
    shape = item.shape
    return not (
        is_list(shape) or is_machinery(shape) or is_static(shape) or is_section(shape)
    )
