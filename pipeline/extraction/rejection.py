"""Pages that hold no article, and how we know.

An article that is refused is lost: every rule needs evidence that the page itself gives, and more
of it than a word of the title or of the address.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipeline.core.failures import Rejected
from pipeline.core.records import Draft
from pipeline.extraction import stubs
from pipeline.extraction.fields import datelines
from pipeline.extraction.fields.candidate import fold
from pipeline.extraction.fields.placement import (
    Placement,
    has_frame_label,
    label_of,
    short_text_of,
)
from pipeline.extraction.fields.title import words_of
from pipeline.extraction.page.parsed import ParsedPage, host_of, join
from pipeline.extraction.text.counting import count_words

MISSING = frozenset(
    "404 found exist exists gefunden introuvable trouvée encontrada encontrado trovata gevonden"
    " nalezena найдена".split()
)
MISSING_WORDS = MISSING | frozenset(
    "error fehler erreur http page site url post article content document the this that you we re"
    " are were is was looking for requested not no be could cannot can t does do doesn couldn find"
    " oops sorry whoops uh oh seite beitrag nicht wurde konnte werden die diese leider la cette"
    " pas n a été página no se ha sido pagina non pagina niet strana nebyla страница не".split()
)
MISSING_TITLES = MISSING_WORDS | {"nothing", "here"}
DRAFT_TITLE = re.compile(  # "[Draft] ...", "Draft: ...", but not "Draft-driven ..."
    r"\s*(?:[\[(]\s*)?(?:draft|entwurf|brouillon|borrador|bozza)(?:\s*[\])]|\s*:|\s+[-–—]\s|\s*$)",
    re.I,
)
DRAFT_LABEL = re.compile(r"(?:^|[\s_-])(?:is-)?(?:draft|unpublished)(?:$|[\s_-])", re.I)
DRAFT_NOTE = re.compile(
    r"\W*(?:this (?:post|page|article) is (?:still )?an? |unpublished )?draft\W*$", re.I
)
LOGIN = re.compile(
    r"\b(?:log ?in|sign ?in|password|members?|subscribers?|anmelden|einloggen|passwort|connexion"
    r"|connectez|iniciar sesión|accedi|inloggen)\b|登录|登入|ログイン|로그인",
    re.I,
)
JAVASCRIPT = re.compile(r"java\s?script", re.I)
APP_ROOTS = "//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt' or @id='___gatsby' or self::app-root]"
LOADING = re.compile(
    r"(?:loading|please wait|laden|lädt|chargement|cargando)?\W*", re.I
)
REFRESH = re.compile(
    r"\s*(\d{1,4})(?:\.\d{0,9})?\s?[;,]\s?url\s?=\s?['\"]?([^'\"]{1,2000})", re.I
)
LIST_QUERY = re.compile(r"(?:s|q|search|query)=[^&]")
LIST_PATH = re.compile(
    r"^/?(?:index\.\w+)?$|/page/?\d+/?$|/(?:19|20)\d\d(?:/\d\d?)?/?$"
    r"|^/(?:[a-z]{2}/)?(?:blog|posts|articles|writing|notes|search)/?$"
    r"|/(?:tags?|categor(?:y|ies)|archives?|authors?)(?:/[^/]*)?/?$"
)
SOON_SECONDS = 10  # a slower refresh reloads a page, it does not send readers on
FEW_WORDS = 60  # a page with more has something to say
MIN_WORDS = 8  # that an article has
SENTENCE_WORDS = 8
STORY_WORDS = (
    80  # above the first headline that leads on, which make a page more than a list
)
MIN_ROWS = 8  # of an index
ROW = 160  # characters
MIN_HEADLINES = 4  # that lead to other pages of the site
NOTE_LINES = 3  # around the title, that may call it a draft
MAX_NOTE_LENGTH = 60  # characters
MAX_REFRESH_LENGTH = 2_100


def refusal(page: ParsedPage, draft: Draft) -> Rejected | None:
    """Why a page is no article, or None where it is one."""
    if sends_on(page):
        detail = "The page only sends readers on to another address."
        return Rejected("redirect-stub", detail, skipped=True)
    if needs_javascript(page, draft):
        return Rejected(
            "needs-javascript", "The page shows nothing without JavaScript."
        )
    if stubs.checks_the_browser(page, draft):
        detail = "The page checks the browser before it shows anything."
        return Rejected("needs-javascript", detail)
    if is_draft(page, draft):
        return Rejected(
            "draft", "The page says of itself that it is a draft.", skipped=True
        )
    if is_missing(draft) or stubs.says_not_found(page, draft, MISSING_TITLES):
        detail = "The page says that there is no such page, with a status of success."
        return Rejected("soft-404", detail)
    if asks_for_login(page, draft) or stubs.is_for_members(draft):
        return Rejected(
            "login-wall", "The page asks for a login and shows nothing else."
        )
    if is_list(page, draft):
        detail = "The page lists articles and is none itself."
        return Rejected("list-page", detail, skipped=True)
    if not draft.word_count:
        return Rejected("empty", "No text was found on the page.")
    if draft.word_count < MIN_WORDS:
        detail = f"The text has only {draft.word_count} words."
        return Rejected("too-short", detail, skipped=True)
    return None


def sends_on(page: ParsedPage) -> bool:
    """Whether the page refreshes to another address before anybody could read it."""
    for tag in page.every("meta"):
        if (tag.get("http-equiv") or "").lower() != "refresh" or _is_in_noscript(tag):
            continue
        match = REFRESH.match((tag.get("content") or "")[:MAX_REFRESH_LENGTH])
        if match and int(match[1]) <= SOON_SECONDS and _is_another_page(page, match[2]):
            return _visible_words(page) < 3 * FEW_WORDS
    return False


def needs_javascript(page: ParsedPage, draft: Draft) -> bool:
    """Whether the page is empty until its scripts fill it, or says so itself."""
    if draft.word_count >= FEW_WORDS or not page.every("script"):
        return False
    visible = _visible_words(page)
    if visible >= FEW_WORDS:
        return False
    notes = [short_text_of(note) for note in page.tree.iter("noscript")]
    if any(JAVASCRIPT.search(note) for note in notes) and visible < MIN_WORDS:
        return True
    if (
        any(JAVASCRIPT.search(line.text) for line in page.lines)
        and visible < SENTENCE_WORDS * 3
    ):
        return "enable" in fold(" ".join(line.text for line in page.lines))
    is_empty = visible < MIN_WORDS and draft.word_count < MIN_WORDS
    roots = page.tree.xpath(APP_ROOTS)
    return is_empty and any(LOADING.fullmatch(short_text_of(root)) for root in roots)


def is_draft(page: ParsedPage, draft: Draft) -> bool:
    """Whether the title calls the page a draft and the page confirms it."""
    if not DRAFT_TITLE.match(draft.title):
        return False
    if "noindex" in " ".join(page.meta.get("robots", [])).lower():
        return True
    placement = Placement(page, draft.title)
    at = max(0, placement.title_line)
    near = page.lines[max(0, at - NOTE_LINES) : at + NOTE_LINES + 1]
    if any(
        DRAFT_NOTE.match(line.text) for line in near if len(line.text) < MAX_NOTE_LENGTH
    ):
        return True
    return any(
        DRAFT_LABEL.search(label_of(element)) for element in placement.holds_title
    )


def is_missing(draft: Draft) -> bool:
    """Whether the whole title says that there is no page, over few words and no date."""
    words = set(fold(draft.title).split())
    says_so = bool(words & MISSING) and words <= MISSING_WORDS
    has_substance = draft.word_count >= 4 * FEW_WORDS or draft.published or draft.code
    return says_so and not has_substance


def asks_for_login(page: ParsedPage, draft: Draft) -> bool:
    """Whether a login form, not in a dialog or a menu, is all that the page has."""
    if draft.word_count >= FEW_WORDS:
        return False
    fields = page.tree.xpath("//input[@type='password']")
    if all(_is_aside(field) for field in fields):
        return False
    sentences = [
        line for line in draft.text.splitlines() if count_words(line) > 2 * MIN_WORDS
    ]
    return not sentences and LOGIN.search(f"{draft.title} {draft.text}") is not None


def is_list(page: ParsedPage, draft: Draft) -> bool:
    """Whether a page at a list's address shows headlines that lead on, and no story above them."""
    if not page.url or not _is_address_of_a_list(page.url):
        return False
    if _says_it_is_an_article(page):
        return False
    placement = Placement(page, draft.title)
    headlines = [h for h in page.every("h1", "h2", "h3") if _leads_on(h, placement)]
    if len(headlines) < MIN_HEADLINES:
        return _is_index(page, placement)
    return _words_above(placement, headlines[0]) < STORY_WORDS


