"""A page -> an article. Pure: bytes and what the source said go in, a draft or a reasoned refusal comes out.

page            bytes -> one parsed tree, whatever the charset
linked_data     what the page says of itself in JSON-LD
evidence        candidates for a field, each with its source
title authors dates language site      one field each: who claims what, and the rule that decides
text            the article's words: a cascade of extractors
align keep      the page's own markup for those words
code            code blocks as the author typed them
safe            html that may be stored
render markdown plain text and markdown, made from it
not_an_article  pages that hold none, and how we know
quality         how sure we are, with reasons
similar         fingerprints that find near duplicates
"""

from typing import NamedTuple

from pipeline.errors import Rejected
from pipeline.extraction import (
    authors,
    dates,
    language,
    not_an_article,
    quality,
    similar,
    text,
    title,
)
from pipeline.extraction import (
    site as site_facts,
)
from pipeline.extraction.page import ParsedPage, host_of, parse
from pipeline.records import Draft, Said, SiteHints


class Examined(NamedTuple):
    """What a page holds, and why it is refused, if it is. `draft` is None where the page could not even be parsed."""

    draft: Draft | None
    refused: Rejected | None


def extract(
    body: bytes,
    url: str,
    said: Said = Said(),  # noqa: B008
    site: SiteHints = SiteHints(),  # noqa: B008
    *,
    charset: str = "",
) -> Draft | Rejected:
    """The article of a page, or the reason why there is none.

    `charset` is the Content-Type header's; `said` is what feed and sitemap say of the page; `site` is what its
    site's other pages taught. Never raises, whatever the bytes.
    """
    draft, refused = examine(body, url, said, site, charset=charset)
    return refused or draft or Rejected("empty", "The page holds nothing.")


def examine(
    body: bytes,
    url: str,
    said: Said = Said(),  # noqa: B008
    site: SiteHints = SiteHints(),  # noqa: B008
    *,
    charset: str = "",
) -> Examined:
    """As `extract`, but a refused page still shows what was found on it."""
    try:
        page = parse(body, url, charset)
        if isinstance(page, Rejected):
            return Examined(None, page)
        draft = _draft(page, said, site)
        return Examined(draft, not_an_article.refusal(page, draft))
    except Exception as error:  # noqa: BLE001 - hostile bytes find the one bug in five libraries
        return Examined(None, Rejected("extraction-error", f"{type(error).__name__}: {error}"[:300]))


def _draft(page: ParsedPage, said: Said, site: SiteHints) -> Draft:
    site_name = site_facts.name(page, site)
    host = host_of(page.url)
    chosen_title = title.decide(title.candidates(page, said), [site_name, site.name], host)
    heading = title.shown(page, chosen_title.value)
    chosen_authors = authors.decide(authors.candidates(page, said, site, heading), [site_name, site.name], host)
    body = text.main_content(page, said, heading, chosen_authors.value)
    chosen_date = dates.published(page, said, heading)
    spoken = language.decide(page, body.text, said.language, site.language)
    worth, reasons = quality.score(
        title=chosen_title.value,
        authors=chosen_authors.value,
        published=chosen_date,
        words=body.words,
        faithful=body.faithful,
        links=body.links,
        agrees=body.agrees,
    )
    return Draft(
        url=site_facts.canonical(page),
        title=chosen_title.value,
        text=body.text,
        html=body.html,
        authors=chosen_authors.value,
        published=chosen_date.value.when if chosen_date else None,
        published_precision=chosen_date.value.precision if chosen_date else "",
        updated=dates.updated(page, said),
        language=spoken.value,
        tags=site_facts.tags(page, said),
        site_name=site_name,
        image=site_facts.image(page, body.html),
        excerpt=site_facts.excerpt(page, body.text),
        word_count=body.words,
        code=body.code,
        quality=worth,
        quality_reasons=reasons,
        methods={
            "title": chosen_title.source,
            "text": body.method,
            "authors": chosen_authors.source,
            "published": chosen_date.source if chosen_date else "none",
            "language": spoken.source,
        },
        simhash=similar.simhash(body.text),
    )
