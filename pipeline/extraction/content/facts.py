"""What the rules know of the block that holds an article: where its prose begins and ends, who
wrote it, its title."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from lxml.html import HtmlElement

from pipeline.extraction.content import forms
from pipeline.extraction.content.blocks import HEADINGS, Block
from pipeline.extraction.content.words import squeeze
from pipeline.extraction.fields.candidate import fold
from pipeline.extraction.fields.month_names import months

PROSE = 60  # characters outside of links that make a leaf a paragraph of the text
SHORT_PROSE = 25
MAX_FRAME_LEAVES = 6  # of what frames a paragraph, all but one without words
MAX_LINE_LENGTH = 250  # characters of a line that tells nothing but such things
MAX_WORDS = 30
MAX_NUMBERS = 6  # of a line that tells nothing but when
MAJOR = 0.4  # of the article's prose: a block with more than that is no boilerplate
SENTENCE = re.compile(r"[.!?…:;。！？»”\"’)]\s*$")
DAYS = (
    "mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday "
    "montag dienstag mittwoch"
    " donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche "
    "lunes martes miércoles"
    " jueves viernes sábado domingo"
)
SAYS_WHEN = (
    "posted published publish created date dated updated update modified edited changed "
    "revised last on at am pm utc"
    " gmt est edt pst pdt cet cest bst ago days day hours hour weeks week months month years "
    "year the of veröffentlicht"
    " aktualisiert zuletzt stand am um uhr publié mis à jour le publicado actualizado el "
    "fecha de del pubblicato il"
    " gepubliceerd op geplaatst datum time originally first st nd rd th h gepost date"
)
SAYS_HOW_LONG = (
    "min mins minute minutes read reading time words word lesezeit minuten temps lecture "
    "tiempo lectura estimated"
    " to approx about takes characters one two three four five six seven eight nine ten"
)
SAYS_WHO = (
    "by written author authors von par por door di autor autorin text words story photo "
    "photos with and und et y"
    " auteur verfasst geschrieben editor contributor posted edited"
)
SAYS_WHERE = (
    "in under filed category categories tag tags tagged topic topics section comments comment "
    "no leave reply share"
    " print permalink edit views view link source kategorie kategorien categoría categorías "
    "etiquetas schlagwörter"
    " labels label catégorie catégories mots clés 0 1"
)
DATE_WORDS = frozenset(f"{DAYS} {SAYS_WHEN}".split()) | frozenset(months())
TIME_WORDS = frozenset(SAYS_HOW_LONG.split())
AUTHOR_WORDS = frozenset(SAYS_WHO.split())
PLACE_WORDS = frozenset(SAYS_WHERE.split())
LABEL_WORDS = frozenset(
    "posted published updated filed category categories tags tag tagged comments comment edit "
    "permalink author by print"
    " share".split()
)
NUMBER = re.compile(
    r"\d+(?:st|nd|rd|th|er|h|am|pm|min|年|月|日)?|t\d+|\d+年\d+月\d+日|z"
)


Kind = tuple[str, str | None]


class Facts:
    """What is known of an article while its blocks are judged."""

    def __init__(
        self, root: Block, title: str, authors: Sequence[str], host: str, is_forum: bool
    ) -> None:
        self.root = root
        self.title = squeeze(title)
        self.authors = frozenset(fold(name) for name in authors)
        self.author_words = frozenset(" ".join(self.authors).split())
        self.host = host
        self.is_forum = is_forum
        self.sharing: dict[
            HtmlElement, bool
        ] = {}  # links, as far as they were asked for
        self._content: set[HtmlElement] = (
            set()
        )  # found to be content, whatever is in it
        self._framing: dict[HtmlElement, bool] = {}
        self._families: dict[HtmlElement, tuple[Counter[Kind], int]] = {}
        self.has_forms = forms.has_fields(root.element)
        self.prose = self._prose_in(root)
        self.first, self.last = self._reach()
        self.title_at = self._find_title()

    def is_above(self, block: Block) -> bool:
        """Whether a block stands before the first paragraph of the text."""
        return block.end <= self.first

    def is_below(self, block: Block) -> bool:
        """Whether a block stands after the last content of the article."""
        return block.start > self.last

    def is_at_edge(self, block: Block) -> bool:
        return self.is_above(block) or self.is_below(block)

    def is_major(self, block: Block) -> bool:
        """Whether a block holds so much of the article that it cannot be left out."""
        if block.length < MAJOR * self.prose:
            return False
        return self._prose_in(block) > MAJOR * self.prose

    def _prose_in(self, block: Block) -> int:
        """Characters outside of links that no frame holds."""
        return sum(leaf.length - leaf.linked for leaf in block.leaves() if leaf.is_own)

    def family(self, parent: Block) -> tuple[Counter[Kind], int]:
        """Of the blocks in a block: how many of each kind extractors took, and how many
        paragraphs of text."""
        if parent.element not in self._families:
            voted = Counter(kind_of(child) for child in parent.children if child.voted)
            paragraphs = sum(
                child.taken and child.length - child.linked > PROSE
                for child in parent.children
            )
            self._families[parent.element] = voted, paragraphs
        return self._families[parent.element]

    def settle(self, block: Block, is_content: bool) -> bool:
        """Note, and return, whether a block or the one around it was found to be content."""
        around = [block, block.parent] if block.parent is not None else [block]
        is_known = any(outer.element in self._content for outer in around)
        if is_content or is_known:
            self._content.add(block.element)
        return is_content or is_known

    def frames_paragraphs(self, parent: Block) -> bool:
        """Whether paragraphs of the text, or frames around one each, stand in a block."""
        if parent.element not in self._framing:
            found = any(map(_is_paragraph, parent.children))
            self._framing[parent.element] = found
        return self._framing[parent.element]

    def asked(self, block: Block) -> frozenset[str]:
        """Return the kinds of a form's fields in a block."""
        return forms.asked(block.element) if self.has_forms else frozenset()

    def metadata(self, text: str) -> str:
        """Return what a line tells that consists of nothing but such words: "dateline", "byline",
        "reading-time", "details"; "" for any other line."""
        if len(text) > MAX_LINE_LENGTH:
            return ""
        words = fold(text).split()
        if len(words) > MAX_WORDS:
            return ""
        rest = [word for word in words if not NUMBER.fullmatch(word)]
        if not words or (not rest and len(words) > MAX_NUMBERS):
            return ""
        unknown = [
            word
            for word in rest
            if word not in DATE_WORDS
            and word not in TIME_WORDS
            and word not in AUTHOR_WORDS
            and word not in PLACE_WORDS
            and word not in self.author_words
        ]
        if unknown:
            return ""
        if any(word in self.author_words for word in rest):
            return "byline"
        if len(rest) < len(words):
            return (
                "reading-time"
                if {"min", "mins", "minutes", "words"} & set(rest)
                else "dateline"
            )
        return "details" if LABEL_WORDS & set(rest) else ""

    def _reach(self) -> tuple[int, int]:
        """Return the numbers of the first leaf of prose and of the last leaf of content."""
        leaves = self.root.leaves()
        for is_wanted in (_is_taken_prose, _is_prose, _is_short_prose):
            first = self._first_of(leaves, is_wanted)
            if first is not None:
                break
        else:
            return self.root.start, self.root.end
        last = self._first_of(reversed(leaves), is_wanted) or first
        solid = [leaf.start for leaf in leaves if leaf.solid]
        before = [at for at in solid if at < first.start]
        return min([first.start, *before[:1]]), max([last.start, *solid[-1:]])

    def _first_of(
        self, leaves: Iterable[Block], is_wanted: Callable[[Block], bool]
    ) -> Block | None:
        """Return the first of the leaves that is wanted and tells more than metadata."""
        return next(
            (
                leaf
                for leaf in leaves
                if is_wanted(leaf) and not self.metadata(leaf.text)
            ),
            None,
        )

    def _find_title(self) -> int:
        for leaf in self.root.leaves():
            if leaf.tag in HEADINGS and self.title and squeeze(leaf.text) == self.title:
                return leaf.start
        return -1


def kind_of(block: Block) -> Kind:
    """Return what blocks that are alike have in common: tag and class."""
    return block.tag, block.element.get("class")


def _is_paragraph(block: Block) -> bool:
    """Whether a block, or all that has words in it, is a paragraph that extractors take."""
    if block.end - block.start > MAX_FRAME_LEAVES:
        return False
    leaves = [leaf for leaf in block.leaves() if leaf.length]
    if len(leaves) != 1 or not leaves[0].taken:
        return False
    return leaves[0].length - leaves[0].linked > PROSE


def _is_prose(leaf: Block) -> bool:
    return (
        leaf.length - leaf.linked >= PROSE and leaf.tag not in HEADINGS and leaf.is_own
    )


def _is_taken_prose(leaf: Block) -> bool:
    return leaf.taken and _is_prose(leaf)


def _is_short_prose(leaf: Block) -> bool:
    if (
        leaf.tag in HEADINGS
        or leaf.length - leaf.linked < SHORT_PROSE
        or not leaf.is_own
    ):
        return False
    return bool(SENTENCE.search(leaf.text))
