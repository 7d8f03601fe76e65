"""The small frozen records that cross the boundaries between stages.

Plain values: no Django, no Celery, no clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pipeline.core.failures import Rejected, Unavailable

KEPT_BLOCKS = (
    "kept blocks"  # among a draft's methods, where it holds such as Keep names
)


@dataclass(frozen=True, slots=True)
class SourceMetadata:
    """What a source (feed entry, sitemap line, link text) says of an article.

    Everything optional; nothing verified.
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None  # aware, or naive where the source gives no zone
    updated: datetime | None = None
    tags: tuple[str, ...] = ()
    summary: str = ""  # html or text, as the source has it
    html: str = ""  # the full content, where the feed carries it
    language: str = ""
    lastmod: datetime | None = None  # of a sitemap line


@dataclass(frozen=True, slots=True)
class Candidate:
    """A URL that discovery judged.

    `url` is fetched as it was found; `key` is its normal form, unique in a run.
    """

    url: str
    key: str
    score: float  # 0 (surely no article) to 1 (surely one)
    reasons: tuple[str, ...]  # why that score, for people
    found_in: tuple[str, ...]  # addresses of the feeds, sitemaps and pages that name it
    source_metadata: SourceMetadata = field(default_factory=SourceMetadata)


@dataclass(frozen=True, slots=True)
class Validators:
    """What the last fetch left for a conditional request."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A response with status 200, read to its end within the caps."""

    url: str  # as asked for
    final_url: str  # after redirects
    status: int
    headers: Mapping[str, str]  # lower-case names
    body: bytes  # decoded from its content encoding, not from its charset
    fetched_at: datetime  # aware, UTC
    seconds: float = 0.0
    redirects: tuple[tuple[int, str], ...] = ()  # (status, location) of each hop


@dataclass(frozen=True, slots=True)
class NotModified:
    """304: what we have is what there is."""

    url: str
    fetched_at: datetime
    seconds: float = 0.0


Fetched = Page | NotModified | Rejected | Unavailable


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was answered when somebody only looked whether a page is there."""

    final_url: str  # after redirects
    status: int
    redirects: tuple[tuple[int, str], ...] = ()  # (status, location) of each hop

    @property
    def is_page(self) -> bool:
        """Whether there is something to read."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A block of code, verbatim.

    `language` is a Pygments short name, or empty where nobody says.
    """

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A block of a page that was not taken into the article, with the rule that decided so."""

    kind: str = ""  # what it is: "paragraph", "list", "table", ...
    words: str = ""  # how its text begins
    word_count: int = 0
    rule: str = ""  # "navigation", "share-buttons", "related-posts", ...
    reason: str = ""  # a sentence for people
    blocks: int = (
        1  # more than one where it stands for those that a full list has no room for
    )


# Names on the record that are of no rule: nobody can ask to keep such a block.
NOT_LISTED = "not-listed"
OUTSIDE = "outside-the-text"
LOST = "picture-not-kept"
OF_NO_RULE = frozenset([NOT_LISTED, OUTSIDE, LOST])


@dataclass(frozen=True, slots=True)
class Keep:
    """Blocks that stay in a source's articles though `rule` names them: those that begin with
    `words`, as a LeftOut has them, or all where there are none."""

    rule: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as extraction sees it, before it is stored.

    `methods` says how each field was decided.
    """

    # the address it should be known by: canonical where the page says so credibly, else final
    url: str
    title: str
    text: str
    html: str  # sanitised; text and markdown are rendered from it
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_precision: str = ""  # "day" or "second"; empty where published is None
    updated: datetime | None = None
    language: str = ""  # ISO 639-1
    tags: tuple[str, ...] = ()
    site_name: str = ""
    image: str = ""
    excerpt: str = ""
    word_count: int = 0
    code: tuple[CodeBlock, ...] = ()
    quality: float = 0.0  # 0 to 1
    quality_reasons: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()  # in page order, at most a bounded number
    methods: Mapping[str, str] = field(
        default_factory=dict
    )  # field -> source, e.g. {"title": "og:title"}
    simhash: int = 0  # 64 bits, signed, as PostgreSQL's bigint holds it
    # what the page asks of those who store it; `methods` says where each was read
    rights: tuple[str, ...] = ()
    license: str = ""  # its URL, else its name


@dataclass(frozen=True, slots=True)
class SiteHints:
    """What the site's other pages and feeds taught: used to clean titles and to fill what a page
    does not say.
    """

    name: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    keep: tuple[Keep, ...] = ()  # what people want kept of its pages


def aware(moment: datetime | None) -> datetime | None:
    """Return a moment with a time zone: one for which nobody gave any is taken as UTC."""
    if moment and moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment
