"""What a page asks of those who store it, and its license: read from its markup, from the headers
it came with, and from its site's tdmrep.json."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.rights import CREATIVE_COMMONS
from pipeline.core.failures import Rejected
from pipeline.core.records import Draft
from pipeline.extraction.fields import reservations
from pipeline.extraction.fields.reservations import Reservation
from pipeline.extraction.page.linked_data import as_list, text
from pipeline.extraction.page.parsed import ParsedPage, join

NOINDEX = "noindex"
NOARCHIVE = "noarchive"
NOAI = "noai"
NOIMAGEAI = "noimageai"
TDM = "tdm-reserved"
DIRECTIVES = (NOINDEX, NOARCHIVE, NOAI, NOIMAGEAI)
NONE = "none"  # means noindex and nofollow
# Directives with a value behind a colon: no name of a crawler.
VALUED = frozenset(
    ["unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"]
)
CRAWLER = re.compile(r"\s*([\w*-]{1,60})\s*:(.*)", re.S)
MAX_HEADER_LENGTH = 4_000  # characters
MAX_LICENSE_LENGTH = 300  # characters
MAX_PLACE_LENGTH = 120  # characters
LINK_HEADER = re.compile(r"<([^<>]{1,500})>\s*;([^<>,]{0,500})")
RELATION = re.compile(r"\brel\s*=\s*\"?([\w -]{1,100})", re.I)
NAMED_CC = re.compile(
    r"\bCC[ -](BY(?:-(?:NC|SA|ND|NC-SA|NC-ND))?)[ -]([1-4]\.0)\b", re.I
)
LICENSE_META = (
    "dcterms.license",
    "dc.rights.license",
    "dcterms.rights",
    "dc.rights",
)
LICENSE_ONLY = frozenset(["dcterms.license", "dc.rights.license"])
WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a page besides its markup: headers with lower-case names, the tdmrep.json
    of its host, and the name that this crawler goes by."""

    headers: Mapping[str, str] = field(default_factory=dict)
    tdmrep: str = ""
    product: str = ""


NO_CONTEXT = Context()


@dataclass(frozen=True, slots=True)
class Rights:
    """Names of what is asked, the license, and by name where each was read."""

    asked: tuple[str, ...] = ()
    license: str = ""
    places: Mapping[str, str] = field(default_factory=dict)


def read(page: ParsedPage, context: Context = NO_CONTEXT) -> Rights:
    """Return the rights of a page, each with the place that says so; the first place counts."""
    found: dict[str, str] = {}
    for directive, place in _directives(page, context):
        if directive in DIRECTIVES:
            found.setdefault(directive, place)
        elif directive == NONE:
            found.setdefault(NOINDEX, place)
    reserved, place = _reservation(page, context)
    if reserved and reserved.reserved:
        found[TDM] = place
    places = {name: place[:MAX_PLACE_LENGTH] for name, place in found.items()}
    if TDM in found and reserved and reserved.policy:
        places["tdm-policy"] = reserved.policy
    called, where = next(_licenses(page, context), ("", ""))
    if called:
        places["license"] = where
    asked = tuple(name for name in (*DIRECTIVES, TDM) if name in found)
    return Rights(asked, called, places)


def obey(draft: Draft, rules: Mapping[str, str]) -> Draft | Rejected:
    """Return the draft as the rules want it: without what is ignored; or the refusal.

    `rules` says "ignore", "mark" or "refuse" by the name of a right.
    """
    for name in draft.rights:
        if rules.get(name) == "refuse":
            place = draft.methods.get(name, "the page")
            detail = f"it asks not to be stored ({place}), and the settings obey {name}"
            return Rejected("rights", detail, skipped=True)
    kept = tuple(name for name in draft.rights if rules.get(name) != "ignore")
    if kept == draft.rights:
        return draft
    ignored = set(draft.rights) - set(kept)
    methods = {name: how for name, how in draft.methods.items() if name not in ignored}
    return replace(draft, rights=kept, methods=methods)


def _directives(page: ParsedPage, context: Context) -> Iterator[tuple[str, str]]:
    """Yield what is asked of all crawlers, and of this one by its name."""
    product = context.product.lower()
    header = context.headers.get("x-robots-tag", "")[:MAX_HEADER_LENGTH]
    crawler = ""
    for part in header.split(","):
        named = CRAWLER.match(part)
        if named and named[1].lower() not in VALUED:
            crawler = named[1].lower()
            part = named[2]
        if crawler in ("", "*", product):
            directive = part.strip().lower()
            yield directive, f"X-Robots-Tag: {directive}"
    for name in ("robots", product):
        for content in page.meta.get(name, []):
            for part in content[:MAX_HEADER_LENGTH].split(","):
                directive = part.strip().lower()
                yield directive, f"meta {name}: {directive}"


def _reservation(page: ParsedPage, context: Context) -> tuple[Reservation | None, str]:
    """Return the reservation and its place: the markup goes before the header, and that before
    the file."""
    meta = page.meta
    for value in meta.get("tdm-reservation", []):
        policy = next(iter(meta.get("tdm-policy", [])), "")
        if found := reservations.reservation_of(value, policy):
            return found, "meta tdm-reservation"
    headers = context.headers
    found = reservations.reservation_of(
        headers.get("tdm-reservation", ""), headers.get("tdm-policy", "")
    )
    if found:
        return found, "header tdm-reservation"
    return reservations.of_url(context.tdmrep, page.url), "tdmrep.json"


def _licenses(page: ParsedPage, context: Context) -> Iterator[tuple[str, str]]:
    """Yield the licenses that the page names, the surest first, each with its place."""
    links = []
    for element in page.stating:
        relations = element.get("rel")
        if relations and "license" in relations.lower().split():
            links.append(element)
    for tag, place in (("link", "link rel=license"), ("a", "rel=license")):
        for element in links:
            if element.tag == tag and element.get("href"):
                yield from _named(join(page.base, element.get("href")), place)
    for node in [*page.articles, *page.linked]:
        for value in as_list(node.get("license")):
            yield from _named(_address(value), "JSON-LD license")
    for name in LICENSE_META:
        for value in page.meta.get(name, []):
            is_url = value.lower().startswith(WEB)
            if is_url or name in LICENSE_ONLY or NAMED_CC.search(value):
                yield from _named(value, f"meta {name}")
    header = context.headers.get("link", "")[:MAX_HEADER_LENGTH]
    for target, parameters in LINK_HEADER.findall(header):
        relation = RELATION.search(parameters)
        if relation and "license" in relation[1].lower().split():
            yield from _named(join(page.base, target), "header Link rel=license")


def _address(value: Any) -> str:
    """Return a license of JSON-LD: a URL, or an object that has one."""
    if isinstance(value, dict):
        value = value.get("url") or value.get("@id") or value.get("name")
    return text(value)


def _named(value: str, place: str) -> Iterator[tuple[str, str]]:
    """Yield the license by one name for all its spellings, where it has a usable name."""
    value = " ".join(value.split())[:MAX_LICENSE_LENGTH]
    found = CREATIVE_COMMONS.match(value)
    by_name = NAMED_CC.search(value)
    if found:
        parts = [found["kind"], found["code"], found["version"]]
        path = "/".join(part.lower() for part in parts if part)
        yield f"https://creativecommons.org/{path}/", place
    elif by_name:
        code = by_name[1].lower()
        yield f"https://creativecommons.org/licenses/{code}/{by_name[2]}/", place
    elif value.lower().startswith(WEB) or (value and ":" not in value):
        yield value, place
