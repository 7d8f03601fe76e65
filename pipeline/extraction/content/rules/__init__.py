"""The rules by which a block of an article's root is left out. None rests on a name alone."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pipeline.extraction.content.blocks import HEADINGS, PLAIN_LEAVES, Block
from pipeline.extraction.content.facts import Facts
from pipeline.extraction.content.rules import fields, ways, widgets
from pipeline.extraction.content.rules.measures import links_of


class Rule(NamedTuple):
    """A rule, with the sentence that says why it leaves a block out."""

    name: str
    applies: Callable[[Block, Facts], bool]
    reason: str


RULES = (
    Rule("cookie-dialog", widgets.cookie, "It asks for consent to cookies."),
    Rule("dialog", widgets.dialog, "It is a window over the page."),
    Rule("hidden", widgets.hidden, "The page does not show it."),
    Rule("comments", widgets.comments, "Readers' comments, or the form for them."),
    Rule("newsletter", widgets.newsletter, "It offers a subscription."),
    Rule("share-buttons", widgets.share, "Buttons for sharing or following."),
    Rule(
        "table-of-contents",
        ways.contents,
        "Its links lead to parts of the same article.",
    ),
    Rule("navigation", ways.navigation, "Navigation of the site."),
    Rule("next-and-previous", ways.next_post, "Links to the posts before and after."),
    Rule("pagination", ways.pages, "Links to the other pages of the article."),
    Rule("related-posts", ways.related, "It offers other posts."),
    Rule("advertisement", widgets.advert, "An advertisement."),
    Rule(
        "tags", fields.tag_line, "Tags or categories, which are a field of their own."
    ),
    Rule("form", widgets.form, "A form."),
    Rule("title", fields.title, "The title, which is a field of its own."),
    Rule("site-header", fields.site_header, "The site's own header."),
    Rule("above-title", fields.above_title, "It stands above the title."),
    Rule(
        "metadata",
        fields.metadata,
        "Author, date or length, which are fields of their own.",
    ),
    Rule("author-box", fields.author_box, "It introduces the author."),
    Rule("sidebar", ways.sidebar, "It stands beside the article."),
    Rule("footer", fields.footer, "The foot of the post or the page."),
    Rule(
        "image-details",
        fields.image_details,
        "The name and the size of a picture's file.",
    ),
    Rule("notebook-prompt", fields.prompt, "The number of a notebook's cell."),
    Rule("buttons", widgets.buttons, "Controls of the page."),
    Rule(
        "beside-the-text",
        ways.beside,
        "No extractor takes it for a part of the article, and it consists of links or short lines.",
    ),
)
LABEL = 40  # characters; shorter lines may announce an advertisement or number a cell
PLAIN = 80  # characters of a paragraph that may hold links
FEW_LINKS = 0.4  # share of its text
RELATED = next(rule for rule in RULES if rule.name == "related-posts")
UNSURE = frozenset(
    ["beside-the-text", "related-posts", "sidebar", "hidden", "author-box"]
)
# which may mean the text's last line, plain as it is
OF_LAST_LINES = [rule for rule in RULES if rule.name in ("comments", "newsletter")]
# likewise a few words anywhere
OF_LABELS = [
    rule
    for rule in RULES
    if rule.name in ("advertisement", "title", "above-title", "notebook-prompt")
]
# likewise plain blocks in another one that have no links
OF_PLAIN_GROUPS = [
    rule
    for rule in RULES
    if rule.name in ("advertisement", "above-title", "author-box")
]
FIELDS = frozenset(["title", "metadata", "tags", "above-title", "hidden"])


is_stated_author = fields.is_stated_author


def is_plain_text(block: Block, facts: Facts) -> bool:
    """Whether a block is a piece of the text that hardly a rule could mean: most are, and need
    not be held against each."""
    if block.children or block.kinds or facts.is_at_edge(block):
        return False
    if not _is_nameless(block):
        return False
    if block.linked:
        return block.length > PLAIN and block.linked < FEW_LINKS * block.length
    if block.length > LABEL:
        return True
    is_text = block.tag in PLAIN_LEAVES and not len(block.element)
    return is_text and block.start < facts.last


def is_plain_group(block: Block, facts: Facts) -> bool:
    """Whether a block is a list, a quote or a frame around code in the midst of the article, of
    plain text alone: hardly a rule could mean it."""
    if not block.plain or not block.children or block.linked:
        return False
    return not (facts.has_forms or facts.is_at_edge(block) or links_of(block))


def _is_nameless(block: Block) -> bool:
    """Whether nothing is said of a block; headings have an id to be linked to by."""
    names = block.element.keys()
    return not names or (block.tag in HEADINGS and names == ["id"])


def rule_for(block: Block, facts: Facts) -> Rule | None:
    """Return the first rule that leaves a block out, or None for a block that is part of the
    article."""
    for rule in _rules_for(block, facts):
        if rule.applies(block, facts):
            return rule
    return None


def _rules_for(block: Block, facts: Facts) -> Sequence[Rule]:
    """Return the rules that may mean a block."""
    if is_plain_group(block, facts):
        return OF_PLAIN_GROUPS
    if not is_plain_text(block, facts):
        return RULES
    if block.start >= facts.last:
        return OF_LAST_LINES
    is_label = block.length <= LABEL or bool(block.element.keys())
    return OF_LABELS if is_label else ()
