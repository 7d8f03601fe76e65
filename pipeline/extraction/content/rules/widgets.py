"""Rules for what pages add to articles: dialogs, forms, buttons, comments, advertisements."""

from lxml.html import HtmlElement

from pipeline.extraction.content import names
from pipeline.extraction.content.blocks import HEADINGS, Block, labels_of
from pipeline.extraction.content.facts import Facts
from pipeline.extraction.content.images import IMAGE_FILE
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
    is_internal,
    is_named,
    linked_share,
    links_of,
    stands_among_paragraphs,
    unlinked,
)

LABEL = 40  # characters of a button's or a box's label


def cookie(block: Block, facts: Facts) -> bool:
    """Match a window that asks for consent."""
    if not is_named(block, "cookie", "dialog") and block.tag != "dialog":
        return False
    return len(phrases.CONSENT.findall(block.whole_text()[:3000])) > 1


def dialog(block: Block, facts: Facts) -> bool:
    """Match a window over the page."""
    if not is_named(block, "dialog") and block.tag != "dialog":
        return False
    if facts.is_major(block) or holds(block, "pre"):
        return False
    return not _is_picture_to_enlarge(block)


def _is_picture_to_enlarge(block: Block) -> bool:
    """Whether a block is named for the window that shows its picture larger."""
    if block.tag == "dialog" or block.length > LINE or _is_hidden(block):
        return False
    if not holds(block, "img") or block.element.get("role"):
        return False
    return all(IMAGE_FILE.search(link.get("href")) for link in links_of(block))


def hidden(block: Block, facts: Facts) -> bool:
    """Match what browsers do not show; code and tables behind a tab are content all the same."""
    if not _is_hidden(block) or facts.is_major(block):
        return False
    if block.tag in HEADINGS or _is_machine_data(block):
        return True
    return not holds(block, *SOLID) and unlinked(block) < LINE


def _is_machine_data(block: Block) -> bool:
    """Whether a block states properties for machines: addresses, sizes, names."""
    if holds(block, "p", "li", *CONTENT, *HEADINGS):
        return False
    return bool(block.element.xpath("boolean(.//*[@itemprop='url'])"))


def _is_hidden(block: Block) -> bool:
    element = block.element
    if element.get("hidden") is not None:
        return True
    if element.get("aria-hidden") == "true" and not _is_read_out(block):
        return True
    style = (element.get("style") or "").replace(" ", "").lower()
    if "display:none" in style or "visibility:hidden" in style:
        return True
    return is_named(block, "hidden")


def _is_read_out(block: Block) -> bool:
    """Whether a block is hidden from those who listen only because a label around it says the
    same."""
    around = [block.element.getparent()] if block.parent is not None else []
    labels = [outer.get("aria-label") for outer in around if outer is not None]
    return bool(block.text) and block.text in labels


def comments(block: Block, facts: Facts) -> bool:
    """Readers' comments, the form for them, or the line that counts them."""
    if facts.is_forum or facts.is_major(block):
        return False
    named = is_named(block, "comments")
    if _is_comment_line(block, facts, named):
        return True
    if _is_comment_rule(block, facts):
        return True
    if not named and block.tag != "form":
        return False
    asks = facts.asked(block)
    if ("textarea" in asks and block.length < 4 * BOX) or (named and asks):
        return True
    return named and _holds_comments(block)


def _is_comment_line(block: Block, facts: Facts, named: bool) -> bool:
    if block.length >= LINE or block.tag in HEADINGS:
        return False
    if not named and not facts.is_at_edge(block):
        return False
    text = block.whole_text()
    if text.endswith(".") and not named:
        return False
    return phrases.says(phrases.COMMENT_LINE, text)


def _is_comment_rule(block: Block, facts: Facts) -> bool:
    """Whether the last line says which comments are not published."""
    if block.children or block.length > 2 * LINE or block.start < facts.last:
        return False
    return bool(phrases.COMMENT_RULES.search(block.text))


def _holds_comments(block: Block) -> bool:
    inner = [
        part
        for part in block.walk()
        if part is not block and is_named(part, "comments")
    ]
    if len(inner) > 1 or block.length < LINE / 2:
        return True
    return bool(inner) and phrases.says(phrases.COMMENT_HEADING, first_line(block))


def newsletter(block: Block, facts: Facts) -> bool:
    """Match a box that offers a subscription."""
    if _is_subscribe_line(block, facts) or _is_trial_offer(block, facts):
        return True
    if block.length > BOX or facts.is_major(block) or holds(block, *SOLID):
        return False
    asks = facts.asked(block)
    if is_named(block, "newsletter") and (asks or block.length < LABEL):
        return True
    if not is_named(block, "newsletter") and asks.isdisjoint(["email", "text"]):
        return False
    return "email" in asks or bool(phrases.SUBSCRIBE.search(block.whole_text()))


