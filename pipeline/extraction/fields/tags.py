"""What an article is tagged with: its own tags, and not the cloud of the site or those of other
posts."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from lxml.html import HtmlElement

from pipeline.core.records import SourceMetadata
from pipeline.extraction.fields import datelines
from pipeline.extraction.fields.placement import (
    CARDS,
    MAX_CARD_LENGTH,
    Placement,
    has_frame_label,
    label_of,
    rel_of,
    short_text_of,
)
from pipeline.extraction.page.lines import INLINE
from pipeline.extraction.page.linked_data import as_list
from pipeline.extraction.page.parsed import ParsedPage

TAG_PATH = re.compile(
    r"(?:^|/)(?:tags?|tagged|topics?|labels?|keywords?|hashtags?|etiquetas?|schlagw(?:oe|ö)rter"
    r"|schlagworte?|etiquettes?)(?:\.html?)?/?(?:[^/?#]+/?(?:\?[^/]*)?$|#[^#]+$)|[?&]tags?=[^&]+$",
    re.I,
)
YEAR_PATH = re.compile(r"/(?:19|20)\d\d/?$")  # of the posts of a year
HASHTAG = re.compile(r"#[^\W\d][\w-]{0,40}")
TAG_CLASS = re.compile(
    r"(?:^|[\s_-])(?:p-category|(?:post|article|entry|md|blog|item|meta)?[-_]{0,2}(?:hash)?tag"
    r"(?:[-_]?(?:link|item|name|label))?)(?:$|\s)",
    re.I,
)
TAG_LIST = re.compile(r"(?:^|[\s_-])(?:tags|tag-?_?list|taglist)(?:$|\s)", re.I)
CATEGORY_CLASS = re.compile(
    r"(?:^|[\s_-])category(?:-?(?:name|link|item))?(?:$|\s)", re.I
)
CATEGORY_PATH = re.compile(r"/categor(?:y|ies)/[^/?#]{1,100}/?$", re.I)
TAGS_LABEL = re.compile(
    r"(?:^|[\s_-])(?:(?:\w*tags|keywords|topics|labels|categories)(?:$|[\s_-])"
    r"|tag(?:-?_?(?:list|links|box|container|group|cloud))?(?:$|\s))",
    re.I,
)
TAGS_WORD = re.compile(
    r"(?:tags?|tagged(?: with| as| in)?|topics?|keywords?|labels?|filed (?:under|in)|schlagw\w+"
    r"|stichw\w+|étiquettes?|mots[- ]clés|etiquetas?|trefwoorden|taggar|теги|метки|标签|標籤|タグ|태그)"
    r"\s*[:：]?\s*$",
    re.I,
)
METADATA = re.compile(
    r"(?:^|[\s_-])(?:post|entry|article|page)?-?_?(?:meta\w*|info|details|byline)(?:$|[\s_-])",
    re.I,
)
CLOUD = re.compile(
    r"cloud|all-?tags|popular|tags?-?widget|widget-?tags?|tag-?index", re.I
)
SOCIAL = re.compile(r"(?:^|[\s_-])(?:social\w*|share|sharing)(?:$|[\s_-])", re.I)
TAG_ELEMENTS = frozenset(("span", "li", "div", "p"))
META = (
    "article:tag",
    "og:article:tag",
    "tags",
    "parsely-tags",
    "sailthru.tags",
    "news_keywords",
)
NO_TAG = frozenset(
    (
        "",
        "tags",
        "tag",
        "all tags",
        "topics",
        "more",
        "uncategorized",
        "categories",
        "untagged",
    )
)
COUNT = re.compile(r"\s*\(\d+\)$")
ITEMS = frozenset(("li", "dd", "dt"))
MAX_TAGS = 30
MAX_TAG_LENGTH = 60
MAX_ELEMENTS = 400
MAX_OWN_TAGS = 20  # of one post; a longer list is the site's
NEAR_LINES = 14
LABEL_LENGTH = 30  # characters before the first tag
LABEL_LEVELS = 5  # around it, that are searched for them
MAX_OTHER_LENGTH = 20  # characters beside the tags, in a block that holds little else
MAX_DATELINE_LENGTH = 120  # characters
MIN_SHARE = 0.3  # of a line, that makes it a line of tags
MAX_CARD_TEXT_LENGTH = 300  # of a box with the data of a post
MAX_CARD_LEVELS = 7
MAX_LEVELS = 3


class Group(NamedTuple):
    """Tags that stand together, and how sure it is that they are the article's."""

    names: tuple[str, ...]
    rank: int


class Members:
    """Elements that may be tags, and which blocks hold little else; each is looked at once."""

    def __init__(self, elements: Sequence[HtmlElement]) -> None:
        self._lengths = {element: len(short_text_of(element)) for element in elements}
        self._filled: dict[HtmlElement, bool] = {}

    def fill(self, block: HtmlElement) -> bool:
        """Whether a block holds little else than tags."""
        if block not in self._filled:
            self._filled[block] = self._fill(block)
        return self._filled[block]

    def _fill(self, block: HtmlElement) -> bool:
        length = len(short_text_of(block))
        if length > MAX_CARD_LENGTH:
            return False
        named = sum(self._lengths.get(element, 0) for element in block.iter())
        return length - named <= MAX_OTHER_LENGTH + len(block)


