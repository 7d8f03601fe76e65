"""Which blocks of an article's root are no part of it: by named rules, each cut put on a record."""

from collections.abc import Sequence

from lxml.html import HtmlElement

from pipeline.core.records import LOST, NOT_LISTED, OUTSIDE, Keep, LeftOut
from pipeline.extraction.content import facts as facts_of
from pipeline.extraction.content import lead, marking, rules
from pipeline.extraction.content.blocks import HEADINGS, Block
from pipeline.extraction.content.facts import Facts
from pipeline.extraction.content.rules import ways

MAX_RECORDS = 60
FEW_WORDS = 4
MAX_WORDS = 12  # of a block's beginning that are put on record
MAX_LENGTH = 120  # characters
KINDS = {
    "p": "paragraph",
    "ul": "list",
    "ol": "list",
    "dl": "list",
    "li": "list item",
    "pre": "code",
    "table": "table",
    "figure": "figure",
    "blockquote": "quote",
    "nav": "navigation",
    "form": "form",
    "details": "details",
}
UNCUT = frozenset(
    "td th tr tbody thead tfoot table caption figcaption dt dd summary run".split()
)


class Record:
    """What was left out, in page order, bounded; and what stayed since somebody wants it kept."""

    def __init__(self, keep: Sequence[Keep] = ()) -> None:
        self.kept = 0  # blocks that a rule names and that stayed
        self._wanted = frozenset(keep)
        self.entries: list[LeftOut] = []
        self.cut: list[Block] = []
        self.fields: list[
            Block
        ] = []  # of what was cut, what the catalogue has as fields
        self._more: list[int] = []  # words of each block that found no room
        self.doubtful = (
            0  # blocks that stood in the text and went by a rule that may be wrong
        )

    def add(self, block: Block, rule: rules.Rule, is_inside: bool) -> None:
        """Note a block; `is_inside`: it stands between the first paragraph of the text and the
        last."""
        self.cut.append(block)
        is_field = rule.name in rules.FIELDS or rules.is_stated_author(block)
        if is_field:
            self.fields.append(block)
        words = block.whole_text().split()
        may_be_wrong = rule.name in rules.UNSURE and not is_field
        self.doubtful += is_inside and may_be_wrong and len(words) >= FEW_WORDS
        if words:
            self._note(_kind(block), words, rule.name, rule.reason)
            return
        for image in block.element.iter("img"):
            self.add_image(image, rule.name, rule.reason)

    def add_outside(self, leaf: Block) -> None:
        """Note prose or a picture that stands outside of the block that the article was found
        in."""
        words = leaf.whole_text().split()
        if words:
            self._note(_kind(leaf), words, OUTSIDE, "It stands outside of the text.")
            return
        for image in leaf.element.iter("img"):
            self.add_image(image, OUTSIDE, "It stands outside of the text.")

    def add_image(self, image: HtmlElement, rule: str, reason: str) -> None:
        """Note a picture by its description, else by the name of its file."""
        source = (image.get("src") or image.get("data-src") or "").split("?")[0]
        file = "" if source.startswith("data:") else source.rpartition("/")[2]
        self._note("image", (image.get("alt") or file).split(), rule, reason, 0)

    def add_lost(self, image: HtmlElement) -> None:
        """Note a picture of the text that could not be kept."""
        is_drawing = image.get(marking.DRAWN) is not None
        reason = "The page does not say where the picture is."
        if is_drawing:
            reason = "The drawing is too large to be kept."
        self.add_image(image, LOST, reason)

    def listed(self) -> tuple[LeftOut, ...]:
        """Return the record; where the list was full, its last entry stands for all others."""
        if not self._more:
            return tuple(self.entries)
        count = len(self._more)
        noun = "block was" if count == 1 else "blocks were"
        reason = f"{count} more {noun} left out; a list holds {MAX_RECORDS}."
        more = LeftOut("block", "", sum(self._more), NOT_LISTED, reason, count)
        return (*self.entries, more)

    def _note(
        self,
        kind: str,
        words: list[str],
        rule: str,
        reason: str,
        count: int | None = None,
    ) -> None:
        count = len(words) if count is None else count
        if len(self.entries) >= MAX_RECORDS:
            self._more.append(count)
            return
        self.entries.append(LeftOut(kind, _beginning(words), count, rule, reason))

    def keeps(self, block: Block, rule: rules.Rule) -> bool:
        """Tell, and count, whether somebody wants a block kept that a rule names."""
        if not self._wanted:
            return False
        begin = _beginning(block.whole_text().split())
        found = not self._wanted.isdisjoint([Keep(rule.name), Keep(rule.name, begin)])
        self.kept += found
        return found