def _is_subscribe_line(block: Block, facts: Facts) -> bool:
    """Whether a line is a link to a subscription, or the text's last line offers one."""
    if block.children or not block.linked or block.length > LINE:
        return False
    if linked_share(block) > 0.9 and phrases.SUBSCRIBE_LINE.match(block.text):
        return True
    if phrases.says(phrases.SUBSCRIBE_WAY, block.text):
        return True
    is_last = block.start >= facts.last
    return is_last and bool(phrases.SUBSCRIBE_OFFER.search(block.text))


def _is_trial_offer(block: Block, facts: Facts) -> bool:
    """Whether a box ends with a button for a subscription that it praises."""
    if not block.children or block.length > 2 * BOX or facts.is_major(block):
        return False
    links = links_of(block)
    if len(links) != 1 or holds(block, *CONTENT):
        return False
    is_subscription = phrases.SUBSCRIPTION_ADDRESS.search(links[0].get("href"))
    if not is_subscription or not phrases.TRIAL.search(block.whole_text()):
        return False
    return block.leaves()[-1].linked > 0 and _is_button(links[0])


def _is_button(link: HtmlElement) -> bool:
    around = (link, link.getparent())
    return any("buttons" in names.kinds(labels_of(element)) for element in around)


def form(block: Block, facts: Facts) -> bool:
    """Match a search, a login or another form."""
    if block.length > LINE or holds(block, *CONTENT):
        return False
    asks = facts.asked(block)
    if not asks:
        return False
    return block.tag in ("form", "search") or not asks.isdisjoint(
        ["search", "password"]
    )


def share(block: Block, facts: Facts) -> bool:
    """Buttons for sharing and following."""
    if unlinked(block) > LINE or holds(block, *SOLID):
        return False
    links = links_of(block)
    sharing = sum(_is_for_sharing(link, facts) for link in links)
    if sharing and 2 * sharing >= len(links) and unlinked(block) < LINE / 2:
        return True
    text = block.whole_text()
    says_share = len(text) < LINE and phrases.says(phrases.SHARE_LINE, text)
    says_share = says_share and not text.endswith(".")
    if is_named(block, "share") and block.length < LINE:
        return bool(links) or says_share or block.length < LABEL
    return facts.is_at_edge(block) and block.length < LABEL and says_share


def _is_for_sharing(link: HtmlElement, facts: Facts) -> bool:
    """Whether a link is a button for sharing; asked of each block that holds it."""
    if link not in facts.sharing:
        address = link.get("href", "").lower()
        facts.sharing[link] = phrases.SHARE_ADDRESS.search(address) is not None
    return facts.sharing[link]


def advert(block: Block, facts: Facts) -> bool:
    """Match an advertisement, or the line that announces one."""
    if block.length < LABEL and phrases.says(phrases.ADVERT_LINE, block.whole_text()):
        return True
    if _asks_for_money(block):
        return True
    if not is_named(block, "advert") or facts.is_major(block):
        return False
    return block.length < BOX and not holds(block, "pre", "table")


def _asks_for_money(block: Block) -> bool:
    """Whether a short box, or a line that is a link, leads to a service for donations alone."""
    links = links_of(block)
    if not links or block.length > LINE or holds(block, *SOLID):
        return False
    is_box = bool(block.element.get("class")) or linked_share(block) > MOSTLY
    return is_box and all(
        phrases.DONATION_ADDRESS.search(link.get("href")) for link in links
    )


def buttons(block: Block, facts: Facts) -> bool:
    """Match controls of the page."""
    if _is_way_back(block) or _leads_to_editing(block):
        return True
    if not is_named(block, "buttons") or block.length > LINE or holds(block, *CONTENT):
        return False
    if facts.settle(block, _is_authors_button(block, facts)):
        return False
    return facts.is_at_edge(block) or not ends_like_text(block)


def _is_authors_button(block: Block, facts: Facts) -> bool:
    """Whether a link that looks like a button stands among paragraphs and leads to another site."""
    links = links_of(block)
    if not links or any(is_internal(link, facts) for link in links):
        return False
    is_offer = any(
        phrases.DONATION_ADDRESS.search(link.get("href"))
        or phrases.PROFILE_ADDRESS.search(link.get("href"))
        for link in links
    )
    return not is_offer and stands_among_paragraphs(block, facts)


def _leads_to_editing(block: Block) -> bool:
    """Whether a line is a link to change the page where its source is kept."""
    links = links_of(block)
    if len(links) != 1 or block.length > 2 * LABEL or linked_share(block) < MOSTLY:
        return False
    if not phrases.says(phrases.EDIT_LINE, block.whole_text()):
        return False
    return bool(phrases.SOURCE_ADDRESS.search(links[0].get("href")))


def _is_way_back(block: Block) -> bool:
    """Whether a line is a link back to the page before, by script."""
    links = links_of(block)
    if len(links) != 1 or unlinked(block) or block.length > LABEL:
        return False
    return "history.back" in links[0].get("href")
