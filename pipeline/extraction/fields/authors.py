"""Who wrote it: every claim of the feed and the page, and which is believed."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pipeline.core.records import SiteHints, SourceMetadata
from pipeline.extraction.fields import bylines, signatures
from pipeline.extraction.fields.candidate import Evidence, fold
from pipeline.extraction.fields.names import BY, MAX_AUTHORS, PERSON, names, turned
from pipeline.extraction.fields.placement import Placement
from pipeline.extraction.page.linked_data import as_list, text, types
from pipeline.extraction.page.parsed import ParsedPage

Names = tuple[str, ...]
META = (
    "author article:author og:article:author dc.creator dcterms.creator dc.creator.aut"
    " citation_author parsely-author sailthru.author byl authors creator"
).split()
INVERTED = frozenset(
    ("dc.creator", "dcterms.creator", "dc.creator.aut", "citation_author")
)
WRITTEN_BY = re.compile(rf"\b(?:{BY})$", re.I)


def candidates(
    page: ParsedPage, said: SourceMetadata, site: SiteHints, placement: Placement
) -> Iterator[Evidence[Names]]:
    """Every set of authors that is claimed for the page, best sources first.

    What the page shows under its title goes before what it states for all its pages. Read only as
    far as is asked.
    """
    return (claim for claim in _claims(page, said, site, placement) if claim.value)


def _claims(
    page: ParsedPage, said: SourceMetadata, site: SiteHints, placement: Placement
) -> Iterator[Evidence[Names]]:
    people, organisations = _linked(page)
    stated = names([*people, *organisations] if people else [])
    marked_up = list(bylines.marked_up(page, placement))
    nearby = list(bylines.nearby(page, placement))
    near = [byline for byline in marked_up if not byline.is_far]
    far = [byline for byline in marked_up if byline.is_far]
    shown = [_named(byline) for byline in (*near, *nearby, *far) if byline.is_sure]
    sure = next((claim for claim in shown if _are_people(claim.value)), None)
    if sure:
        yield _completed(sure, Evidence(stated, "json-ld"))
    yield Evidence(stated, "json-ld")
    yield Evidence(names(said.authors), "feed")
    declared = _declared(page)
    full = [claim for claim in declared if any(" " in name for name in claim.value)]
    yield from full
    yield from (_named(byline) for byline in marked_up)
    yield from (_named(byline) for byline in signatures.signatures(placement))
    yield from (_named(byline) for byline in signatures.infolines(placement))
    yield Evidence(names(site.authors), "site")
    yield from (_named(byline) for byline in nearby)
    # One word is as often a login or a department as a name.
    yield from (claim for claim in declared if claim not in full)
    yield Evidence(names(organisations), "json-ld:organization")
    yield from (_named(byline) for byline in bylines.closing(page, placement))
    yield from (_named(byline) for byline in bylines.copyright_holders(page))


def _named(byline: bylines.Byline) -> Evidence[Names]:
    return Evidence(names(byline.claims), byline.source)


def _are_people(claim: Names) -> bool:
    """Whether names are surely of people: two words or more each, or in a script without cases."""
    return bool(claim) and all(
        PERSON.match(name) or _has_no_case(name) for name in claim
    )


def _has_no_case(name: str) -> bool:
    return name[0].isalpha() and not (name[0].isupper() or name[0].islower())


def _completed(shown: Evidence[Names], stated: Evidence[Names]) -> Evidence[Names]:
    """Return what the page shows, or what it states where that has the same people and more."""
    shown_names = {fold(name) for name in shown.value}
    stated_names = {fold(name) for name in stated.value}
    has_roles = any(
        name not in stated_names and name.startswith(f"{known} ")
        for name in shown_names
        for known in stated_names
    )
    return stated if shown_names < stated_names or has_roles else shown


def decide(
    found: Iterable[Evidence[Names]], site_names: Iterable[str] = (), host: str = ""
) -> Evidence[Names]:
    """Return the first claim, in the order of how far its source is to be trusted; nobody if there
    is none.

    The site's own name is no author where a person is named; else it is, for many a blog is named
    after its author.
    """
    own = {fold(name) for name in site_names if name}
    fallback: Evidence[Names] = Evidence((), "none")
    for claim in found:
        if people := _without_site(claim.value, own, host):
            return Evidence(people, claim.source)
        if not fallback.value:
            fallback = claim
    return fallback


def _without_site(claim: Names, own: set[str], host: str) -> Names:
    labels = set(host.lower().removeprefix("www.").split("."))
    return tuple(
        n
        for n in claim
        if fold(n) not in own
        and fold(n).replace(" ", "") not in labels
        and n.lower() not in host.lower()
    )


def _declared(page: ParsedPage) -> list[Evidence[Names]]:
    found = []
    for key in META:
        values = [value for value in page.meta.get(key, []) if "//" not in value]
        if key in INVERTED:
            values = [turned(value) for value in values]
        found.append(Evidence(names(values), key))
    if any(WRITTEN_BY.search(label) for label in page.meta.get("twitter:label1", [])):
        found.append(
            Evidence(names(page.meta.get("twitter:data1", [])), "twitter:data1")
        )
    return found


def _linked(page: ParsedPage) -> tuple[list[str], list[str]]:
    """Return the names of the people and of the organisations that JSON-LD has for the article."""
    people: list[str] = []
    organisations: list[str] = []
    for article in page.articles:
        for author in _listed(article.get("author") or article.get("creator")):
            node = _resolve(author, page.linked)
            is_organisation = isinstance(node, dict) and "Organization" in "".join(
                types(node)
            )
            (organisations if is_organisation else people).extend(_names_of(node))
    return people, organisations


def _listed(authors: Any) -> list[Any]:
    if isinstance(authors, dict):
        authors = authors.get("@list") or authors.get("itemListElement") or authors
    return as_list(authors)[:MAX_AUTHORS]


def _names_of(node: Any) -> list[str]:
    if not isinstance(node, dict):
        return [text(node)]
    if node.get("name"):
        return [text(name) for name in as_list(node["name"])[:MAX_AUTHORS]]
    return [f"{text(node.get('givenName'))} {text(node.get('familyName'))}".strip()]


def _resolve(author: Any, every: list[dict[str, Any]]) -> Any:
    if isinstance(author, dict) and not author.get("name") and author.get("@id"):
        return next(
            (n for n in every if n.get("@id") == author["@id"] and n.get("name")),
            author,
        )
    return author