def cut(root: Block, facts: Facts, keep: Sequence[Keep] = ()) -> Record:
    """Take the blocks out of the root that a rule names; the record says which and why.

    What is to be kept stays with all that is in it.
    """
    record = Record(keep)
    _note_outside(root, root.all_leaves[: root.start], record)
    _judge_children(root, facts, record)
    _note_outside(root, root.all_leaves[root.end :], record)
    for block in record.cut:
        marking.drop(block.element)
    marking.sweep(root.element)
    return record


def _note_outside(root: Block, leaves: Sequence[Block], record: Record) -> None:
    """Note the prose that extractors take, and the pictures, that stand outside of a root."""
    for leaf in leaves:
        is_prose = leaf.taken and leaf.length - leaf.linked > facts_of.PROSE
        if not leaf.is_own or not (is_prose or lead.is_picture(leaf)):
            continue
        if root.element not in leaf.element.iterancestors() and not _is_framed(leaf):
            record.add_outside(leaf)


def _is_framed(leaf: Block) -> bool:
    """Whether a frame of the page or a link to another one stands around a block."""
    return leaf.in_link or any(
        outer.tag in lead.FRAMES for outer in leaf.element.iterancestors()
    )


def _judge_children(block: Block, facts: Facts, record: Record) -> None:
    kept: list[Block] = []
    lost: list[tuple[int, rules.Rule]] = []
    offers = ways.offered_sections(block.children)
    for child in block.children:
        rule = _rule_for(child, facts, offers)
        if rule is not None and record.keeps(child, rule):
            kept.append(child)
            continue
        if rule is not None:
            record.add(child, rule, not facts.is_at_edge(child))
            lost.append((len(kept), rule))
            continue
        if child.children:
            _judge_children(child, facts, record)
        kept.append(child)
    _drop_empty_sections(kept, lost, record)


def _rule_for(block: Block, facts: Facts, offers: list[Block]) -> rules.Rule | None:
    if block.tag in UNCUT:
        return None
    if offers and any(block is offer for offer in offers):
        return rules.RELATED
    return rules.rule_for(block, facts)


def _drop_empty_sections(
    kept: list[Block], lost: list[tuple[int, rules.Rule]], record: Record
) -> None:
    """Leave out a heading where nothing else of its section is left."""
    for at, rule in lost:
        heading = kept[at - 1] if 0 < at <= len(kept) else None
        if heading is None or heading.tag not in HEADINGS or heading in record.cut:
            continue
        following = kept[at] if at < len(kept) else None
        if rule.name in rules.FIELDS:
            continue
        is_empty = following is None or (
            following.tag in HEADINGS and following.tag <= heading.tag
        )
        is_empty = is_empty or ways.heads_contents(heading, rule.name)
        if is_empty and not record.keeps(heading, rule):
            record.add(heading, rule, is_inside=False)


def _beginning(words: list[str]) -> str:
    return " ".join(words[:MAX_WORDS])[:MAX_LENGTH]


def _kind(block: Block) -> str:
    if block.tag in HEADINGS:
        return "heading"
    return KINDS.get(block.tag, "section" if block.children else "paragraph")
