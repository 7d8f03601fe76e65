"""The shape of a URL: what is left of it when years, numbers and slugs become blanks.

`/2024/05/a-post/` and `/2019/11/another/` are of one shape, `/Y/M/*`; so are `/posts/a.html` and `/posts/b.html`,
`/posts/*.html`. Blogs give their articles one shape, or a few, and their other pages others.
"""

import re
import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urljoin

from pipeline.core.url import path_and_query

_EXTENSION = re.compile(r"\.(html?|php|aspx?|jsp|md|txt|rst|ipynb)$", re.I)
_MONTH_NAME = re.compile(r"^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}$", re.I)
_DATED_SLUG = re.compile(r"^(?:19|20)\d\d[-_]\d\d(?:[-_]\d\d)?[-_].")
_HASHED_SLUG = re.compile(r".-[0-9a-f]{10,12}$")
_ASSET = re.compile(
    r"\.(?:jpe?g|png|gif|svg|webp|avif|ico|bmp|tiff?|css|js|mjs|map|json|xml|rss|atom|rdf|xsl|pdf|epub|mobi|zip|gz|tgz|bz2|xz|"
    r"tar|whl|egg|exe|dmg|deb|mp[34]|m4[av]|ogg|ogv|webm|mov|avi|wav|flac|woff2?|ttf|eot|otf|py|c|h|cpp|sh|csv|tsv|xlsx?|"
    r"docx?|pptx?|odt|ods|odp|ics|vcf|asc|sig|diff|patch|log|sql|db|bib|tex|ps|svgz|swf|yml|yaml|toml|ini|cfg|webmanifest)$",
    re.I,
)
_LISTS = re.compile(
    r"^(?:tags?|topics?|labels?|keywords?|categor(?:y|ies)|cat|authors?|users?|people|series|archives?|search|page|pages|"
    r"feeds?|rss|atom|sitemaps?|wp-content|wp-includes|wp-json|wp-admin|wp-login|cdn-cgi|xmlrpc|trackback|embed|amp|print|"
    r"assets|static|images?|img|media|css|js|uploads|downloads?|files|attachments?|_\w+|comments?|galler(?:y|ies)|"
    r"collections?|section|type|format|kategorien?|etiquetas?|etiqueta|categor[ií]as?|schlagwort|autor)$",
    re.I,
)
_DRAFTS = re.compile(
    r"^_?(?:drafts?|private|hidden|preview|unpublished|tmp|temp|test|staging|trash)$", re.I
)
_STATIC = re.compile(
    r"^(?:about(?:[-_].*)?|contact(?:[-_](?:me|us))?|impressum|imprint|privacy(?:[-_]policy)?|cookies?(?:[-_]policy)?|legal|"
    r"terms(?:[-_].*)?|disclaimer|datenschutz(?:erkl.*)?|colophon|blogroll|search|archives?|tags?|categor(?:y|ies)|authors?|"
    r"index\d*|home|404|500|offline|sitemap|feeds?|rss|subscribe|unsubscribe|newsletter|genindex|py-modindex|modindex|"
    r"login|logout|register|sign-?(?:in|up)|account|admin|dashboard|pages?|page-?\d+|blog|posts?|articles?|comments?[-_]policy|"
    r"code[-_]of[-_]conduct|guestbook|webmentions?|kontakt|a[-_]propos|sobre(?:[-_]m[ií])?|contacto|über(?:[-_]mich)?)$",
    re.I,
)
_SECTION = re.compile(
    r"^(?:licen[cs]e|faq|now|uses|links?|bookmarks?|all|series|topics|projects?|portfolio|works?|code|software|tools|talks?|"
    r"speaking|presentations|slides|videos?|podcasts?|publications?|papers|books?|bookshelf|reading(?:[-_]list)?|research|"
    r"teaching|courses?|training|workshops?|services|consulting|hire(?:[-_]me)?|resume|cv|curriculum.?vitae|bio|me|team|"
    r"people|jobs|careers|support|donate|sponsors?|press|media|photos?|photography|galler(?:y|ies)|events?|calendar|stats|"
    r"profile|thanks|thank[-_]you|changelog|readme|writings?|essays?|notes?|news|membership|members|pricing|recent|popular|"
    r"welcome|start[-_]here|blogs|docs?|documentation|api|glossary|quotes|friends|demos?|lab|"
    r"experiments|music|art|recipes|travel|garden|wiki|til|history|download)$",
    re.I,
)
_PAGED = re.compile(
    r"(?:^|/)(?:page[/-]?\d+|p/\d+|index-?\d+\.html?|page-?\d+\.html?|page\d+/?$)|[?&](?:page|paged|offset|start|pg)=\d+",
    re.I,
)


