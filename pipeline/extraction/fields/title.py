"""The title: what the page's head says, what stands above its text, what the feed calls it."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from pipeline.core.records import SourceMetadata
from pipeline.extraction.fields.candidate import Evidence, fold, fold_lines
from pipeline.extraction.page.linked_data import text
from pipeline.extraction.page.parsed import ParsedPage, host_of, join

SEPARATOR = re.compile(
    r"\s+[|–—•·»«›⋆~]+\s+|\s+-{1,2}\s+|\s*\|\s*|\s+::\s+|\s+//\s+|(?<=\S):\s+(?=\S)"
)
HEADLINE = re.compile(
    r"(?:^|[\s_-])(?:(?:entry|post|article|story|news)[_-]{0,2}(?:title|headline|heading)|p-name|headline)(?:$|[\s_-])",
    re.I,
)
META = (
    "og:title",
    "twitter:title",
    "citation_title",
    "dc.title",
    "dcterms.title",
    "parsely-title",
    "sailthru.title",
)
NOBODYS = {
    "",
    "untitled",
    "home",
    "blog",
    "read more",
    "continue reading",
    "permalink",
    "link",
    "more",
    "index",
    "no title",
    "ohne titel",
    "skip to content",
}
MAX_LENGTH = 300  # characters
MAX_HEADINGS = 12
MAX_SIGNS_LENGTH = 20  # characters around a title on its line
MAX_LINES = 400  # of a page, that its title is looked for in
HEADING = "heading"
MAX_PLAIN_HEADINGS = (
    2  # of the second order, that may be the title under the site's name
)
PLAIN_RANK = -3
PLAIN = "plain heading"
SEVERAL = "one of several headings"
SITE_HEADING = "site heading"
LINE = "line"
SLUG = "slug"
BARS = frozenset("|•·»«›⋆")
DASHES = frozenset("–—-")  # these also set a subtitle apart
INVISIBLE = re.compile("[\xad\u200b\ufeff]")
UNMARKED = 3  # the rank of an h1 in an article that nothing marks as the title


class Hints(NamedTuple):
    """What tells a title from the site's name beside it, all folded."""

    names: set[str] = set()
    lines: set[str] = set()
    slugs: set[str] = set()
    host: str = ""


class Heading(NamedTuple):
    """A heading of the page; the higher its rank, the more it looks like the article's own."""

    text: str
    rank: int


def candidates(
    page: ParsedPage, said: SourceMetadata, headings: Sequence[Heading] | None = None
) -> list[Evidence[str]]:
    """Every title that is claimed for the page, with who claims it.

    `headings`: those of the page, best first, where they are known.
    """
    if headings is None:
        headings = headings_of(page)
    from_feed = said.published or said.html or said.summary or said.authors
    found = [Evidence(" ".join(said.title.split()), "feed" if from_feed else "link")]
    for node in page.articles[:3]:
        found.append(
            Evidence(text(node.get("headline") or node.get("name")), "json-ld")
        )
    found += [
        Evidence(value, name) for name in META for value in page.meta.get(name, [])[:1]
    ]
    found += [
        Evidence(heading.text, _source(heading, headings)) for heading in headings
    ]
    titles = [element for element in page.every("title") if _is_page_title(element)]
    found += [Evidence(words_of(element), "title") for element in titles[:1]]
    usable = [
        e for e in found if fold(e.value) not in NOBODYS and len(e.value) <= MAX_LENGTH
    ]
    return [*usable, *_hints(page, usable)]


def _hints(page: ParsedPage, found: Sequence[Evidence[str]]) -> Iterator[Evidence[str]]:
    """Yield what tells a title from the site's name beside it: lines of the page, words of the
    address."""
    for claim in found:
        if claim.source == "title":
            sides = {
                side for left, right, _ in _cuts(claim.value) for side in (left, right)
            }
            yield from (Evidence(side, LINE) for side in _shown_alone(sides, page))
    slug = urlsplit(page.url).path.rstrip("/").rpartition("/")[2]
    yield Evidence(fold(unquote(slug).removesuffix(".html").replace("_", " ")), SLUG)


def _shown_alone(sides: set[str], page: ParsedPage) -> list[str]:
    """Those of some texts that are a line of the page."""
    if not sides:
        return []
    words = {side: fold(side) for side in sides}
    shortest = min(map(len, words.values()))
    longest = 2 * max(map(len, sides)) + MAX_SIGNS_LENGTH
    lines = [line.text for line in page.lines[:MAX_LINES]]
    # What is not ASCII may grow by being folded.
    may_be = [line for line in lines if len(line) >= shortest or not line.isascii()]
    folded = fold_lines([line for line in may_be if len(line) <= longest])
    return [side for side in sides if words[side] in folded]