def _is_address_of_a_list(url: str) -> bool:
    parts = urlsplit(url)
    return bool(LIST_PATH.search(parts.path) or LIST_QUERY.match(parts.query))


def _is_index(page: ParsedPage, placement: Placement) -> bool:
    """Whether a page consists of rows with a date and a link to a post each."""
    rows = [row for row in page.tree.iter("li") if _is_dated_link(row, placement)]
    if len(rows) < MIN_ROWS:
        return False
    stories = sum(count_words(line.text) for line in page.lines if len(line.text) > ROW)
    return stories < STORY_WORDS


def _is_dated_link(row: HtmlElement, placement: Placement) -> bool:
    text = short_text_of(row)
    if len(text) > ROW or not any(placement.leads_elsewhere(a) for a in row.iter("a")):
        return False
    is_dated = next(row.iter("time"), None) is not None
    return (is_dated or bool(datelines.find(text))) and not placement.in_frame(row)


def _says_it_is_an_article(page: ParsedPage) -> bool:
    if "article" in page.meta.get("og:type", []) and page.meta.get(
        "article:published_time"
    ):
        return True
    return any(_is_this_page(page, node.get("url")) for node in page.articles)


def _is_this_page(page: ParsedPage, address: object) -> bool:
    return isinstance(address, str) and not _is_another_page(page, address)


