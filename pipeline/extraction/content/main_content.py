"""The article in a page: found in the page's own tree, and each block of it kept or left out by a
named rule.

Extractors and the feed say where the article is; what is in a block, no one but the page says.
"""

import re
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from pipeline.core.records import CodeBlock, Keep, LeftOut, SourceMetadata
from pipeline.extraction.content import (
    blocks,
    canonical,
    code,
    embeds,
    evident,
    figures,
    forms,
    formulas,
    images,
    lead,
    leave_out,
    lists,
    marking,
    notes,
    proposals,
    root,
    sanitize,
)
from pipeline.extraction.content.account import Account, agreement, inventory, losses
from pipeline.extraction.content.blocks import Block
from pipeline.extraction.content.facts import Facts
from pipeline.extraction.content.words import squeeze
from pipeline.extraction.page.parsed import ParsedPage, host_of
from pipeline.extraction.page.text import text_in
from pipeline.extraction.text import fingerprint, plain
from pipeline.extraction.text.counting import count_words

MIN_TAKEN_LENGTH = (
    250  # characters; where an extractor takes fewer, another one is asked as well
)
MAX_LINKED = (
    2000  # characters of a text for machines that are looked through for markup
)
RICHER = 1.5  # times the page's words that make a text for machines the better one
FULL = (
    100  # words; a shorter feed entry may be a teaser that happens to end in a sentence
)
AGREES = 0.95  # F1 of the words of page and feed above which the page's own markup is preferred
ENDING = 40  # word characters
TEASER = re.compile(
    r"(?:\[?(?:…|\.\.\.)\]?|read more|continue reading|weiterlesen|lire la suite|leer más|→|»)\W*$",
    re.I,
)
CLASSES: Any = etree.XPath(".//*/@class", smart_strings=False)


NOTHING_LOST = Account()


@dataclass(frozen=True, slots=True)
class Body:
    """The article's content: safe html, the text rendered from it, and how it was come by."""

    html: str = ""
    text: str = ""
    method: str = "none"
    code: tuple[CodeBlock, ...] = ()
    links: float = 0.0  # share of the text inside links
    agrees: float | None = (
        None  # F1 of the words of page and feed; None without a full feed text
    )
    words: int = 0
    left_out: tuple[LeftOut, ...] = ()
    kept: int = 0  # blocks that a rule names and that somebody wants kept
    account: Account = NOTHING_LOST


def main_content(
    page: ParsedPage,
    said: SourceMetadata,
    title: str = "",
    authors: Sequence[str] = (),
    keep: Sequence[Keep] = (),
) -> Body:
    """Return the article of a page, checked against the feed's full text.

    `title` and `authors` as the page shows them: they are fields of their own, not part of the
    text. `keep` is what no rule may leave out.
    """
    feed = _from_markup(said.html or said.summary, page, "feed")
    found = choose(_from_page(page, feed, title, authors, keep), feed)
    linked = _from_linked_data(page)
    return linked if linked.words > max(FULL, RICHER * found.words) else found


def choose(page: Body, feed: Body) -> Body:
    """Return the page's article or the feed's: the page's where they agree, for its markup is
    richer, and where the feed has a teaser only; the feed's where the page lost or added
    something."""
    if not page.words:
        return feed
    if not is_full(feed, page):
        return page
    agreement = overlap(page.text, feed.text)
    chosen = page if agreement >= AGREES or page.kept else feed
    return replace(chosen, agrees=round(agreement, 3))


def is_full(feed: Body, page: Body) -> bool:
    """Whether a feed entry is the whole article: long, not cut off, ending where the page's
    article ends or beyond."""
    if feed.words < FULL or TEASER.search(feed.text[-60:]):
        return False
    if feed.words >= page.words:
        return True
    whole = squeeze(page.text)
    return whole.rfind(squeeze(feed.text)[-ENDING:]) >= 0.7 * len(whole)


def overlap(one: str, other: str) -> float:
    """F1 (0 to 1) of the bags of words of two texts."""
    a, b = (Counter(fingerprint.words(text)) for text in (one, other))
    return 2 * sum((a & b).values()) / max(1, sum(a.values()) + sum(b.values()))


