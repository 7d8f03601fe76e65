"""Articles, their labels, saved views and sources."""

from datetime import datetime
from typing import Any, Literal

from ninja import Schema

from pipeline.api.schemas.base import Strict
from pipeline.api.schemas.run import RunLine


class ArticleLine(Schema):
    """An article in a list."""

    id: int
    url: str
    title: str
    authors: list[str]
    published: datetime | None
    language: str
    tags: list[str]
    labels: list[str]
    source: str
    word_count: int
    excerpt: str
    first_seen_at: datetime
    gone_at: datetime | None
    license: str
    rights: list[str]
    original: int | None
    read: bool
    starred: bool
    archived: bool

    @staticmethod
    def resolve_read(article: Any) -> bool:
        return bool(article.mark and article.mark.read_at)

    @staticmethod
    def resolve_starred(article: Any) -> bool:
        return bool(article.mark and article.mark.starred_at)

    @staticmethod
    def resolve_archived(article: Any) -> bool:
        return bool(article.mark and article.mark.archived_at)

    @staticmethod
    def resolve_source(article: Any) -> str:
        return str(article.source.host)

    @staticmethod
    def resolve_original(article: Any) -> int | None:
        found: int | None = article.original_id
        return found


class OriginalPage(Schema):
    """Whether the original page is still there, by the last look. `answer` is there, missing,
    moved or unreachable, or empty before the first look; `status` is null where nothing was
    answered. The first 404 or 410 and the one that proved it, with their moments, are why an
    article is said to be gone."""

    answer: str
    status: int | None
    reason: str
    address: str
    checked_at: datetime | None
    missing_at: datetime | None
    missing_status: int | None
    confirmed_at: datetime | None
    confirmed_status: int | None


class TrashedArticle(ArticleLine):
    """A deleted article, and when and by whom it was deleted."""

    deleted_at: datetime
    deleted_by: str


class ToReview(ArticleLine):
    """An article of low quality (0 to 1), and what makes it so."""

    quality: float
    quality_reasons: list[str]


class Near(ArticleLine):
    """An article nearly the same; `bits` of its fingerprint's 64 differ."""

    bits: int


class Backlink(Schema):
    """An article that links to another, and the text of its link."""

    article: ArticleLine
    text: str


class CitedPage(Schema):
    """A page or host, and by how many sources and articles of other sites it is linked to."""

    name: str
    sources: int
    articles: int
    gathered: bool


class Cited(Schema):
    """What the articles link to on other sites."""

    hosts: list[CitedPage]
    pages: list[CitedPage]
    to_add: list[str]


class Version(Schema):
    """What an article was before it changed."""

    replaced_at: datetime
    title: str
    authors: list[str]
    published: datetime | None
    word_count: int
    text: str
    html: str
    left_out: list[dict[str, Any]]


class Choice(Schema):
    """A value of a facet and how many articles have it."""

    name: str
    label: str
    count: int
    chosen: bool

    @staticmethod
    def resolve_chosen(choice: Any) -> bool:
        return bool(choice.selected)


class Facet(Schema):
    """`values` is null where counting took too long; `of` says what was counted, where that is
    not all."""

    name: str
    label: str
    values: list[Choice] | None
    of: str = ""


class Selection(Schema):
    """Which articles."""

    ids: list[int]


class MarkInput(Strict):
    """Which articles, and what is noted of them, for you alone."""

    ids: list[int]
    mark: Literal["read", "unread", "star", "unstar", "archive", "unarchive"]


class HighlightInput(Strict):
    """A passage of an article, about where it begins in the text, and a note."""

    quote: str
    note: str = ""
    start: int = 0


class Highlight(Schema):
    """A passage that you highlighted."""

    id: int
    article: int
    title: str
    quote: str
    note: str
    start: int
    created_at: datetime

    @staticmethod
    def resolve_article(passage: Any) -> int:
        return int(passage.article_id)

    @staticmethod
    def resolve_title(passage: Any) -> str:
        return str(passage.article.title)


class ExtractAgain(Selection):
    """With `preview` nothing is changed: each journey of the run says what would be."""

    preview: bool = False


class Source(Schema):
    """A blog."""

    id: int
    host: str
    name: str
    language: str
    authors: list[str]
    last_crawled_at: datetime | None
    created_at: datetime


class LeftOutByRule(Schema):
    """How many blocks a rule left out, and of how many articles."""

    rule: str
    blocks: int
    articles: int
    reason: str


class KeepInput(Strict):
    """Blocks to keep: those of `rule` that begin with `words`, as `left_out` of an article has
    them, or all of the rule."""

    rule: str
    words: str = ""
    preview: bool = False


class KeptBlock(Schema):
    """Blocks that stay in a source's articles: those that begin with `words`, or all of the
    rule."""

    id: int
    rule: str
    words: str
    created_by: str
    created_at: datetime


class KeptChange(Schema):
    """What is kept now, and the run that extracts again; null where no stored page is left."""

    kept: KeptBlock | None
    run: RunLine | None


class SourceRule(Schema):
    """What discovery takes or leaves at a blog, whatever it learns. `verdict` is pin or forbid,
    `kind` source (a feed or sitemap), list or pattern; `value` is a URL or a pattern."""

    id: int
    verdict: str
    kind: str
    value: str
    note: str
    created_at: datetime


class SourceRuleInput(Strict):
    """A rule. A URL may be a path; a pattern is a prefix, a glob or a /regular expression/."""

    verdict: Literal["pin", "forbid"]
    kind: Literal["source", "list", "pattern"]
    value: str
    note: str = ""


class LearnedSite(Schema):
    """What discovery learned at one start URL when it last found articles there: by what it
    recognized them, their URL patterns and the sources that name them, each with a count; whether
    its lists were read to the end, and what kept it from seeing more."""

    address: str
    learned_at: datetime
    decided: str
    articles: int
    patterns: list[tuple[str, int]]
    sources: list[tuple[str, str, int]]
    whole: bool
    limits: list[str]


class FeedOfSource(Schema):
    """A feed that was read. `state` is ok, moved, gone, empty, no-feed or replaced; `moved_to` is
    where it redirects, or the feed in its place; `entries` are those of the last time that it had
    some."""

    address: str
    state: str
    moved_to: str
    entries: int
    read_at: datetime
    changed_at: datetime | None


class SourceDetail(Source):
    """A blog with what is known of it. `quiet_at` is when it was found to post no more."""

    quiet_at: datetime | None
    feeds: list[FeedOfSource]
    learned: list[LearnedSite]
    rules: list[SourceRule]


class LabelInput(Strict):
    """A label, and which articles: `ids`, or all that fit `filter`, such as {"tag": "python",
    "language": "en"}."""

    label: str
    ids: list[int] | None = None
    filter: dict[str, str | int | bool] | None = None


class Labelled(Schema):
    """The label as it is kept, and how many were changed; `more` where others still fit."""

    label: str
    changed: int
    more: bool


class LabelCount(Schema):
    """A label, and how many articles have it."""

    label: str
    count: int


class Labels(Schema):
    """`of` is empty where the counts are exact, else "about"."""

    items: list[LabelCount]
    of: str


class ViewInput(Strict):
    """What the list of articles shows, under a name."""

    name: str
    query: str = ""
    shared: bool = False


class ViewChange(Strict):
    """What is to be otherwise."""

    name: str | None = None
    shared: bool | None = None


class View(Schema):
    """A saved view of the catalogue."""

    id: int
    name: str
    query: str
    shared: bool
    owner: str
    mine: bool
    articles: str
