"""Rules for ways to elsewhere: contents, menus, other posts, what stands beside the text."""

from lxml.html import HtmlElement

from pipeline.extraction.content import embeds, names
from pipeline.extraction.content.blocks import HEADINGS, Block
from pipeline.extraction.content.facts import Facts, kind_of
from pipeline.extraction.content.images import IMAGE_FILE
from pipeline.extraction.content.rules import phrases
from pipeline.extraction.content.rules.measures import (
    LINE,
    MOSTLY,
    SOLID,
    ends_like_text,
    first_line,
    holds,
    holds_notes,
    is_internal,
    is_named,
    linked_share,
    links_of,
    sole_part,
    stands_among_paragraphs,
    unlinked,
)
from pipeline.extraction.fields.candidate import fold
from pipeline.extraction.page.parsed import host_of
from pipeline.extraction.page.text import text_in

IN_LISTS = ("li", "dt", "dd", "summary", "figcaption")
TEXT_PARENTS = (
    *IN_LISTS,
    "td",
    "th",
    "blockquote",
    "figure",
    "details",
    "ul",
    "ol",
    "dl",
)
AUTHORS_TAGS = (
    "ul",
    "ol",
    "dl",
    "table",
    "blockquote",
)  # which generators give classes of no meaning
TOC_TAGS = ("ul", "ol", "nav", "aside", "details")
NEARBY = 4  # leaves between a heading and its list, most of them empty
PARAGRAPH = 60  # characters outside of links
ALONE = 0.9  # share of a link in a block that holds nothing else
TEASER = 400  # characters of a card that offers a post
LABEL = 40  # characters of a line beside the cards, such as "All posts"
CARD = 150  # characters beside the link of a card that offers a post


def contents(block: Block, facts: Facts) -> bool:
    """Match a table of contents."""
    links = links_of(block)
    if not links or not all("#" in link.get("href") for link in links):
        return False
    named = is_named(block, "contents") or phrases.says(
        phrases.TOC_HEADING, first_line(block)
    )
    if named and linked_share(block) > MOSTLY:
        return True
    is_list = block.tag in TOC_TAGS and len(links) > 1
    return is_list and linked_share(block) > 0.9 and not _are_marks(links)


def heads_contents(heading: Block, rule: str) -> bool:
    """Whether a heading is that of a table of contents, which a rule left out."""
    is_contents = rule == "table-of-contents"
    return is_contents and phrases.says(phrases.TOC_HEADING, heading.text)


def _are_marks(links: list[HtmlElement]) -> bool:
    """Whether links are footnotes' signs and numbers."""
    return any(len(text_in(link).strip()) < 3 for link in links)


def navigation(block: Block, facts: Facts) -> bool:
    """Match a menu of the site or the page, or of the languages that it is to be had in."""
    if _leads_to_translations(block, facts):
        return True
    is_tagged = block.tag in ("nav", "menu")
    if not is_tagged and not is_named(block, "navigation", "contents"):
        return False
    if facts.is_major(block) or holds(block, *SOLID):
        return False
    if linked_share(block) > 0.4:
        return True
    return block.length < LINE and (is_tagged or bool(links_of(block)))


def _leads_to_translations(block: Block, facts: Facts) -> bool:
    """Whether each link of a short block says in which language the page behind it is."""
    links = links_of(block)
    if not links or block.length > LINE or linked_share(block) < MOSTLY:
        return False
    return all(link.get("hreflang") and is_internal(link, facts) for link in links)


def next_post(block: Block, facts: Facts) -> bool:
    """Links to the posts before and after."""
    links = links_of(block)
    if not links or len(links) > 6 or holds(block, *SOLID) or unlinked(block) > LINE:
        return False
    if all((link.get("rel") or "") in ("prev", "next", "previous") for link in links):
        return True
    if not facts.is_at_edge(block) or linked_share(block) < 0.4:
        return False
    lines = [leaf.text for leaf in block.leaves() if leaf.text]
    labelled = [line for line in lines if _says_next(line)]
    if not labelled or len(lines) > 3 * len(labelled):
        return False
    return all(is_internal(link, facts) for link in links)


def _says_next(line: str) -> bool:
    return bool(phrases.NEXT_LINE.match(line) or phrases.says(phrases.ARROWED, line))


def pages(block: Block, facts: Facts) -> bool:
    """Links to the other pages of the same article."""
    if block.length > LINE or not links_of(block):
        return False
    return phrases.says(phrases.PAGES, block.whole_text())


