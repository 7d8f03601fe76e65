"""Rules for what the catalogue holds as fields: title, byline, date, tags; and for who made post
and page."""

import re

from pipeline.extraction.content.blocks import HEADINGS, Block
from pipeline.extraction.content.facts import DATE_WORDS, Facts
from pipeline.extraction.content.rules import phrases
from pipeline.extraction.content.rules.measures import (
    BOX,
    CONTENT,
    LINE,
    MOSTLY,
    SOLID,
    ends_like_text,
    first_line,
    holds,
    is_named,
    leads_to_tag,
    linked_share,
    links_of,
    rel_of,
    unlinked,
)
from pipeline.extraction.content.words import squeeze
from pipeline.extraction.fields import datelines
from pipeline.extraction.fields.candidate import fold
from pipeline.extraction.page.text import text_in

SIGNATURE = 60  # characters of a line with a name and a date
WORD = re.compile(r"[^\W\d_]+")
ADDRESS = re.compile(r"\s*(?:https?://\S+|[\d-]{10}T[\d:.]+(?:Z|[+-][\d:]+)?)\s*")


def title(block: Block, facts: Facts) -> bool:
    """Match the title where the page shows it; above the text also where it says it again."""
    if block.children or not facts.title:
        return False
    if block.start == facts.title_at:
        return True
    return facts.is_above(block) and squeeze(block.text) == facts.title


def above_title(block: Block, facts: Facts) -> bool:
    """Short lines above the title."""
    if (
        facts.title_at < 0
        or block.end > facts.title_at
        or holds(block, "pre", "table", "img")
    ):
        return False
    return block.length < LINE and not ends_like_text(block)


def site_header(block: Block, facts: Facts) -> bool:
    """Match the site's name and what belongs to it."""
    if not is_named(block, "header") or not facts.is_above(block):
        return False
    return block.length < BOX and not holds(block, "h1", *SOLID)


def tag_line(block: Block, facts: Facts) -> bool:
    """Match the tags and categories of the post."""
    links = links_of(block)
    if not links or block.length > 2 * BOX or holds(block, *CONTENT, *HEADINGS):
        return False
    named = is_named(block, "tags")
    says_tags = named or bool(phrases.TAGS_LABEL.match(first_line(block)))
    is_marked = says_tags and all("tag" in rel_of(link) for link in links)
    if not named and not is_marked and not facts.is_at_edge(block):
        return False
    is_all_tags = all(leads_to_tag(link) for link in links)
    if not is_all_tags and not (says_tags and linked_share(block) > MOSTLY):
        return False
    return unlinked(block) - 3 * len(links) < 40 and _says_only_a_label(block)


def _says_only_a_label(block: Block) -> bool:
    text = block.whole_text()
    for link in links_of(block):
        text = text.replace(text_in(link).strip(), " ", 1)
    return len(re.findall(r"\w+", text)) <= 4


def metadata(block: Block, facts: Facts) -> bool:
    """Match a line above or below the text that tells author, date, length or the like."""
    if not facts.is_at_edge(block) or block.length > LINE or holds(block, *CONTENT):
        return False
    if block.parent is not None and block.parent.tag == "blockquote":
        return False
    if block.tag in HEADINGS or not block.length or _is_item_of_text(block):
        return False
    if _is_license(block):
        return False
    text = _without_filing_links(block)
    if not text.strip() or facts.metadata(text) or ADDRESS.fullmatch(text):
        return True
    if facts.is_above(block) and _is_signature(text):
        return True
    if block.element.get("class") and phrases.says(phrases.OLD_POST, text):
        return True
    return is_named(block, "byline", "author", "tags") and not ends_like_text(block)


def _is_item_of_text(block: Block) -> bool:
    """Whether a block is an item of a list that nothing names."""
    return block.tag == "li" and block.parent is not None and not block.parent.kinds


def _is_signature(text: str) -> bool:
    """Whether a line is a name and a date."""
    if len(text) > SIGNATURE or not datelines.find(text):
        return False
    unknown = [word for word in WORD.findall(text) if fold(word) not in DATE_WORDS]
    return 0 < len(unknown) <= 4 and all(word[0].isupper() for word in unknown)


def _without_filing_links(block: Block) -> str:
    """Return the text of a block without links to tags and authors."""
    text = block.whole_text()
    for link in links_of(block):
        is_author = "author" in (link.get("rel") or "")
        if (
            is_author
            or leads_to_tag(link)
            or phrases.AUTHOR_ADDRESS.search(link.get("href"))
        ):
            text = text.replace(text_in(link).strip(), " ", 1)
    return text


def author_box(block: Block, facts: Facts) -> bool:
    """Match a box that introduces the author."""
    if facts.is_major(block) or block.length > 3 * BOX or holds(block, *SOLID):
        return False
    headed = bool(block.children) and phrases.says(
        phrases.AUTHOR_HEADING, first_line(block)
    )
    if not headed and not is_named(block, "author"):
        return False
    if facts.is_at_edge(block) or _is_stated_at_an_end(block, facts):
        return True
    return block.length < LINE and not ends_like_text(block)


def is_stated_author(block: Block) -> bool:
    """Whether the markup says that a block is about the author."""
    return bool(block.element.get("itemprop") == "author")


def _is_stated_at_an_end(block: Block, facts: Facts) -> bool:
    """Whether the first or the last of the text stands in what the markup calls the author."""
    if not is_stated_author(block):
        return False
    return any(block.start <= at < block.end for at in (facts.first, facts.last))


def footer(block: Block, facts: Facts) -> bool:
    """Match the foot of the post or the page: license, copyright, what it was made with."""
    if facts.is_major(block) or holds(block, *SOLID):
        return False
    if block.parent is not None and block.parent.tag == "blockquote":
        return False
    if block.tag == "footer" or is_named(block, "footer"):
        return (
            facts.is_at_edge(block)
            or block.length < LINE
            or linked_share(block) > MOSTLY
        )
    if not facts.is_below(block) or block.length > BOX:
        return False
    if _is_license(block):
        return True
    return phrases.says(phrases.LEGAL_LINE, block.whole_text())


def _is_license(block: Block) -> bool:
    """Whether a short block holds links to licenses alone."""
    links = links_of(block)
    if not links or block.length > LINE or linked_share(block) < MOSTLY:
        return False
    return all(
        "license" in rel_of(link) or phrases.LICENSE_ADDRESS.search(link.get("href"))
        for link in links
    )


def image_details(block: Block, facts: Facts) -> bool:
    """Match the measures of a picture's file, which stand below it for those who enlarge it."""
    if block.children or not block.in_link or block.length > LINE:
        return False
    return phrases.IMAGE_DETAILS.search(block.text) is not None


def prompt(block: Block, facts: Facts) -> bool:
    """Match the number of a notebook's cell."""
    if block.children or block.length > 12:
        return False
    return phrases.says(phrases.PROMPT, block.text)
