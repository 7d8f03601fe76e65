"""The shape of a URL: what is left of it when years, numbers and slugs become blanks.

`/2024/05/a-post/` and `/2019/11/another/` are of one shape, `/Y/M/*`; so are `/posts/a.html` and
`/posts/b.html`, `/posts/*.html`. Blogs give their articles one shape, or a few, and their other
pages others.

What the words of a URL suggest is the weakest evidence: it counts where nothing better is known.
"""

import re
import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urljoin

from pipeline.core.url import path_and_query

PAGE_EXTENSION = re.compile(r"\.(html?|php|aspx?|jsp|md|txt|rst|ipynb)$", re.I)
# What a server answers with where the path names a folder.
_DEFAULT_FILE = re.compile(r"^(?:index\.\w{1,5}|default\.(?:aspx?|html?))$", re.I)
_MONTH_NAME = re.compile(
    r"^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}$", re.I
)
_DATED_SLUG = re.compile(r"^(?:19|20)\d\d[-_]\d\d(?:[-_]\d\d)?[-_].")
_HASHED_SLUG = re.compile(r".-[0-9a-f]{10,12}$")
# issue-12, vol3
_NUMBERED_FOLDER = re.compile(r"^([a-z]{1,20}[-_]?)\d{1,4}$")
_YEAR_FOLDER = re.compile(
    r"(?:19|20)\d\d(?:[-_]\d\d?(?:[-_]\d\d?)?|(?:0[1-9]|1[0-2])(?:[0-3]\d)?)"
)
_ASSET = re.compile(
    r"\.(?:jpe?g|png|gif|svg|webp|avif|ico|bmp|tiff?|css|js|mjs|map|json|xml|rss|atom|rdf|xsl|"
    r"pdf|epub|mobi|zip|"
    r"gz|tgz|bz2|xz|tar|whl|egg|exe|dmg|deb|mp[34]|m4[av]|ogg|ogv|webm|mov|avi|wav|flac|"
    r"woff2?|ttf|eot|otf|py|c|"
    r"h|cpp|sh|csv|tsv|xlsx?|docx?|pptx?|odt|ods|odp|ics|vcf|asc|sig|diff|patch|log|sql|db|"
    r"bib|tex|ps|svgz|swf|"
    r"yml|yaml|toml|ini|cfg|webmanifest)$",
    re.I,
)
# Words that lists of articles are named by.
_LISTS = re.compile(
    r"^(?:tags?|topics?|labels?|keywords?|categor(?:y|ies)|cat|authors?|users?|archives?|page|"
    r"pages|feeds?|rss|"
    r"atom|sitemaps?|wp-content|wp-includes|wp-json|wp-admin|wp-login|cdn-cgi|xmlrpc|"
    r"trackback|embed|amp|print|"
    r"_\w{1,40}|comments?|kategorien?|etiquetas?|etiqueta|categor[ií]as?|schlagwort|autor)$",
    re.I,
)
# Words that folders of files and parts of a site are named by, and that can name a category of
# articles as well.
_MACHINERY = re.compile(
    r"^(?:people|series|search|assets|static|images?|img|media|css|js|uploads|downloads?|"
    r"files|attachments?|"
    r"galler(?:y|ies)|collections?|section|type|format)$",
    re.I,
)
_DRAFTS = re.compile(
    r"^_?(?:drafts?|private|hidden|preview|unpublished|tmp|temp|test|staging|trash)$",
    re.I,
)
_STATIC = re.compile(
    r"^(?:about(?:[-_](?:me|us|the|this|author|site|blog|page|my|our|[a-z]{1,12}))?"
    r"(?:[-_](?:author|site|blog|website|team|page))?|contact(?:[-_](?:me|us))?|impressum|"
    r"imprint|"
    r"privacy(?:[-_](?:policy|notice|statement))?|cookies?(?:[-_]policy)?|legal(?:[-_]notice)?|"
    r"terms(?:[-_](?:of[-_](?:use|service)|and[-_]conditions|conditions))?|disclaimer|"
    r"datenschutz(?:erkl\w{0,20})?|colophon|blogroll|search|archives?|tags?|categor(?:y|ies)|"
    r"authors?|"
    r"index\d*|home|404|500|offline|sitemap|feeds?|rss|subscribe|unsubscribe|newsletter|"
    r"genindex|py-modindex|"
    r"modindex|login|logout|register|sign-?(?:in|up)|account|admin|dashboard|pages?|page-?\d+|"
    r"blog|posts?|"
    r"articles?|comments?[-_]policy|code[-_]of[-_]conduct|guestbook|webmentions?|kontakt|"
    r"a[-_]propos|"
    r"sobre(?:[-_]m[ií])?|contacto|über(?:[-_]mich)?)$",
    re.I,
)
# The words of what an article is called until somebody writes it: new-post, yyyy-mm-dd-title.
_PLACEHOLDERS = frozenset(
    "new sample example test draft template untitled placeholder dummy blank todo tbd wip yyyy title slug".split()
)
_PLACEHOLDER_WORDS = _PLACEHOLDERS.union(
    "a my your of the post page article entry name here goes mm dd date".split()
)
_SECTION = re.compile(
    r"^(?:licen[cs]e|faq|now|uses|links?|bookmarks?|all|series|topics|projects?|portfolio|"
    r"works?|code|software|"
    r"tools|talks?|speaking|presentations|slides|videos?|podcasts?|publications?|papers|"
    r"books?|bookshelf|"
    r"reading(?:[-_]list)?|research|teaching|courses?|training|workshops?|services|consulting|"
    r"hire(?:[-_]me)?|"
    r"resume|cv|curriculum.?vitae|bio|me|team|people|jobs|careers|support|donate|sponsors?|"
    r"press|media|"
    r"photos?|photography|galler(?:y|ies)|events?|calendar|stats|profile|thanks|thank[-_]you|"
    r"changelog|readme|"
    r"writings?|essays?|notes?|news|membership|members|pricing|recent|popular|welcome|"
    r"start[-_]here|blogs|"
    r"docs?|documentation|api|glossary|quotes|friends|demos?|lab|experiments|music|art|"
    r"recipes|travel|garden|"
    r"wiki|til|history|download)$",
    re.I,
)
_OTHER_PARTS = re.compile(
    r"^(?:projects?|portfolio|works?|software|tools|products?|shop|store|talks?|speaking|"
    r"slides|videos?|podcasts?|"
    r"publications?|papers|books|teaching|courses?|services|team|people|jobs|careers|events?|"
    r"photos?|photography|"
    r"galler(?:y|ies)|docs?|documentation|api|reference|demos?|examples?)$",
    re.I,
)
# Spellings that count pages. Whether a URL does is told by its place in a pager; this only where
# none shows it.
_PAGED_PATH = re.compile(
    r"(?:^|/)(?:page[/-]\d{1,5}(?:\.html?)?/?|page[-_]?\d{1,5}(?:\.html?)?/?|p/\d{1,4}/?|"
    r"index[-_]?\d{1,5}\.html?)$",
    re.I,
)
_PAGED_QUERY = re.compile(r"(?:^|&)(?:page|paged|offset|start|pg)=\d{1,7}(?:&|$)", re.I)
MAX_WORDS = 4  # of a slug that are counted; more tell nothing more
_MAX_SLUG_LENGTH = 500