def _from_page(
    page: ParsedPage,
    feed: Body,
    title: str,
    authors: Sequence[str],
    keep: Sequence[Keep],
) -> Body:
    body = _body_of(page)
    # While they are held, lxml need not make an object anew for each look at an element.
    elements = list(body.iter())
    _prepared(body, page.base, page.all_classes)
    tree = blocks.build(body)
    method = _vote(body, tree, page.is_forum, feed)
    article = root.locate(tree)
    lead.fetch(article, title)
    facts = Facts(article, title, authors, host_of(page.url), page.is_forum)
    record = leave_out.cut(article, facts, keep)
    missed, cut_share, unconfirmed = agreement(tree, article, record.cut, record.fields)
    lead.fetch_notes(article.element, body)
    found = _finish(article.element, page, method, record)
    account = replace(
        found.account,
        missed=missed,
        cut=cut_share,
        unconfirmed=unconfirmed,
        doubtful=record.doubtful,
    )
    left_out = record.listed()
    del elements
    tree.release()
    return replace(found, left_out=left_out, kept=record.kept, account=account)


def _vote(body: HtmlElement, tree: Block, is_forum: bool, feed: Body) -> str:
    """Mark the blocks that are taken for the article: by the page itself where that is plain to
    see, else by extractors; and by the feed. Returns who decided."""
    leaves = tree.all_leaves
    taken = set() if is_forum else evident.leaves_of_article(tree)
    method = "markup"
    if not taken:
        taken, method = _proposed(body, tree, is_forum)
    if feed.words > FULL:
        taken |= proposals.by_text(feed.text.split("\n"), leaves)
    for number in taken:
        if number < len(leaves):
            leaves[number].taken = True
    return method


def _proposed(body: HtmlElement, tree: Block, is_forum: bool) -> tuple[set[int], str]:
    """Return the numbers of the leaves that extractors take, and which of them decided."""
    leaves = tree.all_leaves
    taken = proposals.by_trafilatura(tree, is_forum)
    length = sum(leaves[number].length for number in taken if number < len(leaves))
    if length >= MIN_TAKEN_LENGTH:
        return taken, "trafilatura"
    taken |= proposals.by_readability(body, leaves)
    return taken, "readability" if taken else "page"


def _body_of(page: ParsedPage) -> HtmlElement:
    """Return a copy of a page's body."""
    found = page.tree.find("body")
    return deepcopy(page.tree if found is None else found)


def _prepared(body: HtmlElement, base: str, classes: str) -> HtmlElement:
    """Return a body in which everything is an element that says what it is, made so in place.

    Its code must be flat. `classes`: all class names that were in it, in lower case.
    """
    forms.note_fields(body)
    formulas.mark_all(body, classes)
    images.stand_in_for_drawings(body)
    images.reveal(body)
    embeds.name_all(body, base, classes)
    etree.strip_elements(body, *marking.JUNK, with_tail=False)
    lists.draw_ticks(body, classes)
    notes.drop_permalinks(body)
    notes.make_lists(body, classes)
    figures.pair(body)
    return body


def _from_markup(markup: str, page: ParsedPage, method: str) -> Body:
    tree = sanitize.fragment(markup)
    if tree is None:
        return Body()
    classes = " ".join(set(CLASSES(tree))).lower()
    code.flatten(tree, classes)
    body = _prepared(tree, page.base, classes)
    blocks.build(body).release()
    return _finish(body, page, method)


def _from_linked_data(page: ParsedPage) -> Body:
    """Return the text that the page gives machines."""
    for node in page.articles:
        given = node.get("articleBody")
        if isinstance(given, str) and len(given) > MIN_TAKEN_LENGTH:
            is_markup = "<p" in given[:MAX_LINKED].lower()
            lines = [
                f"<p>{escape(line)}</p>" for line in given.splitlines() if line.strip()
            ]
            return _from_markup(given if is_markup else "".join(lines), page, "json-ld")
    return Body()


def _finish(
    body: HtmlElement,
    page: ParsedPage,
    method: str,
    record: leave_out.Record | None = None,
) -> Body:
    """Return what a tree holds; images that have no address go on the record."""
    notes.link_up(body, page.url)
    lost_images = images.resolve(body, page.base)
    if record is not None:
        for image in lost_images:
            record.add_lost(image)
    sanitize.absolutise(body, page.base)
    before = inventory(body)
    article = canonical.simplify(body)
    embeds.set_names_aside(article)
    markup = sanitize.clean(article)
    tree = plain.parse(markup)
    if tree is None:
        return Body(method=method)
    linked = sum(len(text_in(a)) for a in tree.iter("a"))
    text = plain.render(tree)
    lost_text, lost = losses(before, inventory(tree), len(lost_images))
    return Body(
        markup,
        text,
        method,
        code.blocks(tree),
        links=min(1.0, linked / max(1, len(text))),
        words=count_words(text),
        account=Account(lost_text=lost_text, lost=lost),
    )
