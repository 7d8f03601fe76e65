"""PendingWrite the page's own markup: an extractor says which words are the article, this finds what holds them.

Extractors rebuild a page and lose code, images, classes and tables on the way. So their text is only the
verdict: each block of the page whose words are in it stays as the author wrote it, everything else goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from pipeline.extraction.content import recover
from pipeline.extraction.content.align import align, squeeze
from pipeline.extraction.content.boilerplate import Block, boilerplate
from pipeline.extraction.page.parsed import host_of

BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hgroup hr li main nav ol p pre section summary"
    " table tbody td tfoot th thead tr ul".split()
)
SCENERY = frozenset(
    "hr picture img video math br".split()
)  # wordless, kept for standing among kept text

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
TITLE_WITHIN = 4  # blocks from the start


@dataclass(slots=True)
class _Part:
    """A child block, or a run of text and inline elements between child blocks."""

    lead: str = ""  # the text before the first element; a block has none
    elements: list[HtmlElement] = field(default_factory=list)
    parts: list["_Part"] = field(default_factory=list)  # of a block that holds blocks
    block: bool = False
    kept: bool = False
    parent: HtmlElement | None = None
    read: str | None = None  # its text, once somebody asked for it

    @property
    def tag(self) -> str:
        """The element's tag; of a run of text, its parent's."""
        holder = self.elements[0] if self.block else self.parent
        return str(holder.tag) if holder is not None else ""

    @property
    def text(self) -> str:
        if self.read is None and self.block:
            self.read = _text(self.elements[0])
        elif self.read is None:
            self.read = self.lead + "".join([_text(e) + (e.tail or "") for e in self.elements])
        return self.read or ""

    def leaves(self) -> list["_Part"]:
        """The parts that hold no further blocks, in page order."""
        return [leaf for part in self.parts for leaf in part.leaves()] if self.parts else [self]


def prune(
    body: HtmlElement, article: str, title: str = "", authors: Sequence[str] = (), host: str = ""
) -> float:
    """Cut a tree down, in place, to the blocks whose words are in `article`, and the scenery among them.

    A heading at the start that repeats `title` goes too, as do a byline of `authors` and offers of reading on `host`.
    Returns the share (0 to 1) of the article's word characters that were found in the tree.
    """
    words = squeeze(article)
    root = _Part(elements=[body], block=True, parts=_parts(body, _block_holders(body)))
    leaves = root.leaves()
    matches = align([leaf.text for leaf in leaves], words)
    for match in matches:
        leaves[match.block].kept = True
    for i in recover.lost(
        [leaf.kept for leaf in leaves], lambda i: _seen(leaves[i]), _title_at(leaves, title)
    ):
        leaves[i].kept = True
    kept = [leaf for leaf in leaves if leaf.kept]
    _drop_title(kept[:TITLE_WITHIN], title)
    kept = [part for part in kept if part.kept]
    for i in boilerplate([_described(part, host) for part in kept], authors):
        kept[i].kept = False
    _cut(root)
    return sum(m.end - m.start for m in matches) / max(1, len(words))


def _drop_title(first: list[_Part], title: str) -> None:
    for part in first:
        is_heading = part.block and part.elements[0].tag in ("h1", "h2", "h3")
        if is_heading and title and squeeze(part.text).lower() == squeeze(title).lower():
            part.kept = False
            return


def _title_at(leaves: Sequence[_Part], title: str) -> int:
    wanted = squeeze(title)
    return next(
        (
            i
            for i, leaf in enumerate(leaves)
            if leaf.tag in HEADINGS and squeeze(leaf.text) == wanted
        ),
        -1,
    )


def _seen(leaf: _Part) -> recover.Leaf:
    text = leaf.text.strip()
    linked = sum(len(a.text_content()) for e in leaf.elements for a in e.iter("a")) / max(
        1, len(text)
    )
    around = [e for e in (leaf.elements[:1] or [leaf.parent]) if e is not None]
    around += [
        a for e in around for a in list(e.iterancestors())[:3] if a.tag not in ("body", "html")
    ]
    labels = " ".join(f"{e.get('class') or ''} {e.get('id') or ''}" for e in around)
    return recover.Leaf(text, leaf.tag, linked, labels)


def _described(part: _Part, host: str) -> Block:
    text = part.text.strip()
    links = [a for e in part.elements if len(e) or e.tag == "a" for a in e.iter("a")]
    linked = sum(len(_text(a)) for a in links if _is_internal(a.get("href") or "", host)) / max(
        1, len(text)
    )
    return Block(text, linked, part.block and part.elements[0].tag in HEADINGS)


def _is_internal(address: str, host: str) -> bool:
    return not address.startswith(("http", "//")) or host_of(address) == host


def _block_holders(body: HtmlElement) -> set[HtmlElement]:
    holders: set[HtmlElement] = set()
    for block in body.iter(*BLOCKS):
        for ancestor in block.iterancestors():
            if ancestor in holders:
                break
            holders.add(ancestor)
    return holders


def _parts(element: HtmlElement, holders: set[HtmlElement]) -> list[_Part]:
    parts: list[_Part] = []
    run: list[HtmlElement] = []
    lead = element.text or ""
    for child in element:
        if child.tag in BLOCKS or child in holders:
            if run or lead.strip():
                parts.append(_Part(lead, run, parent=element))
            inner = _parts(child, holders) if child in holders and child.tag != "pre" else []
            parts.append(_Part(elements=[child], block=True, parts=inner))
            lead, run = child.tail or "", []
        else:
            run.append(child)
    if run or lead.strip():
        parts.append(_Part(lead, run, parent=element))
    return parts


def _cut(part: _Part) -> bool:
    """Cut what is not kept from the part's element; returns whether anything in it is kept."""
    if not part.parts:
        return part.kept
    for inner in part.parts:
        inner.kept = _cut(inner)
    kept = [i for i, inner in enumerate(part.parts) if inner.kept]
    if not kept:
        return False
    rest = [
        p for i, p in enumerate(part.parts) if p.kept or (kept[0] < i < kept[-1] and _is_scenery(p))
    ]
    if len(rest) < len(part.parts):
        _rebuild(part.elements[0], part.parts, rest)
    return True


def _is_scenery(part: _Part) -> bool:
    if not part.elements:
        return False
    if part.elements[0].tag == "pre":
        return True
    return not part.text.strip() and all(
        e.tag in SCENERY or next(e.iter(*SCENERY), None) is not None for e in part.elements
    )


def _rebuild(element: HtmlElement, parts: list[_Part], rest: list[_Part]) -> None:
    for part in parts:
        if part.block:
            part.elements[0].tail = None  # it is the lead of the part that follows
    for child in list(element):
        element.remove(child)
    element.text = None
    for part in rest:
        _append_text(element, part.lead)
        for child in part.elements:
            element.append(child)


def _text(element: HtmlElement) -> str:
    return str(element.text_content()) if len(element) else element.text or ""


def _append_text(element: HtmlElement, text: str) -> None:
    if text and len(element):
        element[-1].tail = (element[-1].tail or "") + text
    elif text:
        element.text = (element.text or "") + text
