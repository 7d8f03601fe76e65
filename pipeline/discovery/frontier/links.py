"""Which other sources a source leads to, and how promising each is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from pipeline.core.url import WEB, at_home, is_draft_of, path_and_query
from pipeline.discovery.readers.parsed import (
    ITEM,
    NAV,
    PROSE,
    ExtractedLink,
    ParsedSource,
    SourceLink,
)
from pipeline.discovery.urls.patterns import (
    PAGE_EXTENSION,
    is_asset,
    is_list,
    is_paged,
    is_static,
    shape_of,
)
from pipeline.discovery.urls.scope import Scope

# In the order in which they are requested. Each kind is a way in which blogs tell of their
# articles.
KINDS = (
    "start",
    "robots",
    "feed",
    "sitemap",
    "guessed-sitemap",
    "archive",
    "section",
    "guessed-feed",
    "year",
    "feed-page",
    "page",
    "month",
    "tag",
    "article",
    "menu",
)

_ARCHIVE = re.compile(
    r"^\W{0,20}(?:(?:the|my|full|complete|blog|posts?|articles?)[-_ ]){0,4}"
    r"(?:archiv\w{0,20}|all[-_ ](?:posts|articles|entries)|"
    r"posts?[-_ ]list)(?:[-_ ](?:page|index|of posts))?\W{0,20}$"
    r"|^all$|^index$|^sitemap$|^(?:저장소|アーカイブ|归档|文章归档)$",
    re.I,
)
_SECTION = re.compile(
    r"^(?:blogs?|posts?|articles?|writings?|essays?|notes?|log|weblog|news|journal|stories|"
    r"entries|diary|articulos|"
    r"artikel|tutorials?)$",
    re.I,
)
_TAG = re.compile(
    r"^(?:tags?|topics?|labels?|categor(?:y|ies)|series|kategorien?|etiquetas?)$", re.I
)
_OLDER = re.compile(
    r"\b(?:older|next|previous|earlier|(?:load|show|view|see) more|"
    r"more (?:posts|articles|entries|stories)"
    r"|ältere|weiter|nächste|suivant|précédent|siguiente|"
    r"anterior|próxima|далее|volgende|oudere)|^\W{0,4}[»›→>]\W{0,4}$|下一页|次へ|다음",
    re.I,
)
_POST_LINES = re.compile(
    r"^(?:posts?|articles?|blogs?|entr(?:y|ies)|stor(?:y|ies)|news|essays?|notes?|writings?)$"
)
_OTHER_LINES = re.compile(
    r"^(?:pages?|categor(?:y|ies)|tags?|authors?|users?|taxonom(?:y|ies)|tax|images?|videos?|"
    r"products?|media|misc|"
    r"attachments?|local|locations?|forum|topics?|docs?)$"
)
_PAGER_SLOT = re.compile(
    r"pag(?:e|er|ing|ina)|older|newer|prev|next|nav-?links|(?:load|show|view)-?more",
    re.I,
)
_MAX_MENU_WORDS = 4


@dataclass(frozen=True, slots=True)
class FrontierItem:
    """A source to request: its kind (of KINDS), how many steps from the start, and whether anybody
    named it.
    """

    url: str
    kind: str
    depth: int = 0
    named_by: str = (
        ""  # the source that names it; empty for a usual path that was guessed
    )
    tries: int = 1

    @property
    def order(self) -> tuple[int, int]:
        """Smaller is sooner. All others wait for the start; what has to be tried again waits for
        all others.
        """
        is_repeat = self.tries > 1 and self.kind != "start"
        place = KINDS.index(self.kind)
        if self.kind == "sitemap" and sitemap_type(self.url) == "sitemap:other":
            place += 2
        return int(is_repeat), place


def sitemap_type(url: str) -> str:
    """Return what a sitemap's name says of its lines: sitemap:posts, sitemap:other, or sitemap
    where it says nothing."""
    name = urlsplit(url).path.lower().rpartition("/")[2][:200]
    words = [word for word in re.split(r"[-_./]|sitemaps?|(?<=[a-z])\d+", name) if word]
    if any(_OTHER_LINES.match(word) for word in words):
        return "sitemap:other"
    if any(_POST_LINES.match(word) for word in words):
        return "sitemap:posts"
    return "sitemap"


def with_own_sources(parsed: ParsedSource) -> ParsedSource:
    """Return the source, with what it names on localhost and the like on its own host."""
    if not any(is_draft_of(source.url, parsed.url) for source in parsed.sources):
        return parsed
    moved = []
    for source in parsed.sources:
        if is_draft_of(source.url, parsed.url):
            moved.append(replace(source, url=at_home(source.url, parsed.url)))
        else:
            moved.append(source)
    return replace(parsed, sources=tuple(moved))


def follow_up_sources(
    parsed: ParsedSource, scope: Scope, depth: int
) -> Iterator[FrontierItem]:
    """All further sources that a source names."""
    for source in parsed.sources:
        kind = _kind_of_source(source, parsed, scope, depth)
        if kind:
            yield FrontierItem(source.url, kind, depth, parsed.url)
    if parsed.kind != "page":
        return
    own_links = (link for link in parsed.links if scope.has_host(link.url))
    for link in own_links:
        kind = _kind_of_link(link, parsed, scope)
        if kind:
            yield FrontierItem(link.url.partition("#")[0], kind, depth, parsed.url)


def _kind_of_source(
    source: SourceLink, parsed: ParsedSource, scope: Scope, depth: int
) -> str:
    """Return the kind of source that is named so; empty for one that is not to be followed."""
    url = source.url
    if not url.startswith(WEB):
        return ""
    is_own = scope.has_host(url)
    # A feed may be on a feed host. robots.txt and the indexes that it names may say where this
    # host's sitemaps are.
    if source.how == "feed" or (source.how == "feed-link" and is_own):
        return "feed"
    if source.how == "sitemap" and (is_own or parsed.kind in ("robots", "index")):
        return "sitemap"
    if source.how == "feed-next" and (
        is_own or scope.has_host(url) == scope.has_host(parsed.url)
    ):
        return "feed-page"
    if not is_own:
        return ""
    if source.how == "home" and depth == 1:
        return "start"
    if source.how == "next" and not parsed.article:
        is_page = continues(url, parsed.url) or _ends_in_number(url)
        return "page" if is_page else ""
    return ""


def _kind_of_link(link: ExtractedLink, parsed: ParsedSource, scope: Scope) -> str:
    """Return the kind of list that a link seems to lead to; empty where it seems to lead to
    none."""
    url = link.url
    if is_asset(url) or not scope.has(url):
        return ""
    shape = shape_of(url)
    if any(_TAG.match(word) for word in (*shape.dirs, shape.slug)):
        return "tag"
    if is_pager_link(link, parsed):
        return "page"
    if shape.calendar:
        if shape.last.startswith("M"):
            return "month"
        return "year"
    text = link.metadata.title
    if _ARCHIVE.search(shape.slug[:100]) or (
        link.place != PROSE and _ARCHIVE.search(text[:100])
    ):
        return "archive"
    is_menu = link.place == NAV and len(shape.dirs) <= 1
    if _SECTION.match(shape.slug) or (is_menu and _SECTION.match(text.strip(" →»"))):
        return "section"
    return ""


def is_pager_link(link: ExtractedLink, parsed: ParsedSource) -> bool:
    """Whether the link leads to another page of the same list: by its place, its text and how the
    two URLs differ.
    """
    text = link.metadata.title.strip()
    says_page = text.isdigit() and len(text) < 5
    says_older = link.rel == "next" or _OLDER.search(text[:60]) is not None
    is_in_pager = link.place == NAV or _PAGER_SLOT.search(link.slot) is not None
    if "pager-older" in link.slot:
        return True
    if is_paged(link.url):
        return link.place != PROSE and (
            is_in_pager or says_page or says_older or not text
        )
    if parsed.article or not (says_page or says_older):
        return False
    if not (is_in_pager or link.rel):
        return False
    return continues(link.url, parsed.url) or (says_older and _ends_in_number(link.url))


def _ends_in_number(url: str) -> bool:
    path = _without_file(path_and_query(url)[0])
    return _counts(path.rpartition("/")[2])


def continues(url: str, list_url: str) -> bool:
    """Whether the URL can be the next page of the list: the same but for a number, or the same
    with another query.
    """
    path, query = path_and_query(url)
    list_path, list_query = path_and_query(list_url)
    path = _without_file(path)
    list_path = _without_file(list_path)
    if path == list_path:
        return query not in ("", list_query)
    if query and query != list_query:
        return False
    segments = path.strip("/").split("/")
    list_segments = [part for part in list_path.strip("/").split("/") if part]
    added = []
    if segments[: len(list_segments)] == list_segments:
        added = segments[len(list_segments) :]
    if added:
        return (
            len(added) <= 2 and _counts(added[-1]) and not any(map(_counts, added[:-1]))
        )
    if len(segments) != len(list_segments) or segments[:-1] != list_segments[:-1]:
        return False
    return _counts(segments[-1]) and _without_digits(segments[-1]) in (
        _without_digits(list_segments[-1]),
        *(f"{list_segments[-1]}{mark}" for mark in "-_"),
    )


def _without_file(path: str) -> str:
    """Return the path as a folder: `/blog/index.html` is `/blog`, `/blog/index_2.html` is
    `/blog/index_2`."""
    bare = PAGE_EXTENSION.sub("", path.rstrip("/"))
    if bare.endswith("/index"):
        return bare[: -len("/index")]
    return bare


def _counts(segment: str) -> bool:
    """Tell whether this is a page number, alone or behind a word: 2, P10, page-2, index_2. A slug
    has more words, a year is none."""
    found = re.fullmatch(r"(?:[a-z]{1,12}[-_.]?)?(\d{1,5})", segment, re.I)
    return found is not None and not re.fullmatch(r"(?:19|20)\d\d", segment)


def _without_digits(segment: str) -> str:
    return segment.rstrip("0123456789")


def menu_pages(
    parsed: ParsedSource, scope: Scope, depth: int
) -> Iterator[FrontierItem]:
    """Pages that the menus of a page and its short links lead to, for where no list of articles
    was found yet.
    """
    for link in parsed.links:
        url = link.url.partition("#")[0]
        words = link.metadata.title.split()
        is_short = len(words) <= _MAX_MENU_WORDS and not link.dated
        if (
            link.place not in (NAV, ITEM)
            or not is_short
            or not scope.has(url)
            or is_asset(url)
        ):
            continue
        shape = shape_of(url)
        is_own_page = (
            is_static(shape) or is_list(shape) or shape.dated or not shape.last
        )
        if not is_own_page:
            yield FrontierItem(url, "menu", depth, parsed.url)