class Shape(NamedTuple):
    """A URL taken apart. `dirs` are the folders, Y, M or # for numbers; `last` is the blank of the last segment."""

    dirs: tuple[str, ...]
    last: str  # "*", "date-*", "*-hash", "#", "Y", "M", "" for a folder that is the root, with its extension
    slug: str  # the last segment itself, without extension
    query: str = ""

    def __str__(self) -> str:
        return "/" + "/".join((*self.dirs, self.last)) + (f"?{self.query}" if self.query else "")

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


@lru_cache(maxsize=2_000)  # of links that every page repeats; a site's other URLs come once
def shape_of(url: str) -> Shape:
    """The shape of an absolute URL."""
    path, query = path_and_query(url)
    segments = [s for s in unquote(path).split("/") if s]
    if query:
        names = ",".join(sorted({pair.partition("=")[0] for pair in query.split("&") if pair}))
    else:
        names = ""
    if not segments:
        return Shape((), "", "", names)
    *folders, last = segments
    dirs = _blanks(tuple(folders))
    found = _EXTENSION.search(last)
    if found:
        slug = last[: found.start()]
    else:
        slug = last
    if slug.lower() == "index" and found and folders:
        folder = (
            ".." if path.endswith("/") else "."
        )  # /posts/index.html/ is odd, but somebody's link
        return shape_of(urljoin(url, folder))._replace(query=names)
    return Shape(
        dirs, sys.intern(_last(slug, dirs) + (found[0].lower() if found else "")), slug, names
    )


@lru_cache(maxsize=1_000)
def _blanks(folders: tuple[str, ...]) -> tuple[str, ...]:
    dirs: list[str] = []
    for folder in folders:
        dirs.append(_blank(folder, dirs[-1:]))
    return tuple(dirs)


def _blank(folder: str, before: Sequence[str]) -> str:
    dated = before and before[-1] in ("Y", "M")
    if not folder[:1].isdigit():  # so it is no number of any kind
        if dated and _MONTH_NAME.match(folder):
            return "M"
        return folder.lower()
    if re.fullmatch(r"(?:19|20)\d\d", folder):
        return "Y"
    if dated and re.fullmatch(r"\d\d?", folder):
        return "M"
    if re.fullmatch(
        r"(?:19|20)\d\d(?:[-_]\d\d?(?:[-_]\d\d?)?|(?:0[1-9]|1[0-2])(?:[0-3]\d)?)", folder
    ):
        return "Y"
    if folder.isdigit():
        return "#"
    return folder.lower()


def _last(slug: str, dirs: Sequence[str]) -> str:
    kind = _blank(slug, dirs)
    if kind in ("Y", "M", "#"):
        return kind
    if _DATED_SLUG.match(slug):
        return "date-*"
    if _HASHED_SLUG.search(slug):
        return "*-hash"
    return "*"


def is_asset(url: str) -> bool:
    """Whether the path names a file that is no page: a picture, a feed, a download."""
    return bool(_ASSET.search(path_and_query(url)[0]))


def is_list(shape: Shape) -> bool:
    """Whether the words of the path are those of lists, files and machinery: tags, categories, pages, calendars."""
    return shape.calendar or any(map(_LISTS.match, shape.dirs)) or bool(_LISTS.match(shape.slug))


def is_paged(url: str) -> bool:
    """Whether the URL counts pages: /page/2/, ?page=2, index2.html."""
    path, query = path_and_query(url)
    return bool(_PAGED.search(path + (f"?{query}" if query else "")))


def is_draft(shape: Shape) -> bool:
    """Whether a folder of the path says that its pages are not meant for readers yet."""
    return any(map(_DRAFTS.match, shape.dirs))


def is_static(shape: Shape) -> bool:
    """Whether the last segment is a name that sites give to a page about themselves and never to an article."""
    return bool(_STATIC.match(shape.slug))


def is_section(shape: Shape) -> bool:
    """Whether the last segment is a name that sites give to a part of theirs, and could give to an article."""
    return bool(_SECTION.match(shape.slug))