def tags(
    page: ParsedPage, said: SourceMetadata, placement: Placement
) -> tuple[str, ...]:
    """Return the tags that the page shows of its article, else those that its head or the feed
    states.

    Where the head states all that is shown and more, a theme shows the first of them only.
    """
    shown = _distinct(_shown(_tag_elements(page), placement))
    stated = [_distinct(claim) for claim in _stated(page)]
    for more in stated:
        if shown and {name.casefold() for name in shown} <= {
            name.casefold() for name in more
        }:
            return more
    for claim in (shown, *stated):
        if claim:
            return claim
    in_category = _distinct(_shown(_categories(page), placement))
    keywords = _distinct(_listed(page.meta.get("keywords", [])))
    return in_category or _distinct(said.tags) or keywords


def _stated(page: ParsedPage) -> Iterator[Iterable[str]]:
    for key in META:
        yield _listed(page.meta.get(key, []))
    for node in page.articles:
        yield _listed(node.get("keywords"))


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    names: dict[str, str] = {}
    for text in found:
        name = (
            COUNT.sub("", " ".join(text.split())).strip(" ,;|·•").lstrip("#＃").strip()
        )
        is_label = name.casefold().rstrip(":： ") in NO_TAG
        if len(name) < MAX_TAG_LENGTH and not is_label:
            names.setdefault(name.casefold(), name)
    return tuple(names.values())[:MAX_TAGS]


def _tag_elements(page: ParsedPage) -> list[HtmlElement]:
    labelled = page.classed_as(TAG_CLASS)
    named = set(labelled)
    lists: dict[HtmlElement | None, bool] = {}
    links = [
        link for link in page.every("a") if _is_tag_link(link, link in named, lists)
    ]
    others = _without_links(e for e in labelled if "tag" in e.get("class", ""))
    return links[:MAX_ELEMENTS] + others[:MAX_ELEMENTS]


def _is_tag_link(
    link: HtmlElement, is_named: bool, lists: dict[HtmlElement | None, bool]
) -> bool:
    """Whether a link leads to a tag.

    `is_named`: its class says so; `lists`: which elements around links are named for tags, as far
    as they were looked at.
    """
    rel = rel_of(link)
    if "tag" in rel:
        return "category" not in rel
    address = (link.get("href") or "")[-200:]
    is_tag = is_named or _stands_among_tags(link, lists)
    is_tag = is_tag or TAG_PATH.search(address) is not None or _is_hashtag(link)
    return is_tag and not YEAR_PATH.search(address)


def _is_hashtag(link: HtmlElement) -> bool:
    """Whether the text that a link begins with, be it in an element of its own, is a hashtag."""
    inner = link[0] if len(link) == 1 and not link.text else link
    text = inner.text
    if not text or "#" not in text or len(inner):
        return False
    return HASHTAG.fullmatch(text.strip()) is not None


def _stands_among_tags(
    link: HtmlElement, lists: dict[HtmlElement | None, bool]
) -> bool:
    """Whether a link stands in a list or a line that is named for tags."""
    parent = link.getparent()
    if parent is not None and parent.tag in ("li", "span"):
        parent = parent.getparent()
    if parent not in lists:
        lists[parent] = parent is not None and _names_tags(label_of(parent))
    return lists[parent]


@lru_cache(maxsize=4_096)  # links of one list share it
def _names_tags(label: str) -> bool:
    return TAG_LIST.search(label) is not None


def _categories(page: ParsedPage) -> list[HtmlElement]:
    links = [link for link in page.every("a") if _is_category_link(link)]
    others = _without_links(page.classed_as(CATEGORY_CLASS))
    return links[:MAX_ELEMENTS] + others[:MAX_ELEMENTS]


def _without_links(elements: Iterable[HtmlElement]) -> list[HtmlElement]:
    """Those of some elements that may be tags by themselves."""
    return [
        element
        for element in elements
        if element.tag in TAG_ELEMENTS and next(element.iter("a"), None) is None
    ]


def _is_category_link(link: HtmlElement) -> bool:
    return (
        "category" in rel_of(link)
        or CATEGORY_PATH.search(link.get("href") or "") is not None
    )


def _shown(elements: Sequence[HtmlElement], placement: Placement) -> tuple[str, ...]:
    """Return the names of the group that looks most like the article's own."""
    by_block: defaultdict[HtmlElement, list[HtmlElement]] = defaultdict(list)
    members = Members(elements)
    for element in elements:
        by_block[_block_of(element, members, placement)].append(element)
    groups = [
        Group(tuple(map(_name_of, group)), rank)
        for block, group in by_block.items()
        if (rank := _rank(block, group, placement)) > 0
    ]
    if not groups:
        return ()
    return max(groups, key=lambda group: (group.rank, len(group.names))).names


