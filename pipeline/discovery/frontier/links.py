"""Which other sources a source leads to, and how promising each is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from pipeline.core.url import WEB
from pipeline.discovery.readers.parsed import NAV, PROSE, Mention, Reading
from pipeline.discovery.urls.patterns import is_asset, is_paged, shape_of
from pipeline.discovery.urls.scope import Scope

# In the order in which they are asked. Each kind is a way in which blogs tell of their articles.
KINDS = (
    "start", "robots", "feed", "sitemap", "guessed-sitemap", "archive", "section", "guessed-feed",
    "year", "feed-page", "page", "month", "tag",
)  # fmt: skip

_ARCHIVE = re.compile(
    r"^\W*(?:(?:the|my|full|complete|blog|posts?|articles?)[-_ ])*"
    r"(?:archiv\w*|all[-_ ](?:posts|articles|entries)|posts?[-_ ]list)(?:[-_ ](?:page|index|of posts))?\W*$"
    r"|^all$|^index$|^sitemap$|^(?:저장소|アーカイブ|归档|文章归档)$",
    re.I,
)
_SECTION = re.compile(
    r"^(?:blogs?|posts?|articles?|writings?|essays?|notes?|log|weblog|news|journal|stories|entries|diary|articulos|"
    r"artikel|tutorials?)$",
    re.I,
)
_TAG = re.compile(
    r"^(?:tags?|topics?|labels?|categor(?:y|ies)|series|kategorien?|etiquetas?)$", re.I
)
_OLDER = re.compile(
    r"^\W*(?:older|next|previous|earlier|more)(?: (?:posts?|articles?|entries|page|stories))?\W*$|^\W*[»→>]\W*$",
    re.I,
)
_OTHER_LINES = re.compile(
    r"^(?:pages?|static|flatpages?|tags?|categor(?:y|ies)|authors?|users?|tax|taxonom(?:y|ies)|images?|videos?|products?|"
    r"attachments?|archives?|misc|terms?|forums?|galler(?:y|ies)|comments?|format)$"
)
_POST_LINES = re.compile(
    r"^(?:posts?|articles?|blogs?|entr(?:y|ies)|stor(?:y|ies)|news|essays?|notes?|writings?)$"
)


@dataclass(frozen=True, slots=True)
class Want:
    """A source to ask for: its kind (of KINDS), how many steps from the start, and whether anybody named it."""

    url: str
    kind: str
    depth: int = 0
    named_by: str = ""  # the source that names it; empty for a usual path that was guessed
    tries: int = 1

    @property
    def order(self) -> int:
        """Smaller is sooner. All others wait for the start; what has to be tried again waits for all others."""
        return KINDS.index(self.kind) + (
            len(KINDS) if self.tries > 1 and self.kind != "start" else 0
        )


def usual_sitemaps(start: str, folder: str) -> Iterator[Want]:
    """Paths at which generators put their sitemap, nearest to the folder first."""
    for name in (
        "sitemap.xml",
        "sitemap_index.xml",
        "sitemap-index.xml",
        "wp-sitemap.xml",
        "sitemapindex.xml",
    ):
        for place in dict.fromkeys((folder, "/")):
            yield Want(urljoin(start, place + name), "guessed-sitemap")


def usual_feeds(start: str, folder: str) -> Iterator[Want]:
    """Paths at which generators put their feed."""
    names = "feed/ feed.xml atom.xml rss.xml index.xml feeds/all.atom.xml feed.json rss feeds/posts/default"
    return (Want(urljoin(start, folder + name), "guessed-feed") for name in names.split())


def sitemap_type(url: str) -> str:
    """What a sitemap's name says of its lines: sitemap:posts, sitemap:other, or sitemap where it says nothing."""
    words = re.split(
        r"[-_./]+|sitemaps?|(?<=[a-z])\d+", urlsplit(url).path.lower().rpartition("/")[2]
    )
    for kind, pattern in (("other", _OTHER_LINES), ("posts", _POST_LINES)):
        if any(pattern.match(word) for word in words if word):
            return f"sitemap:{kind}"
    return "sitemap"


def wants(reading: Reading, scope: Scope, depth: int) -> Iterator[Want]:
    """All further sources that a reading names, of this site; feeds may be of another."""
    for lead in reading.leads:
        if not lead.url.startswith(WEB):
            continue
        if lead.how in ("feed", "feed-link"):
            if lead.how == "feed" or scope.has_host(lead.url):
                yield Want(lead.url, "feed", depth, reading.url)
        elif scope.has_host(lead.url):
            if lead.how == "sitemap":
                yield Want(lead.url, "sitemap", depth, reading.url)
            elif lead.how == "home" and depth == 1:
                yield Want(lead.url, "start", depth, reading.url)
            elif lead.how == "feed-next":
                yield Want(lead.url, "feed-page", depth, reading.url)
            elif lead.how == "next" and (is_paged(lead.url) or _OLDER.search(lead.label)):
                yield Want(lead.url, "page", depth, reading.url)
    for mention in reading.mentions if reading.kind == "page" else ():
        if scope.has_host(mention.url) and (kind := _kind(mention, reading, scope)):
            yield Want(mention.url.partition("#")[0], kind, depth, reading.url)


def _kind(mention: Mention, reading: Reading, scope: Scope) -> str:
    """The kind of list that a link seems to lead to; empty where it seems to lead to none."""
    url = mention.url
    text = mention.said.title
    shape = shape_of(url)
    if is_asset(url) or not scope.has(url):
        return ""
    if any(_TAG.match(word) for word in (*shape.dirs, shape.slug)):
        return "tag"
    if is_paged(url) or "pager-older" in mention.slot:
        return "page"
    if (
        text.isdigit()
        and len(text) < 4
        and text in shape.query + url.rpartition("?")[2]
        and shape.query
    ):
        return "page"
    if _OLDER.search(text) and (mention.place == NAV or "next" in mention.slot) and shape.query:
        return "page"
    if shape.calendar:
        if shape.last.startswith("M"):
            return "month"
        return "year"
    if _ARCHIVE.search(shape.slug) or (mention.place != PROSE and _ARCHIVE.search(text)):
        return "archive"
    menu = mention.place == NAV and len(shape.dirs) <= 1
    if _SECTION.match(shape.slug) or (menu and _SECTION.match(text.strip(" →»"))):
        return "section"
    return ""
