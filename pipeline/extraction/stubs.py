"""Pages that say in a sentence why they show no article: not found, for members, a check of the
browser."""

import re

from pipeline.core.records import Draft
from pipeline.extraction.fields.candidate import fold
from pipeline.extraction.fields.title import SEPARATOR, words_of
from pipeline.extraction.page.parsed import ParsedPage
from pipeline.extraction.text.counting import count_words

NOT_HERE = re.compile(
    r"\b(?:page|post|article|url|address|link|content|location|here)\b[^.!?]{0,60}"
    r"(?:not (?:be )?found|n[o’']t (?:be )?(?:found|exist)|not exist|n[o’']t seem to exist|"
    r"moved|deleted|removed"
    r"|no longer)|(?:can(?:no|’|')t|could ?n[o’']t|unable to) (?:find|locate)|"
    r"nothing (?:was|could be) found"
    r"|(?:seite|beitrag)\b[^.!?]{0,60}(?:nicht|existiert)|"
    r"page\b[^.!?]{0,60}(?:n[’']existe|introuvable)"
    r"|página\b[^.!?]{0,60}(?:no existe|não existe)",
    re.I,
)
NOT_FOUND = re.compile(
    r"not found|nicht gefunden|introuvable|no encontrad|não encontrad|non trovat|oops",
    re.I,
)
MEMBERS = re.compile(
    r"\b(?:for|to) (?:paying |paid )?(?:subscribers|members)\b|"
    r"\b(?:subscribers|members)[- ]only"
    r"|\b(?:log|sign) ?in to (?:read|continue|view|see)|"
    r"\b(?:subscribe|register|sign ?up) to (?:read|continue|view)"
    r"|nur für (?:abonnenten|mitglieder)|réservé aux abonnés|solo para suscriptores",
    re.I,
)
CHECK_TITLE = re.compile(
    r"\W*(?:just a moment|one moment,? please|please wait|attention required|security check|"
    r"access denied"
    r"|are you (?:a )?(?:human|robot)|human verification|verify(?:ing)? you are human|"
    r"ddos-guard)\b",
    re.I,
)
CHECK = re.compile(
    r"checking (?:your browser|if the site connection)|"
    r"verif(?:y|ying) (?:that )?you are (?:a )?human|not a robot"
    r"|complete the (?:security check|captcha)|enable javascript and cookies",
    re.I,
)
FEW_WORDS = 60  # a page with more has something to say
STORY_WORDS = 15  # of a paragraph
HEAD_LENGTH = 600  # characters of the text that are read


def says_not_found(page: ParsedPage, draft: Draft, titles: frozenset[str]) -> bool:
    """Whether the page's title says that it is not there and its first sentences say so too.

    `titles`: words that such titles consist of.
    """
    title = SEPARATOR.split(draft.title)[0]  # without the site's name
    if draft.code or not set(fold(title).split()) <= titles:
        return False
    if not NOT_HERE.search(draft.text[:HEAD_LENGTH]) or _tells_a_story(draft):
        return False
    shown = [title]
    for element in page.every("title")[:1]:
        shown += SEPARATOR.split(words_of(element))[:2]
    return any("404" in part or NOT_FOUND.search(part) for part in shown)


def _tells_a_story(draft: Draft) -> bool:
    """Whether several of its paragraphs are about something else than that it is not there."""
    lines = [
        line
        for line in draft.text.splitlines()
        if count_words(line) > STORY_WORDS and not NOT_HERE.search(line)
    ]
    return len(lines) > 1


def is_for_members(draft: Draft) -> bool:
    """Whether the page has nothing but a sentence that says who may read it."""
    if draft.word_count >= FEW_WORDS / 2 or draft.code:
        return False
    return MEMBERS.search(draft.text[:HEAD_LENGTH]) is not None


def checks_the_browser(page: ParsedPage, draft: Draft) -> bool:
    """Whether a page stands before the one that was asked for, to see whether a person asks."""
    if draft.word_count >= 2 * FEW_WORDS:
        return False
    titles = [words_of(element) for element in page.every("title")[:1]]
    if not any(CHECK_TITLE.match(title) for title in [*titles, draft.title]):
        return False
    text = " ".join(line.text for line in page.lines[:40])[: 4 * HEAD_LENGTH]
    return CHECK.search(text) is not None and count_words(text) < 3 * FEW_WORDS