def decide(
    found: Sequence[Evidence[str]], site_names: Sequence[str] = (), host: str = ""
) -> Evidence[str]:
    """Return the title among the candidates.

    What the page shows and the feed or its head confirms wins. Where the page has several headings
    of the first order, none stands above the others, so the site's links decide. What nothing on
    the page confirms goes behind the feed; then come what the page tells machines and the head's
    title, each without the site's name, and a heading that nobody confirms.
    """
    site_headings = {fold(e.value) for e in found if e.source == SITE_HEADING}
    names = {fold(name) for name in site_names if name} | site_headings
    head = [e for e in found if e.source in ("json-ld", *META)]
    head += [e for e in found if e.source == "title"]
    headings = [
        e
        for e in found
        if e.source in (HEADING, SEVERAL) and fold(e.value) not in names
    ]
    feed = next((e for e in found if e.source == "feed"), None)
    link = next((e for e in found if e.source == "link"), None)
    if feed and (agreed := _agreed(feed, headings, head)):
        return agreed
    if link and any(e.source == SEVERAL for e in found) and " " in link.value:
        return link
    plain = [e for e in found if e.source == PLAIN]
    if confirmed := _confirmed(headings, plain, head):
        return confirmed
    if feed:
        return feed
    hints = Hints(names, _values(found, LINE), _values(found, SLUG), host)
    for claim in head:
        cleaned = without_site(claim.value, hints)
        if fold(cleaned) not in names:
            return Evidence(cleaned, claim.source)
    claims = [e for e in found if e.source not in (LINE, SLUG, PLAIN)]
    return next(iter([*headings, *head, *claims]), Evidence("", "none"))


def _values(found: Sequence[Evidence[str]], source: str) -> set[str]:
    return {fold(e.value) for e in found if e.source == source}


def _agreed(
    feed: Evidence[str],
    headings: Sequence[Evidence[str]],
    head: Sequence[Evidence[str]],
) -> Evidence[str] | None:
    """Return the feed's title where the page has it too, as the page's heading if it is one."""
    wanted = fold(feed.value)
    is_cut_off = feed.value.endswith(("…", "..."))
    for heading in headings:
        words = fold(heading.value)
        if words == wanted or (is_cut_off and words.startswith(wanted)):
            return heading
    for claim in head:
        sides = {
            fold(side)
            for left, right, _ in _cuts(claim.value)
            for side in (left, right)
        }
        if wanted in sides or wanted == fold(claim.value):
            return feed
    return None


def _confirmed(
    headings: Sequence[Evidence[str]],
    plain: Sequence[Evidence[str]],
    head: Sequence[Evidence[str]],
) -> Evidence[str] | None:
    """Return the first heading that the head has as a whole or at its start, else at its end.

    Where the heading of the first order is at the end, it may be the site's name; then a plain
    heading of the second order that is the start of the head's title is the article's.
    """
    whole = _first_confirmed(headings, head, strength=2)
    if whole:
        return whole
    at_end = _first_confirmed(headings, head, strength=1)
    if at_end:
        return _first_confirmed(plain, head, strength=2) or at_end
    return None


def _first_confirmed(
    headings: Sequence[Evidence[str]], head: Sequence[Evidence[str]], strength: int
) -> Evidence[str] | None:
    for heading in headings:
        if any(_confirms(claim.value, heading.value) == strength for claim in head):
            return heading
    return None


def without_site(title: str, hints: Hints) -> str:
    """Return a title without the site's name or description, before or after it.

    That is a known name, one that the host spells, what stands beside words that the page shows by
    themselves or has in its address, or the shorter part behind a bar.
    """
    for left, right, separator in _cuts(title):
        if fold(right) in hints.names or _spells(right, hints.host):
            return left
        if fold(left) in hints.names or _spells(left, hints.host):
            return right
        side = _told_by_the_page(left, right, hints)
        if side and (separator in BARS or (separator in DASHES and side == left)):
            return side
        if separator == "|" and len(fold(left)) > len(fold(right)) > 0:
            return left
    return title


def _told_by_the_page(left: str, right: str, hints: Hints) -> str:
    """Return the side of a title that the page shows or spells in its address, where the other is
    not."""
    shown = [side for side in (left, right) if fold(side) in hints.lines]
    if len(shown) == 1:
        return shown[0]
    for slug in hints.slugs:
        words = set(slug.split())
        in_left = len(words & set(fold(left).split()))
        in_right = len(words & set(fold(right).split()))
        if (
            len(words) > 1
            and max(in_left, in_right) > len(words) / 2
            and in_left != in_right
        ):
            return left if in_left > in_right else right
    return ""