def related(block: Block, facts: Facts) -> bool:
    """Offers of other posts: a line, or a box that is headed or named so."""
    if facts.is_major(block) or holds(block, "pre", "math"):
        return False
    links = links_of(block)
    if not links:
        return False
    if not block.children:
        is_line = linked_share(block) > MOSTLY and block.length < 2 * LINE
        return (
            is_line
            and bool(phrases.RELATED_LINE.match(block.text))
            and is_internal(links[0], facts)
        )
    heading = first_line(block)
    is_headed = phrases.says(phrases.RELATED_HEADING, heading)
    named = is_named(block, "related")
    if not is_headed and not named:
        return False
    if is_headed and _are_teasers(block, heading, facts):
        return True
    rest = block.length - (len(heading) if is_headed else 0)
    return block.linked > MOSTLY * rest or (
        named and unlinked(block) < CARD * len(links)
    )


def _are_teasers(block: Block, heading: str, facts: Facts) -> bool:
    """Whether a box is but a heading and a row of cards that offer other pages of the site."""
    for part in block.walk():
        cards = [child for child in part.children if _is_teaser(child, facts)]
        told = sum(card.length for card in cards) + len(heading)
        if len(cards) > 1 and block.length - told < LABEL:
            return len({card.tag for card in cards}) == 1
    return False


def _is_teaser(card: Block, facts: Facts) -> bool:
    """Whether a box is a linked title with a picture or a few lines."""
    if not card.children or card.length > TEASER or card.tag in ("ul", "ol"):
        return False
    links = links_of(card)
    if not links or not all(is_internal(link, facts) for link in links):
        return False
    titles = card.element.xpath(".//a[.//img] | .//a[ancestor::h2|ancestor::h3]")
    titles += card.element.xpath(".//a[ancestor::h4|ancestor::h5|ancestor::h6]")
    return bool(titles)


def offered_sections(blocks: list[Block]) -> list[Block]:
    """Of blocks side by side, those that a heading such as "Related posts" begins and that are
    links alone."""
    found: list[Block] = []
    if not any(block.linked > MOSTLY * block.length for block in blocks):
        return found
    for at, block in enumerate(blocks):
        if block.children or not (section := _section_after(blocks, at)):
            continue
        if phrases.says(phrases.RELATED_HEADING, block.text) and all(
            linked_share(part) > MOSTLY or not part.length for part in section
        ):
            found += [block, *section]
    return found


def _section_after(blocks: list[Block], at: int) -> list[Block]:
    """Return the lists and lines of links after a heading, up to the next heading or paragraph."""
    section = []
    for block in blocks[at + 1 :]:
        if block.tag in HEADINGS or linked_share(block) <= MOSTLY:
            break
        section.append(block)
    return section


def sidebar(block: Block, facts: Facts) -> bool:
    """Match what stands in a column beside the article."""
    named = is_named(block, "sidebar")
    if not named and block.tag != "aside":
        return False
    if facts.is_major(block) or holds(block, "pre", "math"):
        return False
    if holds_notes(block):
        return False
    if facts.settle(block, _is_preview(block, facts)):
        return False
    if linked_share(block) > MOSTLY:
        return True
    if _is_authors_note(block, facts):
        return False
    return named and block.voted < 0.3 * block.length and block.tag != "aside"


def _is_preview(block: Block, facts: Facts) -> bool:
    """Whether an aside among paragraphs shows a page elsewhere: its links lead to one site."""
    if block.kinds:
        return False
    hosts = {host_of(link.get("href")) for link in links_of(block)}
    is_one = len(hosts) == 1 and hosts.isdisjoint([facts.host, ""])
    return is_one and stands_among_paragraphs(block, facts)


def _is_authors_note(block: Block, facts: Facts) -> bool:
    """Whether a block without links stands among paragraphs of the text."""
    if block.parent is None or block.linked > 0.2 * block.length:
        return False
    return facts.family(block.parent)[1] > 0


def beside(block: Block, facts: Facts) -> bool:
    """Match what no extractor takes, stands out of the run of the text, and consists of links or
    short lines."""
    if not block.length or block.voted > 0.05 * block.length:
        return False
    if facts.is_major(block) and not (facts.is_at_edge(block) and _are_cards(block)):
        return False
    if block.tag in IN_LISTS or _is_heading(block) or holds_notes(block):
        return False
    if block.parent is not None and block.parent.tag in TEXT_PARENTS:
        return False
    if holds(block, *SOLID) or is_part_of_text(block, facts):
        return False
    if facts.settle(block, _is_of_content(block, facts)):
        return False
    if _is_reading_list(block, facts) or _heads_reading_list(block, facts):
        return False
    links = [link for link in links_of(block) if not _enlarges(link)]
    internal = sum(is_internal(link, facts) for link in links)
    is_list = len(links) > 1 and 2 * internal >= len(links)
    if is_list and (linked_share(block) > 0.25 or _are_cards(block)):
        return True
    if (
        len(links) == 1
        and linked_share(block) > MOSTLY
        and _is_labelled_offer(block, links[0], facts)
    ):
        return True
    if holds(block, "figcaption", "img") and not links:
        return False
    return facts.is_at_edge(block) and (bool(links) or not ends_like_text(block))


