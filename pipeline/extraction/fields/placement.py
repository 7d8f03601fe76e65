"""Where an element stands: with the article, in a comment, in a box of other posts, in the
prose."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipeline.extraction.fields.candidate import fold
from pipeline.extraction.page.lines import INLINE, Line
from pipeline.extraction.page.parsed import ParsedPage, host_of, join

COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|respond|reply|replies|responses|disqus\w*|giscus|isso"
    r"|utterances|webmentions?|pingbacks?|trackbacks?)(?:$|[\s_-])",
    re.I,
)
OTHER_POSTS = re.compile(
    r"(?:^|[\s_-])(?:related\w*|recent\w*|latest\w*|popular\w*|trending|similar|recommend\w*|teasers?"
    r"|suggest\w*|upnext|archives?|pagination|pager|breadcrumbs?|toc|blogroll|posts?-?list"
    r"|(?:read|see|more|other)-?(?:more|next|also|posts?|articles?|entr(?:y|ies)|reading|stories)"
    r"|(?:next|prev(?:ious)?|older|newer)(?:-?(?:posts?|articles?|entr(?:y|ies)|nav\w*))?"
    r"|post-?nav\w*)(?:$|[\s_-])",
    re.I,
)
FRAME = re.compile(
    r"(?:^|[\s_-])(?:sidebar\w*|\w*sidebar|widgets?|menu|nav(?:bar|igation)?|masthead|cloud|\w*cloud"
    r"|(?:site|page|global)-?(?:footer|header)|contentinfo|colophon|modal|dialog|popup|cookies?"
    r"|newsletter|subscribe|promo(?:s|tions?|tional|box)?|banner)(?:$|[\s_-])",
    re.I,
)
FRAME_TAGS = frozenset(("aside", "nav", "dialog"))
FRAME_ROLES = frozenset(
    (
        "navigation",
        "complementary",
        "dialog",
        "alertdialog",
        "search",
        "contentinfo",
        "banner",
    )
)
TAXONOMY = re.compile(
    r"/(?:tags?|tagged|categor(?:y|ies|ia|ie)|kategorien?|topics?|labels?|keywords?|authors?"
    r"|autor(?:en|es)?|auteurs?|people|users?|members?|contributors?|archives?|feeds?|rss)(?:[/#?.]|$)",
    re.I,
)
NO_POST_CLASS = re.compile(
    r"(?:^|\s)(?:p-category|p-author|\S*\btag|\S*\bauthor\S*)(?:\s|$)", re.I
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CARDS = frozenset(("li", "tr", "dd", "dt", "article", "section"))
SIGNS_LENGTH = 4  # characters of a sign that links to a heading
QUOTING = frozenset(("blockquote", "pre", "code", "samp", "kbd"))
MAX_LABEL_LENGTH = 300  # characters of class names and ids that are read
PARAGRAPH_BYTES = 90  # so that it is one in scripts that need few characters, too
MAX_LEVELS = 3  # around an element, that are searched for the heading of a card
MAX_CARD_LENGTH = 600  # characters of text; a longer block is no card
CARD_SHARE = 0.3  # of a card's text that is the link to its post
BYLINE_LINES = 6  # right under a title, that belong to it
PROSE_WORDS = 12  # beside the links, that make a line a sentence of a text


def label_of(element: HtmlElement) -> str:
    """Return the class names and the id of an element."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:MAX_LABEL_LENGTH]


class Signs(NamedTuple):
    """What the names of an element say that it holds."""

    comments: bool
    other_posts: bool
    frame: bool


