"""Which blocks of an article's root are no part of it: by named rules, each cut put on a record."""

from collections.abc import Sequence

from pipeline.core.records import Keep, LeftOut
from pipeline.extraction.content import marking, rules
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
        if not words or len(self.entries) >= MAX_RECORDS:
            return
        begin = _beginning(words)
        kind = _kind(block)
        self.entries.append(LeftOut(kind, begin, len(words), rule.name, rule.reason))

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
    _judge_children(root, facts, record)
    for block in record.cut:
        marking.drop(block.element)
    marking.sweep(root.element)
    return record


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
        _judge_children(child, facts, record)
        kept.append(child)
    _drop_empty_sections(kept, lost, record)


def _rule_for(block: Block, facts: Facts, offers: list[Block]) -> rules.Rule | None:
    if block.tag in UNCUT:
        return None
    if any(block is offer for offer in offers):
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