def _is_heading(block: Block) -> bool:
    """Whether a block is a heading, or a wrapper without a name of a kind around one."""
    if block.tag in HEADINGS:
        return True
    if block.kinds or len(block.children) != 1 or block.linked:
        return False
    return _is_heading(block.children[0])


def _enlarges(link: HtmlElement) -> bool:
    """Whether a link around a picture leads to the picture's file."""
    if not IMAGE_FILE.search(link.get("href")):
        return False
    return next(link.iter("img"), None) is not None


def _is_of_content(block: Block, facts: Facts) -> bool:
    """Whether a block is a frame's name, a file to load, or a card about a page elsewhere."""
    links = links_of(block)
    if not links or block.length > TEASER:
        return False
    frames = [link for link in links if link.get("class") == embeds.NAME]
    if frames and _frames_a_figure(block):
        return True
    if not stands_among_paragraphs(block, facts):
        return False
    if frames:
        is_known = not any(embeds.is_unknown(link) for link in frames)
        return is_known and linked_share(block) > ALONE
    if all(map(_leads_to_a_file, links)):
        return not holds(block, *HEADINGS)
    if block.kinds or any(is_internal(link, facts) for link in links):
        return False
    is_card = len(block.leaves()) > 1 and len({a.get("href") for a in links}) == 1
    return is_card and not phrases.SUBSCRIBE.search(block.whole_text())


def _frames_a_figure(block: Block) -> bool:
    """Whether a block is a figure, or holds one and nothing else."""
    while block.tag != "figure" and (inner := sole_part(block)) is not None:
        block = inner
    return block.tag == "figure"


def _leads_to_a_file(link: HtmlElement) -> bool:
    if link.get("download") is not None:
        return True
    return phrases.FILE_ADDRESS.search(link.get("href")) is not None


def _is_reading_list(block: Block, facts: Facts) -> bool:
    """Whether a block holds links to other sites, under a heading such as "Further reading"."""
    if not _lead_elsewhere(links_of(block), facts):
        return False
    nearby = block.all_leaves[max(0, block.start - NEARBY) : block.start]
    before = [leaf for leaf in nearby if leaf.text]
    return bool(before) and _is_reading_heading(before[-1])


def _heads_reading_list(block: Block, facts: Facts) -> bool:
    """Whether a box holds the heading of such a list alone."""
    lines = [leaf for leaf in block.leaves() if leaf.text]
    if len(lines) != 1 or not _is_reading_heading(lines[0]):
        return False
    after = block.all_leaves[block.end : block.end + NEARBY]
    following = next((leaf for leaf in after if leaf.text), None)
    return following is not None and _lead_elsewhere(links_of(following), facts)


def _is_reading_heading(leaf: Block) -> bool:
    return leaf.tag in HEADINGS and phrases.says(phrases.READING_HEADING, leaf.text)


def _lead_elsewhere(links: list[HtmlElement], facts: Facts) -> bool:
    """Whether there are links, and most lead to other sites."""
    external = sum(not is_internal(link, facts) for link in links)
    return 2 * external > len(links)


def _is_labelled_offer(block: Block, link: HtmlElement, facts: Facts) -> bool:
    """Whether a box with a name of its own holds but a link to another page of the site."""
    return bool(block.element.get("class")) and is_internal(link, facts)


def _are_cards(block: Block) -> bool:
    """Whether a block is a row of boxes that are alike, each with a link."""
    for part in block.walk():
        cards = [
            child for child in part.children if child.children and holds(child, "a")
        ]
        kinds = {(card.tag, card.element.get("class")) for card in cards}
        if len(cards) > 2 and len(kinds) == 1:
            return True
    return False


def is_part_of_text(block: Block, facts: Facts) -> bool:
    """Whether a block stands in the run of the text: plain among paragraphs, or one of several
    alike."""
    parent = block.parent
    if parent is None:
        return True
    if _is_own_section(parent) and block.kinds.isdisjoint(names.FOREIGN):
        return True
    element = block.element
    kind = kind_of(block)
    voted, paragraphs = facts.family(parent)
    if voted[kind] > bool(block.voted):
        return kind[1] is not None or bool(block.children) or block.tag != "div"
    if block.tag in AUTHORS_TAGS and not block.kinds:
        return paragraphs > 0
    if element.get("class") or (element.get("id") and block.tag not in HEADINGS):
        return False
    return paragraphs > 0


def _is_own_section(block: Block) -> bool:
    """Whether a block is a section of the text: its id is made of its heading's words."""
    name = block.element.get("id") or ""
    first = block.children[0] if block.children else None
    if not name or first is None or first.tag not in HEADINGS:
        return False
    return set(fold(name.replace("_", " ")).split()) <= set(fold(first.text).split())
