"""trafilatura as it is, with less work: what it decides stays the same.

Importing this changes it for the whole process. Both changes are exact, and the tests hold them against the original:
an XPath that judges an element by its own tag and attributes is asked once for all elements that share them, and
other extractors' versions of an article are made only where they could be the better ones.
"""

import re
from copy import copy
from functools import lru_cache
from importlib import import_module
from typing import Any

import trafilatura
from lxml import etree
from lxml.html import HtmlElement
from trafilatura import external, xpaths
from trafilatura.htmlprocessing import convert_tags, tree_cleaning
from trafilatura.main_extractor import extract_content
from trafilatura.settings import Document, Extractor

REMEMBERED = 2000  # kinds of elements, by XPath
LONGEST = 500  # characters of each attribute of a kind that is remembered
STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
# A step to descendants, and conditions on what they themselves are and have; or several of those.
STEP = r"\s*\(?\.//(?:\*|\w+)\s*(?:\[(?:[^][/:.]|self::|re:test)*\]\s*)*"
OWN = re.compile(rf"{STEP}(?:\|{STEP})*")
FIRST = re.compile(r"\)?\s*(?:\[1\])?\s*")
TAGS = re.compile(r"\s*\(?\.//\*\[(self::\w+(?: or self::\w+)*)\]")
REGULAR_EXPRESSIONS = {"re": xpaths.REGEXP_NS}
SELECTORS: tuple[list[Any], ...] = (
    xpaths.BODY_XPATH,
    xpaths.OVERALL_DISCARD_XPATH,
    xpaths.RAW_TREE_PRUNE_XPATH,
    xpaths.REMOVE_COMMENTS_AND_LISTS_XPATH,
    xpaths.REMOVE_COMMENTS_XPATH,
    xpaths.TEASER_DISCARD_XPATH,
)
UNCLEAN = tuple(re.findall(r"\.//(\w+)", external.SANITIZED_XPATH))  # what no article should hold
HAS_PARAGRAPHS = etree.XPath("boolean(.//p//text())")
OTHER = "x"  # stands for every tag that an XPath does not name
VIDEO = len("VIDEO")  # what readability writes into the frame of one
XPath = Any  # of lxml, or what stands for one


class Selector:
    """An XPath whose conditions concern an element's own tag and attributes, asked once for each kind of element.

    It is called like the XPath it stands for; of one that ends in [1], only the first element found is an answer.
    lxml calls Python for each attribute that a regular expression is held against: a fifth of an extraction.
    """

    def __init__(self, xpath: XPath) -> None:
        self.xpath = xpath
        words = STRING.sub("", xpath.path)
        named = TAGS.match(words) if words.count(".//") == 1 else None
        self.searched = tuple(re.findall(r"self::(\w+)", named[1])) if named else ("*",)
        self.attributes = frozenset(re.findall(r"@([\w-]+)", words))
        self.plain = {
            tag: self.judge(tag, ()) for tag in [*re.findall(r"(?:self::|\.//)(\w+)", words), OTHER]
        }
        self.known = lru_cache(REMEMBERED)(self.judge)

    def __call__(self, tree: HtmlElement) -> list[HtmlElement]:
        try:
            return [
                element for element in tree.iterdescendants(*self.searched) if self.fits(element)
            ]
        except ValueError:  # an attribute that lxml does not let anybody write
            return list(self.xpath(tree))

    def fits(self, element: HtmlElement) -> bool:
        tag = element.tag if element.tag in self.plain else OTHER
        attributes = tuple([item for item in element.items() if item[0] in self.attributes])
        if not attributes:
            return self.plain[tag]
        is_short = not [name for name, value in attributes if len(value) > LONGEST]
        return (self.known if is_short else self.judge)(tag, attributes)

    def judge(self, tag: str, attributes: tuple[tuple[str, str], ...]) -> bool:
        """What the XPath says of an element; the order of its attributes counts: `@id|@class` is the first of them."""
        page = etree.Element("html")
        element = etree.SubElement(page, tag)
        for name, value in attributes:
            element.set(name, value)
        return bool(self.xpath(page))


