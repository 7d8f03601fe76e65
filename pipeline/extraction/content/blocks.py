"""The blocks of a page: its tree with every run of text in an element of its own, and what each
block holds."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement, builder

from pipeline.extraction.content import names
from pipeline.extraction.fields.candidate import fold
from pipeline.extraction.page.text import text_in

BLOCK_TAGS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre search section summary"
    " table tbody td tfoot th thead tr ul".split()
)
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
WHOLE = frozenset("pre hr".split())  # never looked into
TABLE_PARTS = frozenset(
    "table tbody thead tfoot tr colgroup".split()
)  # whose loose text is only space
LIST_PARTS = frozenset("ul ol dl menu dir".split())
RUN_IN = frozenset(
    "li td th dd dt figcaption caption summary legend p h1 h2 h3 h4 h5 h6 tr table tbody".split()
)
MEDIA = (
    "img",
    "picture",
    "video",
    "audio",
    "iframe",
    "math",
    "svg",
    "amp-img",
    "amp-iframe",
    "object",
    "embed",
)
NO_KINDS: frozenset[str] = frozenset()
AUTHOR = frozenset(["author"])
FAR = 9
NEAR = 3  # levels within which what a name says counts
SOLID = frozenset(["pre", "table", "math", "figure"])
STYLING = frozenset(
    "abbr b big br cite code em font i kbd mark q s samp small span strong sub sup tt u"
    " var".split()
)
PLAIN_LEAVES = frozenset(
    "blockquote caption dd dt h1 h2 h3 h4 h5 h6 hr li p pre run summary td th tr".split()
)
PLAIN_HOLDERS = frozenset(
    "blockquote dd details dl dt li ol table tbody td tfoot th thead tr ul".split()
)
PROSE = 80  # characters of a leaf that may hold links and still be plain text
FEW_LINKS = 0.3  # share of its text
HIDING = frozenset(["style", "hidden", "aria-hidden"])
# text beside blocks in an item or a cell: a block while it is judged, plain text afterwards
RUN = "run"


@dataclass(slots=True, eq=False)
class Block:
    """An element that is a block, with the text and links that it holds; text is counted in
    characters."""

    element: HtmlElement
    parent: "Block | None"
    tag: str  # as it was found
    start: int  # number of the first leaf in it
    all_leaves: list["Block"] = field(repr=False)  # of the page
    children: list["Block"] = field(default_factory=list)
    text: str = ""  # of a leaf
    length: int = 0
    linked: int = 0
    voted: int = 0  # characters of the leaves that extractors take for the article
    mass: float = 0.0  # what speaks for the article being here
    end: int = 0  # one more than the number of the last
    taken: bool = False  # of a leaf: whether an extractor took it
    kinds: frozenset[str] = NO_KINDS  # of boilerplate that its names speak of
    away: int = (
        FAR  # levels up to a block that is named as something foreign to articles
    )
    solid: bool = False  # whether it is code, a table or a figure, or in one
    in_link: bool = False  # whether a link stands around it
    plain: bool = False  # whether it is text alone, of which no link or name says more
    whole: str | None = None  # its whole text, once somebody asked for it
    links: list[HtmlElement] | None = None  # likewise

    @property
    def labels(self) -> str:
        """Its class names, id and role, in lower case."""
        return labels_of(self.element)

    @property
    def is_own(self) -> bool:
        """Whether nothing around it says that it is something else than the text."""
        return self.away >= NEAR

    def leaves(self) -> list["Block"]:
        """Return the blocks without blocks in them, in page order."""
        return self.all_leaves[self.start : self.end]

    def walk(self) -> Iterator["Block"]:
        """Yield the block and those in it, in page order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def release(self) -> None:
        """Let go of the blocks of a page that is done with, of which this is the outermost.

        Blocks refer to each other in circles, and nothing else of a page does: without this, the
        memory of each page waits for the garbage collector.
        """
        self.all_leaves.clear()
        waiting = [self]
        while waiting:
            children = waiting.pop().children
            waiting += children
            children.clear()

    def whole_text(self) -> str:
        """Return the text of the block and all blocks in it, with a blank between blocks."""
        if not self.children:
            return self.text
        if self.whole is None:
            self.whole = " ".join([leaf.text for leaf in self.leaves() if leaf.text])
        return self.whole


def build(body: HtmlElement) -> Block:
    """Return the blocks of a body. The tree is changed: each run of text beside a block gets an
    element of its own."""
    return _block(body, None, _holders(body), [])


def labels_of(element: HtmlElement) -> str:
    """Return the class names, id and role of an element, in lower case, with a blank between."""
    if not element.keys():  # as of most
        return ""
    classes = element.get("class")
    name = element.get("id")
    role = element.get("role")
    if not name and not role:  # as most
        return classes.lower() if classes else ""
    return " ".join(filter(None, (classes, name, role))).lower()


def _holders(body: HtmlElement) -> set[HtmlElement]:
    """Return the elements that hold blocks, whatever their tag."""
    holders: set[HtmlElement] = set()
    for block in body.iter(*BLOCK_TAGS):
        holder = block.getparent()
        while holder is not None and holder not in holders and holder.tag != "pre":
            holders.add(holder)
            holder = holder.getparent()
    return holders


