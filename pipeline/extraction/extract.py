"""A page -> an article. Pure: bytes and what the source said go in, a draft or a reasoned refusal
comes out."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from pipeline.core.failures import Rejected
from pipeline.core.records import KEPT_BLOCKS, Draft, SiteHints, SourceMetadata
from pipeline.extraction import damage, paywall, quality, rejection
from pipeline.extraction.content import code, main_content
from pipeline.extraction.fields import authors, dates, language, rights, tags, title
from pipeline.extraction.fields import site_metadata as site_facts
from pipeline.extraction.fields.placement import Placement
from pipeline.extraction.page.parsed import ParsedPage, host_of, parse
from pipeline.extraction.text import fingerprint

# Too short for one extractor alone to be believed, with code in no language and in one, and
# without a date.
SAMPLE = b"""<html><body><article><h1>A page</h1><p>The words of this page are few, so that each way to find them has to
be tried, and yet enough of them to tell the language.</p><pre>plain</pre><pre><code class="language-python">pass</code>
</pre></article></body></html>"""


class Examined(NamedTuple):
    """What a page holds, and why it is refused, if it is. `draft` is None where the page could
    not even be parsed."""

    draft: Draft | None
    refused: Rejected | None


def extract(
    body: bytes,
    url: str,
    said: SourceMetadata = SourceMetadata(),  # noqa: B008
    site: SiteHints = SiteHints(),  # noqa: B008
    *,
    charset: str = "",
) -> Draft | Rejected:
    """Return the article of a page, or the reason why there is none.

    `charset` is the Content-Type header's; `said` is what feed and sitemap say of the page; `site`
    is what its site's other pages taught. Whatever the bytes, what it raises is a bug (or its
    caller's time or memory limit).
    """
    draft, refused = examine(body, url, said, site, charset=charset)
    return refused or draft or Rejected("empty", "The page holds nothing.")


def warm_up(*, with_model: bool = False) -> None:
    """Load what the first pages would else wait for: word lists, lexers; with `with_model` the
    model of languages, too, which takes 75 MB and a second of CPU.

    A worker does so before it forks: its processes share what is loaded, and each of them would
    do it again.
    """
    extract(SAMPLE, "https://blog.example/")
    if with_model:
        language.load_model()


def examine(
    body: bytes,
    url: str,
    said: SourceMetadata = SourceMetadata(),  # noqa: B008
    site: SiteHints = SiteHints(),  # noqa: B008
    *,
    charset: str = "",
    context: rights.Context = rights.NO_CONTEXT,
) -> Examined:
    """As `extract`, but a refused page still shows what was found on it."""
    with _no_collection():
        page = parse(body, url, charset)
        if isinstance(page, Rejected):
            return Examined(None, page)
        code.flatten(page.tree, page.all_classes)
        draft = _draft(page, said, site)
        draft = _with_rights(draft, rights.read(page, context))
        return Examined(draft, rejection.refusal(page, draft))


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python from looking for garbage meanwhile: a page makes thousands of objects, and lets
    go of all without."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _draft(page: ParsedPage, said: SourceMetadata, site: SiteHints) -> Draft:
    site_name = site_facts.name(page, site)
    names = [site_name, site.name]
    host = host_of(page.url)
    headings = title.headings_of(page)
    called = title.decide(title.candidates(page, said, headings), names, host)
    heading = title.shown(headings, called.value)
    placement = Placement(page, heading)
    written_by = authors.decide(
        authors.candidates(page, said, site, placement), names, host
    )
    body = main_content.main_content(page, said, heading, written_by.value, site.keep)
    page_dates = dates.PageDates(page, placement)
    moment = dates.published(page_dates, said)
    spoken = language.decide(page, body.html, said.language, site.language)
    draft = Draft(
        url=site_facts.canonical(page),
        title=called.value,
        text=body.text,
        html=body.html,
        authors=written_by.value,
        published=moment.value.when if moment else None,
        published_precision=moment.value.precision if moment else "",
        updated=dates.updated(page_dates, said),
        language=spoken.value,
        tags=tags.tags(page, said, placement),
        site_name=site_name,
        image=site_facts.image(page, body.html),
        excerpt=site_facts.excerpt(page, body.text),
        word_count=body.words,
        code=body.code,
        left_out=body.left_out,
        methods={
            "title": called.source,
            "text": body.method,
            "authors": written_by.source,
            "published": moment.source if moment else "none",
            "language": spoken.source,
        }
        | _kept(body),
        simhash=fingerprint.simhash(body.text),
    )
    is_cut_off = paywall.is_cut_off(page, draft.word_count)
    signs = damage.signs(page, draft, placement)
    worth, reasons = quality.score(draft, body, signs, is_cut_off)
    return replace(draft, quality=worth, quality_reasons=reasons)


def _with_rights(draft: Draft, found: rights.Rights) -> Draft:
    """Return the draft with what its page asks, and where that was read."""
    if not found.places:
        return draft
    return replace(
        draft,
        rights=found.asked,
        license=found.license,
        methods={**draft.methods, **found.places},
    )


def _kept(body: main_content.Body) -> dict[str, str]:
    """How many blocks are in an article since somebody wants them kept, where any are."""
    if not body.kept:
        return {}
    return {KEPT_BLOCKS: f"{body.kept} that a rule would leave out"}