def _is_another_page(page: ParsedPage, address: str) -> bool:
    target = join(page.base, address.strip()).partition("#")[0].rstrip("/")
    return target != page.url.partition("#")[0].rstrip("/")


def _leads_on(heading: HtmlElement, placement: Placement) -> bool:
    link = heading.find(".//a")
    if link is None:
        link = next(heading.iterancestors("a"), None)
    elif words_of(link) != words_of(heading):
        return False
    if link is None:
        return False
    if placement.in_frame(heading):
        return False
    page = placement.page
    address = join(page.base, link.get("href"))
    path = urlsplit(address).path.rstrip("/")
    is_above = not path or urlsplit(page.url).path.startswith(f"{path}/")
    is_here = not _is_another_page(page, address)
    return host_of(address) == host_of(page.url) and not is_above and not is_here


def _words_above(placement: Placement, headline: HtmlElement) -> int:
    """Words of the sentences above a headline, menus and the like apart."""
    number = placement.line_number(headline)
    lines = placement.page.lines[: max(0, number)]
    counts = [
        count_words(line.text) for line in lines if not placement.in_frame(line.block)
    ]
    return sum(count for count in counts if count >= SENTENCE_WORDS)


def _visible_words(page: ParsedPage) -> int:
    return sum(count_words(line.text) for line in page.lines)


def _is_in_noscript(element: HtmlElement) -> bool:
    return next(element.iterancestors("noscript"), None) is not None


def _is_aside(element: HtmlElement) -> bool:
    """Whether an element stands in a dialog, a menu, or what is hidden."""
    return any(_is_hidden(e) or has_frame_label(e) for e in _within_body(element))


def _is_hidden(element: HtmlElement) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    is_marked = (
        element.get("hidden") is not None or element.get("aria-hidden") == "true"
    )
    return is_marked or "display:none" in style or element.tag in ("header", "footer")


def _within_body(element: HtmlElement) -> Iterator[HtmlElement]:
    for outer in (element, *element.iterancestors()):
        if outer.tag in ("body", "html", "main", "article"):
            return
        yield outer