def _block(
    element: HtmlElement,
    parent: Block | None,
    holders: set[HtmlElement],
    leaves: list[Block],
) -> Block:
    block = Block(element, parent, str(element.tag), len(leaves), leaves)
    attributes = element.keys()
    if attributes and (labels := labels_of(element)):
        block.kinds = names.kinds(labels)
    if "itemprop" in attributes and element.get("itemprop") == "author":
        block.kinds |= AUTHOR
    _look_up(block)
    if element not in holders or block.tag in WHOLE:
        _read_leaf(block)
        leaves.append(block)
    else:
        _wrap_runs(element, holders)
        _read_children(block, holders)
    block.end = len(leaves)
    if block.kinds and "id" in attributes and _names_its_heading(block):
        block.kinds = names.kinds(element.get("class", "").lower())
    is_shown_as_it_is = not attributes or HIDING.isdisjoint(attributes)
    block.plain = is_shown_as_it_is and not block.kinds and _is_plain(block)
    return block


def _read_children(block: Block, holders: set[HtmlElement]) -> None:
    parts = [_block(e, block, holders, block.all_leaves) for e in block.element]
    block.children = parts
    block.length = sum([part.length for part in parts])
    block.linked = sum([part.linked for part in parts])


def _is_plain(block: Block) -> bool:
    """Whether a block that nothing is said of is text alone."""
    if block.children:
        is_plain = block.tag in PLAIN_HOLDERS or _frames_code(block)
        return is_plain and all(part.plain for part in block.children)
    if block.tag not in PLAIN_LEAVES:
        return False
    if block.length >= PROSE:
        return block.linked <= FEW_LINKS * block.length
    if block.linked or not len(block.element):
        return not block.linked
    return all(part.tag in STYLING for part in block.element)


def _frames_code(block: Block) -> bool:
    """Whether a block is the box that a highlighter draws around a block of code."""
    is_frame = block.tag == "div" and len(block.children) == 1
    return is_frame and block.end - block.start == 1 and block.leaves()[0].tag == "pre"


def _look_up(block: Block) -> None:
    """Learn from the block around."""
    if block.kinds and not block.kinds.isdisjoint(names.FOREIGN):
        block.away = 0
    parent = block.parent
    if parent is None:
        return
    block.solid = parent.solid or block.tag in SOLID
    block.in_link = parent.in_link or parent.tag == "a"
    if block.away and parent.away < FAR:
        block.away = parent.away + 1


def _names_its_heading(block: Block) -> bool:
    """Whether an id is made of the words of a heading, as generators make them: it says nothing
    of what is there."""
    heading = block if block.tag in HEADINGS else next(iter(block.children), None)
    if heading is None or heading.tag not in HEADINGS:
        return False
    name = block.element.get("id").replace("_", " ")
    return set(fold(name).split()) <= set(fold(heading.text).split())


def _read_leaf(block: Block) -> None:
    element = block.element
    if not len(element):
        block.text = (element.text or "").strip()
        block.length = len(block.text)
        block.linked = block.length if _is_linked(block) else 0
        return
    block.text = text_in(element).strip()
    block.length = len(block.text)
    if _is_linked(block):
        block.linked = block.length
    else:
        for link in element.iter("a"):
            block.linked += len(text_in(link).strip())


def _is_linked(block: Block) -> bool:
    return block.tag == "a" or block.in_link


def _run_tag(element: HtmlElement) -> str:
    if element.tag in RUN_IN:
        return RUN
    if element.tag in ("ul", "ol"):
        return "li"
    return "p"


def _wrap_runs(element: HtmlElement, holders: set[HtmlElement]) -> None:
    """Put each run of text and inline elements between blocks into an element of its own."""
    tag = _run_tag(element)
    lead = element.text
    element.text = None
    run: list[HtmlElement] = []
    for child in list(element):
        if child.tag in BLOCK_TAGS or child in holders:
            if run or _has_words(lead):
                _close_run(element, child, tag, lead, run)
                run = []
            lead = child.tail
            if lead:
                child.tail = None
        else:
            run.append(child)
    if run or _has_words(lead):
        _close_run(element, None, tag, lead, run)


def _has_words(lead: str | None) -> bool:
    return lead is not None and bool(lead.strip())


def _close_run(
    parent: HtmlElement,
    before: HtmlElement | None,
    tag: str,
    lead: str | None,
    run: list[HtmlElement],
) -> None:
    if not _has_words(lead) and not any(map(_says_something, run)):
        for child in run:
            parent.remove(child)
        return
    for number, piece in enumerate(_paragraphs(lead, run)):
        if number and tag == RUN:
            piece.insert(0, builder.BR())
        piece.tag = tag
        if before is None:
            parent.append(piece)
        else:
            before.addprevious(piece)


def _says_something(element: HtmlElement) -> bool:
    """Whether an inline element holds more than space and line breaks."""
    if element.tail and element.tail.strip():
        return True
    if element.tag in ("br", "wbr"):
        return False
    if element.tag in MEDIA or element.tag == "input" or element.get("id"):
        return True
    return (
        bool(text_in(element).strip())
        or next(element.iter(*MEDIA, "input"), None) is not None
    )


def _paragraphs(lead: str | None, run: list[HtmlElement]) -> Iterator[HtmlElement]:
    """Yield a run as paragraphs: two line breaks with nothing between them begin another."""
    paragraph = builder.P()
    paragraph.text = lead
    last: HtmlElement | None = None
    for child in run:
        if _is_bare_break(child) and last is not None and _is_bare_break(last):
            paragraph.remove(last)
            if _says_something_within(paragraph):
                yield paragraph
            paragraph = builder.P()
            last = None
            continue
        paragraph.append(child)
        last = child
    if _says_something_within(paragraph):
        yield paragraph


def _is_bare_break(element: HtmlElement) -> bool:
    """Whether an element is a line break with no text behind it."""
    return element.tag == "br" and not (element.tail or "").strip()


def _says_something_within(paragraph: HtmlElement) -> bool:
    return bool((paragraph.text or "").strip()) or any(map(_says_something, paragraph))