def shown(headings: Sequence[Heading], title: str) -> str:
    """Return the title as a line of the page shows it: the same words, or the page's best
    heading."""
    wanted = fold(title)
    own = [h for h in headings if h.rank >= 0]
    for heading in (*own, *(h for h in headings if h.rank == PLAIN_RANK)):
        if fold(heading.text) == wanted:
            return heading.text
    return own[0].text if own else title


def words_of(element: HtmlElement) -> str:
    """Return an element's text on one line, without permalink signs."""
    parts = [t for t in element.itertext() if t.strip() not in ("¶", "#", "§", "🔗")]
    shown = "".join(parts)
    if not shown.isascii():
        shown = INVISIBLE.sub("", shown)
    return " ".join(shown.split())


def _is_page_title(element: HtmlElement) -> bool:
    """Whether a title stands in the head, or where the parser leaves a head's; a picture has
    titles too."""
    parent = element.getparent()
    return (parent is not None and parent.tag == "body") or next(
        element.iterancestors("head"), None
    ) is not None


def headings_of(page: ParsedPage) -> list[Heading]:
    """Return the page's headings, those that look most like the article's own first."""
    found = [
        Heading(words_of(h), _rank(h, page)) for h in page.every("h1")[:MAX_HEADINGS]
    ]
    marked = [
        h
        for h in page.every("h2", "h3", "h4")
        if HEADLINE.search(h.get("class") or "") or h.get("itemprop")
    ]
    found += [Heading(words_of(h), _rank(h, page)) for h in marked[:MAX_HEADINGS]]
    plain = [h for h in page.every("h2")[:MAX_PLAIN_HEADINGS] if h not in marked]
    found += [Heading(words_of(h), PLAIN_RANK) for h in plain if _rank(h, page) >= 0]
    return sorted((h for h in found if h.text), key=lambda h: -h.rank)


def _source(heading: Heading, every: Sequence[Heading]) -> str:
    if heading.rank == PLAIN_RANK:
        return PLAIN
    if heading.rank < 0:
        return SITE_HEADING
    alike = [h for h in every if h.rank == heading.rank == UNMARKED]
    if len(alike) > 1:
        return SEVERAL
    return HEADING


def _rank(heading: HtmlElement, page: ParsedPage) -> int:
    """How much a heading looks like the article's: negative for one that leads home or stands in
    the site's frame."""
    ancestors = {a.tag for a in heading.iterancestors()}
    marked = bool(
        HEADLINE.search(heading.get("class") or "")
        or "headline" in (heading.get("itemprop") or "")
    )
    link = next(heading.iterdescendants("a"), None)
    if (
        link is None
        and heading.getparent() is not None
        and heading.getparent().tag == "a"
    ):
        link = heading.getparent()
    if link is not None and _leads_up(join(page.base, link.get("href")), page.url):
        return -2
    if ancestors & {"nav", "footer", "aside"}:
        return -1
    return (
        4 * marked + 2 * (heading.tag == "h1") + bool(ancestors & {"article", "main"})
    )


def _leads_up(address: str, url: str) -> bool:
    if not address or (host_of(url) and host_of(address) != host_of(url)):
        return False
    above = urlsplit(address).path.rstrip("/")
    here = urlsplit(url).path.rstrip("/")
    return above != here and (not above or here.startswith(above + "/"))


def _confirms(said: str, heading: str) -> int:
    """How well a title from the head speaks for a heading: 2 where it is the whole or the start,
    1 where the end."""
    whole = fold(said)
    part = fold(heading)
    if not _says_something(heading) or part not in whole:
        return 0
    if whole == part or any(part == fold(left) for left, _, _ in _cuts(said)):
        return 2
    return int(any(part == fold(right) for _, right, _ in _cuts(said)))


def _cuts(title: str) -> Iterator[tuple[str, str, str]]:
    """Every way to cut a title in two at a separator, the last separator first."""
    for match in reversed(list(SEPARATOR.finditer(title))):
        left = title[: match.start()].strip()
        right = title[match.end() :].strip()
        if _says_something(left) and len(fold(right)) > 1:
            yield left, right, match.group().strip()


def _says_something(text: str) -> bool:
    """Whether a text may be a title: three letters, or one sign of a script that writes words
    so."""
    words = fold(text)
    return len(words) > 2 or (bool(words) and not words.isascii())


def _spells(name: str, host: str) -> bool:
    """Whether a host's name is made of this name: "Example Blog" and exampleblog.org."""
    label = re.sub(r"^www\.|[^a-z0-9.]", "", host.lower())
    short = fold(name).replace(" ", "")
    return len(short) > 3 and (
        short == label.replace(".", "") or short in label.split(".") or short == label
    )
