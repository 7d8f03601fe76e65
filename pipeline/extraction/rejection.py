"""Pages that hold no article, and how we know. An article that is refused is lost: every rule needs plain evidence."""

import re
from urllib.parse import urlsplit

from pipeline.core.failures import Rejected
from pipeline.core.records import Draft
from pipeline.extraction.fields.title import words_of
from pipeline.extraction.page.parsed import ParsedPage, host_of, join

MISSING = re.compile(
    r"\b(?:404|page not found|not found|nicht gefunden|page introuvable|no encontrada|error 404|does not exist)\b",
    re.I,
)
DRAFT = re.compile(r"^\s*(?:\[draft\]|draft\s*[:\-–—])", re.I)
REFRESH = re.compile(r"^\s*(\d+)\s*;\s*url\s*=", re.I)
SOON = 10  # seconds; a slower refresh reloads a page, it does not send readers on
FEW = 60  # words; a page with more has something to say
LIST_PATH = re.compile(
    r"^/?(?:index\.\w+)?$|/page/?\d+/?$|/(?:tags?|categor(?:y|ies)|archives?|authors?)(?:/[^/]*)?/?$|/(?:19|20)\d\d(?:/\d\d?)?/?$"
)
HEADLINES = 4  # that lead to other pages of the site
LEAST = 8  # words that an article has at least


def refusal(page: ParsedPage, draft: Draft) -> Rejected | None:
    """Why a page is no article, or None where it is one."""
    if sends_on(page):
        return Rejected(
            "redirect-stub", "The page only sends readers on to another address.", skipped=True
        )
    if DRAFT.match(draft.title):
        return Rejected("draft", "Its title calls it a draft.", skipped=True)
    if (
        draft.word_count < 4 * FEW
        and MISSING.search(draft.title)
        and (draft.word_count < FEW or MISSING.search(draft.text))
    ):
        return Rejected(
            "soft-404", "The page says that there is no such page, with a status of success."
        )
    if draft.word_count < FEW and page.tree.xpath("//input[@type='password']"):
        return Rejected("login-wall", "The page asks for a login and shows nothing else.")
    if is_list(page):
        return Rejected("list-page", "The page lists articles and is none itself.", skipped=True)
    if not draft.word_count:
        return Rejected("empty", "No text was found on the page.")
    if draft.word_count < LEAST:
        return Rejected("too-short", f"The text has only {draft.word_count} words.", skipped=True)
    return None


def sends_on(page: ParsedPage) -> bool:
    """Whether the page refreshes to another address before anybody could read it."""
    for tag in page.every("meta"):
        if (tag.get("http-equiv") or "").lower() == "refresh":
            match = REFRESH.match(tag.get("content") or "")
        else:
            match = None
        if (
            match
            and int(match.group(1)) <= SOON
            and len(page.tree.text_content().split()) < 3 * FEW
        ):
            return True
    return False


def is_list(page: ParsedPage) -> bool:
    """Whether a page whose address is a list's (home, page 2, a tag, a month) shows several headlines that lead on."""
    if not page.url or not LIST_PATH.search(urlsplit(page.url).path):
        return False
    headlines = 0
    for heading in page.every("h1", "h2", "h3"):
        link = heading.find(".//a")
        leads_on = link is not None and host_of(join(page.base, link.get("href"))) == host_of(
            page.url
        )
        headlines += leads_on and words_of(link) == words_of(heading)
    return headlines >= HEADLINES
