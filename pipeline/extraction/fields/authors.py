"""Who wrote it: every claim of the feed and the page, and which is believed."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from pipeline.core.records import Said, SiteHints
from pipeline.extraction.fields import bylines
from pipeline.extraction.fields.candidate import Evidence, fold
from pipeline.extraction.fields.names import BY, names
from pipeline.extraction.page.linked_data import articles, as_list, text, types
from pipeline.extraction.page.parsed import ParsedPage

Names = tuple[str, ...]
META = (
    "author article:author og:article:author dc.creator dcterms.creator dc.creator.aut citation_author parsely-author"
    " sailthru.author byl authors creator"
).split()
WRITTEN_BY = re.compile(rf"\b(?:{BY})$", re.I)


def candidates(
    page: ParsedPage, said: Said, site: SiteHints, heading: str = ""
) -> Iterator[Evidence[Names]]:
    """Every set of authors that is claimed for the page, best sources first; read only as far as is asked."""
    people, organisations = _linked(page)
    declared = _declared(page)
    full = [e for e in declared if any(" " in name for name in e.value)]
    claims = chain(
        [Evidence(names(said.authors), "feed")],
        [Evidence(names([*people, *organisations] if people else []), "json-ld")],
        full,
        (Evidence(names([value]), source) for value, source in bylines.marked_up(page)),
        [Evidence(names(site.authors), "site")],
        (Evidence(names([value]), source) for value, source in bylines.nearby(page, heading)),
        (
            e for e in declared if e not in full
        ),  # one word is as often a login or a department as a name
        [Evidence(names(organisations), "json-ld:organization")],
        (Evidence(names([value]), "copyright") for value in bylines.copyright_holders(page)),
    )
    return (e for e in claims if e.value)


def decide(
    found: Iterable[Evidence[Names]], site_names: Iterable[str] = (), host: str = ""
) -> Evidence[Names]:
    """The feed's word, else the first claim in the order of how far its source is to be trusted; nobody if none.

    The site's own name is no author where a person is named; else it is, for many a blog is named after its author.
    """
    own = {fold(n) for n in site_names if n}
    fallback: Evidence[Names] = Evidence((), "none")
    for e in found:
        if e.source == "feed":
            return e
        if people := _without_site(e.value, own, host):
            return Evidence(people, e.source)
        if fallback.value:
            fallback = fallback
        else:
            fallback = e
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
    found = [
        Evidence(names(v for v in page.meta.get(key, []) if "//" not in v), key) for key in META
    ]
    if any(WRITTEN_BY.search(label) for label in page.meta.get("twitter:label1", [])):
        found.append(Evidence(names(page.meta.get("twitter:data1", [])), "twitter:data1"))
    return found


def _linked(page: ParsedPage) -> tuple[list[str], list[str]]:
    people: list[str] = []
    organisations: list[str] = []
    for article in articles(page.linked):
        for author in as_list(article.get("author") or article.get("creator")):
            node = _resolve(author, page.linked)
            if isinstance(node, dict):
                name = text(node.get("name"))
            else:
                name = text(node)
            is_person = not isinstance(node, dict) or "Organization" not in "".join(types(node))
            (people if is_person else organisations).append(name)
    return people, organisations


def _resolve(author: Any, every: list[dict[str, Any]]) -> Any:
    if isinstance(author, dict) and not author.get("name") and author.get("@id"):
        return next((n for n in every if n.get("@id") == author["@id"] and n.get("name")), author)
    return author
