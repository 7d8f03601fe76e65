"""Where in a page a link stands: in furniture, in a sentence, or for itself, as the lines of a list do."""

import itertools
import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from pipeline.discovery.readers.parsed import ITEM, NAV, PROSE

_DEEPEST = 40
_BODY = {"article", "main"}
_FURNITURE = {"nav", "aside", "footer", "header", "form"}
_NAV_WORD = re.compile(
    r"^(?:nav|navbar|navigation|menu|sidebar|side-?bar|breadcrumbs?|pagination|pager|tags?|tag-?cloud|tag-?list|categor\w+|"
    r"footer|site-?footer|site-?header|page-?header|masthead|widget|toc|social|share|sharing|related|comments?|"
    r"author|byline|meta|metadata|post-?meta|entry-?meta|bottombar|topbar|toolbar|skip-?link)(?:s|-\d+)?$",
    re.I,
)
_PROSE = {"p", "blockquote", "pre", "figcaption", "code", "caption"}
_ENTRIES = {"li", "tr", "article", "dd", "dt", "section", "div", "p", "h1", "h2", "h3", "h4"}


class Places:
    """Places of the links of one page; remembers what it found for each ancestor, since links share them."""

    def __init__(self) -> None:
        self._furniture: dict[HtmlElement, bool] = {}
        self._slots: dict[HtmlElement, str] = {}
        self._texts: dict[HtmlElement, str] = {}

    def of(self, link: HtmlElement, text: str) -> tuple[str, str]:
        """(place, slot) of a link with this text."""
        slot = self._slot(link)
        if self._in_furniture(link, 0):
            return NAV, slot
        return (PROSE if self._in_sentence(link, text) else ITEM), slot

    def date(self, link: HtmlElement) -> str:
        """The date that stands beside a link in the same entry of a list, as written; empty where there is none."""
        element = link.getparent()
        before = link
        for _ in range(4):
            if element is None or element.tag not in _ENTRIES | {
                "header",
                "span",
                "time",
                "td",
                "footer",
                "a",
            }:
                return ""
            if _more_than(12, element.iter("a")):
                return ""
            if (stamp := next(element.iter("time"), None)) is not None:
                return str(stamp.get("datetime") or stamp.text_content())
            if len(text := str(element.text_content())) < 400 and (found := _dated(text)):
                return found
            if _others(element, before):
                return ""
            element, before = element.getparent(), element
        return ""

    def _in_sentence(self, link: HtmlElement, text: str) -> bool:
        """Whether a paragraph says more around the link than the link itself, and does not begin with it or a date."""
        for element in link.iterancestors():
            if element.tag in _PROSE:
                if element not in self._texts:
                    self._texts[element] = " ".join(str(element.text_content()).split())
                around = self._texts[element]
                begins = bool(text) and (
                    around.startswith(text) or re.match(r"\W*(?:19|20)\d\d", around) is not None
                )
                return (
                    len(around) > 40
                    and len(text) < 0.5 * len(around)
                    and not (begins and len(around) < 400)
                )
            if element.tag in _ENTRIES:
                return False
        return False

    def _in_furniture(self, element: HtmlElement, depth: int) -> bool:
        parent = element.getparent()
        if parent is None or depth > _DEEPEST:
            return False
        if parent not in self._furniture:
            self._furniture[parent] = self._judge(parent, depth)
        return self._furniture[parent]

    def _judge(self, element: HtmlElement, depth: int) -> bool:
        if element.tag in _FURNITURE and not (
            element.tag in ("header", "footer") and _within_body(element)
        ):
            return True
        if element.get("role") in (
            "navigation",
            "banner",
            "contentinfo",
            "search",
            "complementary",
        ):
            return True
        words = f"{element.get('class') or ''} {element.get('id') or ''}".split()
        if element.tag not in ("body", "html", "main", "article") and any(
            _NAV_WORD.match(word) for word in words
        ):
            return True
        return element.tag not in _BODY and self._in_furniture(element, depth + 1)

    def _slot(self, link: HtmlElement) -> str:
        """Tags and classes of the link and its four nearest ancestors: the mark that a template leaves."""
        steps = []
        element = link
        for _ in range(5):
            if element is None or not isinstance(element.tag, str):
                break
            if element not in self._slots:
                names = [n for n in (element.get("class") or "").split() if not re.search(r"\d", n)]
                self._slots[element] = ".".join([element.tag, *sorted(names)[:3]])
            steps.append(self._slots[element])
            element = element.getparent()
        return ">".join(reversed(steps))


def _within_body(element: HtmlElement) -> bool:
    return next(element.iterancestors("article", "main", "section", "li"), None) is not None


def _dated(text: str) -> str:
    found = re.search(
        r"(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?|\d\d?(?:st|nd|rd|th)? [A-Z][a-z]{2,8}\.?,? (?:19|20)\d\d"
        r"|[A-Z][a-z]{2,8}\.? \d\d?(?:st|nd|rd|th)?,? (?:19|20)\d\d|(?:19|20)\d\d[年년]\s*\d\d?[月월]\s*\d\d?[日일]",
        text,
    )
    if found:
        return found[0]
    return ""


def _others(element: HtmlElement, before: HtmlElement) -> bool:
    """Whether the element is a list whose other entries have dates of their own."""
    return _more_than(2, element.iterchildren(before.tag))


def _more_than(number: int, elements: Iterator[HtmlElement]) -> bool:
    """Counts no further than it must: a page can hold anything."""
    return next(itertools.islice(elements, number, None), None) is not None