class Placement:
    """Tells what belongs to the article of a page by where it stands, seen from the title."""

    def __init__(self, page: ParsedPage, heading: str) -> None:
        self.page = page
        self.title_line = _title_line(page.lines, heading)
        self._links: dict[HtmlElement, bool] = {}
        self._cards: dict[tuple[HtmlElement, bool], bool] = {}

    @cached_property
    def holds_title(self) -> set[HtmlElement]:
        """The elements that the title stands in."""
        if self.title_line < 0:
            return set()
        block = self.page.lines[self.title_line].block
        return {block, *block.iterancestors()}

    @cached_property
    def text_line(self) -> int:
        """The number of the line at which the text has surely begun: the second paragraph under
        the title, for the first may be a standfirst."""
        lines = self.page.lines
        paragraphs = (
            number
            for number in range(max(0, self.title_line), len(lines))
            if len(lines[number].text.encode()) > PARAGRAPH_BYTES
        )
        next(paragraphs, None)
        return next(paragraphs, len(lines))

    @cached_property
    def line_numbers(self) -> dict[HtmlElement, int]:
        """By block, the number of the first line that it holds."""
        numbers: dict[HtmlElement, int] = {}
        for number, line in enumerate(self.page.lines):
            numbers.setdefault(line.block, number)
        return numbers

    def line_number(self, element: HtmlElement) -> int:
        """Return the number of the line that an element stands in or begins; -1 where it shows
        nothing."""
        for block in (element, *element.iterdescendants(), *element.iterancestors()):
            if block in self.line_numbers and block.tag not in ("body", "html"):
                return self.line_numbers[block]
        return -1

    def line(self, element: HtmlElement) -> Line | None:
        """Return the line that an element stands in."""
        number = self.line_number(element)
        return self.page.lines[number] if number >= 0 else None

    def distance(self, element: HtmlElement) -> int:
        """Lines from the title to an element; negative above it."""
        return self.line_number(element) - self.title_line

    def around(self, element: HtmlElement) -> Iterator[HtmlElement]:
        """Yield an element and what it stands in, up to where that holds the title too."""
        for outer in (element, *element.iterancestors()):
            if outer in self.holds_title or outer.tag in ("body", "html"):
                return
            if self.title_line < 0 and outer.tag in ("article", "main"):
                return
            yield outer

    def in_comments(self, element: HtmlElement) -> bool:
        """Whether an element is part of what readers wrote; in a forum, they write the page."""
        if self.page.is_forum:
            return False
        return any(
            _signs_of(label_of(outer)).comments for outer in self.around(element)
        )

    def in_frame(self, element: HtmlElement) -> bool:
        """Whether an element stands in a sidebar, a menu, the footer of the site."""
        return any(has_frame_label(outer) for outer in self.around(element))

    def with_other_posts(self, element: HtmlElement) -> bool:
        """Whether an element is about another page: in a list of posts, on a card, in a link."""
        around = list(self.around(element))
        if any(_signs_of(label_of(outer)).other_posts for outer in around):
            return True
        row = next((outer for outer in around if outer.tag not in INLINE), None)
        near = [
            outer
            for i, outer in enumerate(around)
            if i <= MAX_LEVELS or outer.tag in CARDS
        ]
        return any(
            self._is_card(outer, outer is row or outer.tag in CARDS) for outer in near
        )

    def is_elsewhere(self, element: HtmlElement) -> bool:
        """Whether an element belongs to a comment or to another post; not right under the title."""
        if self.is_by_title(element):
            return False
        return self.in_comments(element) or self.with_other_posts(element)

    def is_quoted(self, element: HtmlElement) -> bool:
        """Whether an element is part of a quote or an example."""
        return any(outer.tag in QUOTING for outer in self.around(element))

    def is_by_title(self, element: HtmlElement) -> bool:
        """Whether an element stands right under the title."""
        return self.title_line >= 0 and 0 <= self.distance(element) <= BYLINE_LINES

    def in_prose(self, element: HtmlElement) -> bool:
        """Whether an element is part of a sentence, a quote or an example."""
        if self.is_quoted(element):
            return True
        line = self.line(element)
        if line is None:
            return False
        linked = sum(len(text_of(link).split()) for link in line.block.iter("a"))
        return len(line.text.split()) - linked > PROSE_WORDS

    def _is_card(self, outer: HtmlElement, is_row: bool) -> bool:
        if (outer, is_row) not in self._cards:
            self._cards[outer, is_row] = self._names_a_post(outer, is_row)
        return self._cards[outer, is_row]

    def _names_a_post(self, outer: HtmlElement, is_row: bool) -> bool:
        if outer.tag == "a":
            return self.leads_elsewhere(outer)
        if outer.tag in INLINE or not _is_short(outer):
            return False
        if is_row and self._linked_share(outer) >= CARD_SHARE:
            return True
        first_heading = next(outer.iter(*HEADINGS), None)
        if first_heading is None:
            return False
        return any(self.leads_elsewhere(link) for link in first_heading.iter("a"))

    def _linked_share(self, outer: HtmlElement) -> float:
        """How much (0 to 1) of a text are links to other pages."""
        links = (link for link in outer.iter("a") if self.leads_elsewhere(link))
        linked = sum(len(text_of(link)) for link in links)
        return linked / max(1, len(text_of(outer)))

    def leads_elsewhere(self, link: HtmlElement) -> bool:
        """Whether a link leads to another page of the site that may be a post."""
        if link not in self._links:
            self._links[link] = self._leads_elsewhere(link)
        return self._links[link]

    def _leads_elsewhere(self, link: HtmlElement) -> bool:
        href = (link.get("href") or "").strip()
        if (
            not href
            or href.startswith(("#", "?"))
            or set(rel_of(link)) & {"tag", "author"}
        ):
            return False
        if NO_POST_CLASS.search(link.get("class") or "") or short_text_of(
            link
        ).startswith("#"):
            return False
        address = join(self.page.base, href)
        if not address or host_of(address) != (
            host_of(self.page.url) or host_of(address)
        ):
            return False
        path = urlsplit(address).path.rstrip("/")
        here = urlsplit(self.page.url).path.rstrip("/")
        is_above = not path or here == path or here.startswith(path + "/")
        is_below = bool(here) and path.startswith(here + "/")
        return not is_above and not is_below and not TAXONOMY.search(path)