def _name_of(element: HtmlElement) -> str:
    """Return the text of a tag, without a number of posts that an element of its own holds."""
    texts = list(element.itertext())
    words = [text for text in texts if not text.strip().isdigit()]
    has_name = any(text.strip() for text in words)
    return "".join(words if has_name else texts)


def _block_of(
    element: HtmlElement, members: Members, placement: Placement
) -> HtmlElement:
    """Return the block that a tag shares with those beside it: its list, its line."""
    block = element
    for outer in element.iterancestors():
        if outer in placement.holds_title or outer.tag in ("body", "html"):
            break
        is_wrapper = outer.tag in INLINE or outer.tag in ITEMS or block.tag in ITEMS
        if not is_wrapper and block is not element and not members.fill(outer):
            break
        block = outer
    return block


def _rank(
    block: HtmlElement, group: Sequence[HtmlElement], placement: Placement
) -> int:
    """How sure it is (0: not at all) that a group of tags is the article's own."""
    first = group[0]
    around = list(placement.around(first))
    if len(group) > MAX_OWN_TAGS:
        return 0
    is_of_the_site = any(_is_of_the_site(label_of(outer)) for outer in around)
    if is_of_the_site and not _is_within_the_article(first, placement):
        return 0
    if placement.is_elsewhere(first) or placement.is_quoted(first):
        return 0
    inner = [
        outer for outer in around[:MAX_LEVELS] if outer.tag not in ("article", "main")
    ]
    labels = " ".join(label_of(outer) for outer in inner)
    is_labelled = bool(TAGS_LABEL.search(labels) or TAGS_WORD.search(_before(first)))
    is_metadata = bool(METADATA.search(labels))
    if not (is_labelled or is_metadata or _fills_its_line(group, placement)):
        return 0
    is_near = placement.title_line >= 0 and abs(placement.distance(first)) <= NEAR_LINES
    if _is_framed(around, is_labelled) and not (
        is_labelled and _is_within_the_article(first, placement)
    ):
        return 1 if _is_on_the_posts_card(around) else 0
    is_marked = "tag" in rel_of(first) or bool(
        TAG_CLASS.search(first.get("class") or "")
    )
    rank = 2 * is_labelled + 2 * is_near + is_marked + is_metadata
    if rank == 0 and _shares_the_article(block):
        return 1
    return rank


def _is_of_the_site(label: str) -> bool:
    """Whether a label is that of a cloud of tags, or of buttons for sharing."""
    is_social = SOCIAL.search(label) is not None and "tag" not in label.lower()
    return is_social or CLOUD.search(label) is not None


def _fills_its_line(group: Sequence[HtmlElement], placement: Placement) -> bool:
    """Whether tags are a good part of the line that they stand in, or stand beside its date."""
    line = placement.line(group[0])
    parent = group[0].getparent()
    if line is None or parent is None:
        return False
    if len(line.text) <= MAX_DATELINE_LENGTH and datelines.find(line.text):
        return True
    named = sum(len(short_text_of(element)) for element in group)
    return named >= MIN_SHARE * len(short_text_of(parent))


def _is_framed(around: Sequence[HtmlElement], is_labelled: bool) -> bool:
    """Whether tags stand in a sidebar, a menu or a footer; a nav made for them is no menu."""
    for outer in around:
        is_own = (
            outer.tag == "nav" and is_labelled and TAGS_LABEL.search(label_of(outer))
        )
        if has_frame_label(outer) and not is_own:
            return True
    return False


def _is_on_the_posts_card(around: Sequence[HtmlElement]) -> bool:
    """Whether a box beside the article shows the post's date too, and none of another post."""
    for outer in around[:MAX_CARD_LEVELS]:
        text = short_text_of(outer)
        if len(text) > MAX_CARD_TEXT_LENGTH:
            return False
        days = set(datelines.find(text))
        if days and outer.tag not in CARDS:
            return len(days) == 1
    return False


def _is_within_the_article(element: HtmlElement, placement: Placement) -> bool:
    return any(
        outer in placement.holds_title for outer in element.iterancestors("article")
    )


def _shares_the_article(block: HtmlElement) -> bool:
    return next(block.iterancestors("article", "main"), None) is not None


def _before(element: HtmlElement) -> str:
    """Return the words right before the first of some tags."""
    for _ in range(LABEL_LEVELS):
        previous = element.getprevious()
        parent = element.getparent()
        if parent is None:
            return ""
        if previous is not None:
            return (short_text_of(previous) + (previous.tail or ""))[-LABEL_LENGTH:]
        if (parent.text or "").strip():
            return (parent.text or "")[-LABEL_LENGTH:]
        element = parent
    return ""


def _listed(value: object) -> list[str]:
    return [t for v in as_list(value) if isinstance(v, str) for t in v.split(",")]