class Screened:
    """An XPath with further conditions, which is asked only where some element fits the first ones."""

    def __init__(self, xpath: XPath, first: str) -> None:
        self.xpath = xpath
        self.first = Selector(etree.XPath(first, namespaces=REGULAR_EXPRESSIONS))

    def __call__(self, tree: HtmlElement) -> list[HtmlElement]:
        return list(self.xpath(tree)) if self.first(tree) else []


def quicker(xpath: XPath) -> XPath:
    """The same with less work, where its form allows that."""
    blanked = STRING.sub(lambda string: "'" + "_" * (len(string[0]) - 2) + "'", xpath.path)
    own = OWN.match(blanked)
    if not own or "@" not in own[0]:
        return xpath
    if FIRST.fullmatch(blanked, own.end()):
        return Selector(xpath)
    return Screened(xpath, xpath.path[: own.end()]) if blanked.startswith("[", own.end()) else xpath


def settled(tree: HtmlElement, body: etree._Element, text: str, options: Extractor) -> bool:
    """Whether no other extractor's version of the article in `tree` could be preferred to `body`, whose text is `text`.

    readability's must be more than twice as long, or `body` must lack paragraphs, and it is no longer than the page;
    justext is asked for short articles, and for those that hold what no article should.
    """
    if options.focus == "recall" or len(text) < options.min_extracted_size:
        return False
    if next(body.iterdescendants(*UNCLEAN), None) is not None or not HAS_PARAGRAPHS(body):
        return False
    if sum(1 for _ in body.iterdescendants("table")) > sum(1 for _ in body.iterdescendants("p")):
        return False
    most = 2 * len(text) - VIDEO * sum(1 for _ in tree.iterdescendants("iframe"))
    page = tree.text_content()
    if len(page) <= most:
        return True
    scripts = sum(
        trimmed(script.text or "") - 1 for script in tree.iterdescendants("script", "style")
    )
    return trimmed(page) - scripts <= most


def trimmed(text: str) -> int:
    """The length of a text with its space collapsed."""
    return len(" ".join(text.split()))


def prepare(
    tree: HtmlElement, options: Extractor, url: str | None
) -> tuple[HtmlElement, HtmlElement | None]:
    """The tree as the extractor wants it, and a copy from before that for others, which hardly ever ask for it."""
    cleaned = tree_cleaning(copy(tree), options)
    backup = copy(cleaned) if options.comments else None
    return convert_tags(cleaned, options, url), backup


def extract(
    cleaned: HtmlElement, backup: HtmlElement | None, tree: HtmlElement, options: Extractor
) -> tuple[etree._Element, str]:
    """The article and its text, by whoever finds the best one."""
    body, text = extract_content(cleaned, options)
    if settled(tree, body, text, options):
        return body, text
    backup = tree_cleaning(copy(tree), options) if backup is None else backup
    return external.compare_extraction(backup, copy(tree), body, text, options)


def article(tree: HtmlElement, is_forum: bool) -> etree._Element | None:
    """What trafilatura takes for the article of a page; on a forum, what others call comments is part of it."""
    found = trafilatura.bare_extraction(tree, options=FORUM if is_forum else BLOG)
    return found.body if isinstance(found, Document) else None


# Any format but "python", for which it would write the article's text as well.
FORUM, BLOG = (Extractor(output_format="xml", comments=comments) for comments in (True, False))
core: Any = import_module("trafilatura.core")
core._prepare_tree, core._extract_and_compare = prepare, extract
baseline: Any = import_module("trafilatura.baseline")  # of the package, that is a function
baseline.BASIC_CLEAN_XPATH = quicker(baseline.BASIC_CLEAN_XPATH)
for _xpaths in SELECTORS:
    _xpaths[:] = map(quicker, _xpaths)