class Shape(NamedTuple):
    """A URL taken apart. `dirs` are the folders, Y, M or # for numbers; `last` is the blank of the
    last segment.
    """

    dirs: tuple[str, ...]
    last: str  # "*", "date-*", "*-hash", "#", "Y", "M", "" for the root, with its extension
    slug: str  # the last segment itself, without extension
    query: str = ""  # the names of its parameters

    def __str__(self) -> str:
        query = ""
        if self.query:
            query = f"?{self.query}"
        return "/" + "/".join((*self.dirs, self.last)) + query

    @property
    def dated(self) -> bool:
        """The path holds a year, as a folder or at the head of the slug, and something after it."""
        return self.last.startswith("date-*") or (
            "Y" in self.dirs and self.last[:1] not in ("M", "Y", "")
        )

    @property
    def calendar(self) -> bool:
        """A year, month or day, and nothing more: a list."""
        return self.last.partition(".")[0] in ("Y", "M")


@lru_cache(
    maxsize=2_000
)  # of links that every page repeats; a site's other URLs come once
def shape_of(url: str) -> Shape:
    """Return the shape of an absolute URL."""
    path, query = path_and_query(url)
    segments = [segment for segment in unquote(path).split("/") if segment]
    names = ""
    if query:
        names = _names(query)
    if not segments:
        return Shape((), "", "", names)
    *folders, last = segments
    dirs = _blanks(tuple(folders))
    found = PAGE_EXTENSION.search(last)
    slug = last
    if found:
        slug = last[: found.start()]
    if found and _DEFAULT_FILE.match(last):
        if not folders:
            return Shape((), "", "", names)
        # /posts/index.html/ is odd, but somebody's link
        folder = "."
        if path.endswith("/"):
            folder = ".."
        return shape_of(urljoin(url, folder))._replace(query=names)
    extension = ""
    if found:
        extension = found[0].lower()
    return Shape(dirs, sys.intern(_last(slug, dirs) + extension), slug, names)