def rel_of(link: HtmlElement) -> list[str]:
    """Return the tokens of a link's rel attribute, lower-case."""
    rel = link.get("rel")
    return rel.lower().split() if rel else []


def text_of(element: HtmlElement) -> str:
    """Return an element's text on one line."""
    return " ".join(" ".join(element.itertext()).split())


def _title_line(lines: Sequence[Line], heading: str) -> int:
    """Return the number of the line that is the title, a heading if there is one; -1 where none
    is."""
    words = fold(heading)
    if not words:
        return -1
    near = (
        i
        for i, line in enumerate(lines)
        if abs(len(line.text) - len(heading)) <= SIGNS_LENGTH
    )
    same = [i for i in near if fold(lines[i].text) == words]
    headings = [i for i in same if _is_in_a_heading(lines[i].block)]
    return next(iter([*headings, *same]), -1)


def _is_in_a_heading(block: HtmlElement) -> bool:
    parent = block.getparent()
    return block.tag in HEADINGS or (parent is not None and parent.tag in HEADINGS)


def short_text_of(element: HtmlElement) -> str:
    """Return the text of an element on one line, cut off where it is longer than a card's."""
    pieces: list[str] = []
    length = 0
    for text in element.itertext():
        pieces.append(text)
        length += len(text)
        if length > MAX_CARD_LENGTH * 2:
            break
    return " ".join(" ".join(pieces).split())


def _is_short(element: HtmlElement) -> bool:
    return len(short_text_of(element)) <= MAX_CARD_LENGTH


def has_frame_label(element: HtmlElement) -> bool:
    """Whether an element is a sidebar, a menu, a dialog or the footer of the site."""
    if element.tag in FRAME_TAGS or (element.get("role") or "").lower() in FRAME_ROLES:
        return True
    return _signs_of(label_of(element)).frame


@lru_cache(maxsize=4_096)
def _signs_of(label: str) -> Signs:
    """Return what class names and ids say; pages of one site have the same ones."""
    return Signs(
        COMMENTS.search(label) is not None,
        OTHER_POSTS.search(label) is not None,
        FRAME.search(label) is not None,
    )
