"""Where in a page a link stands: in a menu, in a sentence, or for itself, as the lines of a list
do.
"""

import itertools
import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from pipeline.discovery.readers.parsed import ITEM, NAV, PROSE

_MAX_DEPTH = 40
_SLOT_DEPTH = 5
_MAX_NAMES_LENGTH = 1_000  # of an element's classes
_CONTENT = {"article", "main"}
_SURROUNDINGS = {"nav", "aside", "footer", "header", "form"}
_SURROUNDING_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary"}
_NAV_WORD = re.compile(
    r"^(?:nav|navbar|navigation|menu|sidebar|side-?bar|breadcrumbs?|pagination|pager|tags?|tag-?cloud|"
    r"tag-?list|categor\w{1,40}|footer|site-?footer|site-?header|page-?header|masthead|widget|toc|social|"
    r"share|sharing|related|comments?|author|byline|meta|metadata|post-?meta|entry-?meta|bottombar|topbar|"
    r"toolbar|skip-?link)(?:s|-\d{1,10})?$",
    re.I,
)
_PROSE = {"p", "blockquote", "pre", "figcaption", "code", "caption"}
_ENTRIES = {
    "li",
    "tr",
    "article",
    "dd",
    "dt",
    "section",
    "div",
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
}
_PARTS_OF_ENTRIES = _ENTRIES | {"header", "span", "time", "td", "footer", "a"}
_MAX_ENTRY_LINKS = 12  # an element with more is a list, not an entry
_MAX_ENTRY_LENGTH = 400
# Dates of many languages: that there is one tells a list of articles, whether or not it can be
# read.
_DATE = re.compile(
    r"(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?|\d\d?[./]\d\d?[./](?:19|20)\d\d"
    r"|\d\d?(?:st|nd|rd|th|\.|er|º)? (?:de )?[^\W\d_]{3,10}\.?(?: de)?,? (?:19|20)\d\d"
    r"|[^\W\d_]{3,10}\.? \d\d?(?:st|nd|rd|th)?,? (?:19|20)\d\d"
    r"|(?:19|20)\d\d[年년]\s{0,4}\d\d?[月월]\s{0,4}\d\d?[日일]"
)
_BEGINS_WITH_YEAR = re.compile(r"\W{0,10}(?:19|20)\d\d")


class LinkContext:
    """Places of the links of one page. Remembers what it found for each ancestor, since links
    share them.
    """

    def __init__(self) -> None:
        self._surroundings: dict[HtmlElement, bool] = {}
        self._slots: dict[HtmlElement, str] = {}
        self._texts: dict[HtmlElement, str] = {}

    def of(self, link: HtmlElement, text: str) -> tuple[str, str]:
        """(place, slot) of a link with this text."""
        slot = self._slot(link)
        if self._in_surroundings(link, 0):
            return NAV, slot
        place = ITEM
        if self._in_sentence(link, text):
            place = PROSE
        return place, slot

    def date(self, link: HtmlElement) -> str:
        """Return the date that stands beside a link in the same entry of a list, as written; empty
        where there is none."""
        element = link.getparent()
        before = link
        for _ in range(4):
            if element is None or element.tag not in _PARTS_OF_ENTRIES:
                return ""
            if _more_than(_MAX_ENTRY_LINKS, element.iter("a")):
                return ""
            found = _own_date(element)
            if found or _has_siblings_of_one_kind(element, before):
                return found
            before = element
            element = element.getparent()
        return ""

    def _in_sentence(self, link: HtmlElement, text: str) -> bool:
        """Whether a paragraph says more around the link than the link itself."""
        for element in link.iterancestors():
            if element.tag in _PROSE:
                return self._is_sentence_around(element, text)
            if element.tag in _ENTRIES:
                return False
        return False

    def _is_sentence_around(self, element: HtmlElement, text: str) -> bool:
        if element not in self._texts:
            self._texts[element] = " ".join(str(element.text_content()).split())
        around = self._texts[element]
        if len(around) <= 40 or len(text) >= 0.5 * len(around):
            return False
        is_start = bool(text) and around.startswith(text)
        begins_entry = is_start or _BEGINS_WITH_YEAR.match(around) is not None
        return not (begins_entry and len(around) < _MAX_ENTRY_LENGTH)

    def _in_surroundings(self, element: HtmlElement, depth: int) -> bool:
        parent = element.getparent()
        if parent is None or depth > _MAX_DEPTH:
            return False
        if parent not in self._surroundings:
            self._surroundings[parent] = self._is_surrounding(parent, depth)
        return self._surroundings[parent]

    def _is_surrounding(self, element: HtmlElement, depth: int) -> bool:
        tag = element.tag
        within_content = tag in ("header", "footer") and _is_part_of_content(element)
        if tag in _SURROUNDINGS and not within_content:
            return True
        if element.get("role") in _SURROUNDING_ROLES:
            return True
        if tag not in ("body", "html", "main", "article"):
            names = f"{element.get('class') or ''} {element.get('id') or ''}"[
                :_MAX_NAMES_LENGTH
            ]
            if any(_NAV_WORD.match(name) for name in names.split()):
                return True
        return tag not in _CONTENT and self._in_surroundings(element, depth + 1)

    def _slot(self, link: HtmlElement) -> str:
        """Tags and classes of the link and its nearest ancestors: the mark that a template
        leaves."""
        steps: list[str] = []
        element: HtmlElement | None = link
        while (
            len(steps) < _SLOT_DEPTH
            and element is not None
            and isinstance(element.tag, str)
        ):
            if element not in self._slots:
                self._slots[element] = _step(element)
            steps.append(self._slots[element])
            element = element.getparent()
        return ">".join(reversed(steps))


def _step(element: HtmlElement) -> str:
    names = (element.get("class") or "")[:_MAX_NAMES_LENGTH].split()
    plain = sorted(name for name in names if not any(c.isdigit() for c in name))
    return ".".join([str(element.tag), *plain[:3]])


def _is_part_of_content(element: HtmlElement) -> bool:
    return (
        next(element.iterancestors("article", "main", "section", "li"), None)
        is not None
    )


def _own_date(element: HtmlElement) -> str:
    stamp = next(element.iter("time"), None)
    if stamp is not None:
        return str(stamp.get("datetime") or stamp.text_content())
    text = str(element.text_content())
    found = None
    if len(text) < _MAX_ENTRY_LENGTH:
        found = _DATE.search(text)
    if found:
        return found[0]
    return ""


def _has_siblings_of_one_kind(element: HtmlElement, child: HtmlElement) -> bool:
    """Whether the element is a list whose other entries have dates of their own."""
    return _more_than(2, element.iterchildren(child.tag))


def _more_than(number: int, elements: Iterator[HtmlElement]) -> bool:
    """Tell whether there are more than that, counting no further than needed: a page can hold
    anything."""
    return next(itertools.islice(elements, number, None), None) is not None