def _names(query: str) -> str:
    return ",".join(
        sorted({pair.partition("=")[0] for pair in query.split("&") if pair})
    )


@lru_cache(maxsize=1_000)
def _blanks(folders: tuple[str, ...]) -> tuple[str, ...]:
    dirs: list[str] = []
    for folder in folders:
        dirs.append(_blank(folder, dirs))
    return tuple(dirs)


def _blank(folder: str, before: Sequence[str]) -> str:
    """Y for a year, M for a month or day after one, # for another number, else the folder's own
    name.
    """
    if not folder[:1].isdigit():  # so it is no number of any kind
        is_month = _in_date(before) and _MONTH_NAME.match(folder)
        if is_month:
            return "M"
        if folder[-1:].isdigit():
            return _NUMBERED_FOLDER.sub(r"\1#", folder.lower())
        return folder.lower()
    if re.fullmatch(r"(?:19|20)\d\d", folder):
        return "Y"
    if _in_date(before) and re.fullmatch(r"\d\d?", folder):
        return "M"
    if _YEAR_FOLDER.fullmatch(folder):
        return "Y"
    if folder.isdigit():
        return "#"
    return folder.lower()


def _in_date(before: Sequence[str]) -> bool:
    """Whether the folders end in a year or in a year and a month: after a day, a number counts
    articles.
    """
    if not before or before[-1] not in ("Y", "M"):
        return False
    return list(before[-3:]) != ["Y", "M", "M"]


def _last(slug: str, dirs: Sequence[str]) -> str:
    kind = _blank(slug, dirs)
    if kind in ("Y", "M", "#"):
        return kind
    if _DATED_SLUG.match(slug):
        return "date-*"
    is_hashed = len(slug) < _MAX_SLUG_LENGTH and _HASHED_SLUG.search(slug)
    if is_hashed:
        return "*-hash"
    return "*"


def is_asset(url: str) -> bool:
    """Whether the path names a file that is no page: a picture, a feed, a download."""
    return bool(_ASSET.search(path_and_query(url)[0][-30:]))


def is_list(shape: Shape) -> bool:
    """Whether the words of the path are those of lists: tags, categories, pages, calendars."""
    return (
        shape.calendar
        or any(map(_LISTS.match, shape.dirs))
        or bool(_LISTS.match(shape.slug))
    )


def is_list_name(shape: Shape) -> bool:
    """Whether the last segment itself is a word of lists: `/blog/archive/`, not `/tags/python/`."""
    return bool(_LISTS.match(shape.slug))


def is_machinery(shape: Shape) -> bool:
    """Whether a word of the path names a folder of files or a part of a site, or else a category
    of articles.
    """
    return any(map(_MACHINERY.match, shape.dirs)) or bool(_MACHINERY.match(shape.slug))


def is_paged(url: str) -> bool:
    """Whether the URL is spelt as one that counts pages: /page/2/, ?page=2, index2.html."""
    path, query = path_and_query(url)
    if query and _PAGED_QUERY.search(query):
        return True
    return bool(_PAGED_PATH.search(path[-40:]))


def is_draft(shape: Shape) -> bool:
    """Whether a folder of the path says that its pages are not meant for readers yet."""
    return any(map(_DRAFTS.match, shape.dirs))


def is_placeholder(shape: Shape) -> bool:
    """Whether all words of the last segment are those of an article that nobody has written yet."""
    words = shape.slug[:100].lower().replace("_", "-").split("-")
    if words[0] not in _PLACEHOLDER_WORDS:  # as of most
        return False
    return not _PLACEHOLDERS.isdisjoint(words) and _PLACEHOLDER_WORDS.issuperset(words)


def is_static(shape: Shape) -> bool:
    """Whether the last segment is a name that sites give to a page about themselves and hardly to
    an article.
    """
    return bool(_STATIC.match(shape.slug))


def is_section(shape: Shape) -> bool:
    """Whether the last segment is a name that sites give to a part of theirs, and could give to an
    article.
    """
    return bool(_SECTION.match(shape.slug))


def is_section_word(shape: Shape) -> bool:
    """Whether a folder is named like a part of a site that holds other things than articles:
    projects, talks.
    """
    return _has_section_word(shape.dirs)


@lru_cache(maxsize=1_000)
def _has_section_word(folders: tuple[str, ...]) -> bool:
    return any(map(_OTHER_PARTS.match, folders))


def words_of(slug: str) -> int:
    """Words of the slug, up to MAX_WORDS; a script that does without spaces counts as many."""
    if slug.isascii():
        return len(re.split(r"[-_]+", slug, maxsplit=MAX_WORDS - 1))
    return min(MAX_WORDS, max(2, len(slug) // 2))
