"""The extract stage: snapshot -> draft. Knows rows; what an article is,
`pipeline.extraction.extract` knows."""

import json

from backports import zstd
from django.conf import settings
from django.db import transaction

from pipeline.core import serialize
from pipeline.core.failures import Rejected
from pipeline.core.records import Keep, SiteHints, SourceMetadata
from pipeline.extraction.extract import Examined, examine
from pipeline.extraction.fields import rights
from pipeline.extraction.page.parsed import header_charset
from pipeline.journeys import transitions
from pipeline.journeys.outcome import Advance, Outcome
from pipeline.journeys.transitions import StageContext
from pipeline.models import Body, Journey, Snapshot

INPUT_QUERY = """
SELECT s.final_url, s.headers, b.data, h.name, h.authors, h.language,
    (SELECT r.parameters->'language' FROM pipeline_run r WHERE r.id = held_run),
    (SELECT r.parameters->'keep' FROM pipeline_run r WHERE r.id = held_run),
    (SELECT jsonb_agg(jsonb_build_array(k.rule, k.words)) FROM catalog_keptblock k
        WHERE k.source_id = h.id),
    (SELECT t.tdmrep FROM pipeline_host t
        WHERE t.name = split_part(s.final_url, '/', 3) AND t.tdmrep <> '')
FROM pipeline_snapshot s JOIN pipeline_body b ON b.digest = s.body_id
LEFT JOIN catalog_source h ON h.host = split_part(held_key, '/', 3)
WHERE s.id = held_snapshot
"""


def extract_draft(context: StageContext) -> Outcome:
    """Extract the article from the journey's snapshot."""
    final_url, headers, data, name, authors, language, wanted, trial, kept, tdmrep = (
        context.input
    )
    if data is None:
        return Rejected(
            "snapshot-gone", "the stored page was removed before its turn came"
        )
    site = SiteHints(
        name=name or "",
        authors=tuple(authors or ()),
        language=language or "",
        keep=blocks_to_keep(trial, kept),
    )
    sent = json.loads(headers)
    examined = examine(
        zstd.decompress(bytes(data)),
        final_url,
        serialize.load(SourceMetadata, context.source_metadata),
        site,
        charset=header_charset(sent),
        context=rights.Context(sent, tdmrep or "", product()),
    )
    if examined.draft:
        obeyed = rights.obey(examined.draft, settings.RIGHTS)
        if isinstance(obeyed, Rejected):
            return refuse(context, obeyed)
        examined = examined._replace(draft=obeyed)
    if context.override == Journey.Override.RULES:
        return accepted(examined)
    draft = examined.draft
    if examined.refused or draft is None:
        return examined.refused or Rejected("empty", "The page holds nothing.")
    return other_language(draft.language, json.loads(wanted or "[]")) or Advance(
        draft=serialize.pack(draft)
    )


def product() -> str:
    """Return the name that this crawler goes by."""
    name: str = settings.FETCH_USER_AGENT.partition("/")[0].partition(" ")[0]
    return name


def refuse(context: StageContext, refused: Rejected) -> Rejected:
    """End the journey of a page that is not to be stored, and remove the page with it."""
    pages = Snapshot.objects.filter(journey=context.id)
    bodies = list(pages.values_list("body", flat=True))
    with transaction.atomic():
        transitions.finish(context, "skipped", refused.reason, refused.detail)
        pages.delete()
        used = Snapshot.objects.filter(body__in=bodies).values("body")
        Body.objects.filter(pk__in=bodies).exclude(pk__in=used).delete()
    return refused


def blocks_to_keep(trial: str | None, kept: str | None) -> tuple[Keep, ...]:
    """Return what people want kept: as the run tries it out, else as the source has it.

    Both are lists of (rule, words), as PostgreSQL writes jsonb.
    """
    return tuple(Keep(rule, words) for rule, words in json.loads(trial or kept or "[]"))


def accepted(examined: Examined) -> Outcome:
    """Return what a person wants saved whatever the rules say: all but a page without any text."""
    if examined.draft and examined.draft.word_count:
        return Advance(draft=serialize.pack(examined.draft))
    return examined.refused or Rejected("empty", "No text was found on the page.")


def other_language(language: str, wanted: list[str]) -> Rejected | None:
    """Why an article is left out where only some languages are wanted. One that cannot be told is
    not."""
    if not wanted or not language or language in wanted:
        return None
    detail = f"it is in {language}; only {', '.join(wanted)} is to be kept"
    return Rejected("other-language", detail, skipped=True)
