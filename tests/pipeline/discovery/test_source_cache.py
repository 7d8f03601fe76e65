"""What a run remembers of its sources in the database, and finds again."""

import json
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from pipeline.core.records import SourceMetadata, Validators
from pipeline.discovery import source_cache
from pipeline.discovery.discover import CachedSource, Discovery, SourceRequest
from pipeline.discovery.readers.parsed import (
    ENTRY,
    LINE,
    ExtractedLink,
    ParsedSource,
    SourceLink,
)
from pipeline.models import Run, SourceCacheEntry

pytestmark = pytest.mark.django_db
BLOG = "https://blog.example/"
FEED = BLOG + "feed.xml"
DAY = datetime(2026, 5, 4, 12, tzinfo=UTC)


def memory(*names: str) -> CachedSource:
    said = SourceMetadata(title="Tea", published=DAY, authors=("Ann",))
    mentions = tuple(ExtractedLink(BLOG + name, ENTRY, said) for name in names)
    return CachedSource.of(
        Validators("e", "l"),
        "d",
        ParsedSource("feed", FEED, mentions, (SourceLink(BLOG, "home"),), name="T"),
    )


def discovery(*asked: SourceRequest) -> Discovery:
    return Discovery((), (), asked, (), {})


def recalled() -> dict[str, CachedSource]:
    return source_cache.load_cache(Run(parameters={"addresses": [BLOG]}))


def test_what_a_source_said_is_recalled_as_it_was_remembered() -> None:
    source_cache.save_cache(
        discovery(SourceRequest(FEED, "feed", "feed", memory=memory("a", "b")))
    )

    assert recalled()[FEED].reading == memory("a", "b").reading
    assert recalled()[FEED].validators == Validators("e", "l")
    assert recalled()[FEED].digest == "d"


def test_the_last_word_of_a_source_is_remembered_and_what_has_not_changed_is_left() -> (
    None
):
    source_cache.save_cache(
        discovery(SourceRequest(FEED, "feed", "feed", memory=memory("a")))
    )
    source_cache.save_cache(
        discovery(
            SourceRequest(FEED, "feed", "feed", memory=memory("b")),
            SourceRequest(FEED, "feed", "feed", memory=memory("c")),
            SourceRequest(FEED, "feed", "unchanged", memory=memory("d")),
            SourceRequest(BLOG + "gone", "feed", "http-404"),
        )
    )

    assert [m.url for m in recalled()[FEED].reading.links] == [BLOG + "c"]
    assert SourceCacheEntry.objects.count() == 1


def test_what_a_large_sitemap_says_is_never_in_memory_as_a_whole() -> None:
    large = memory(*(f"{'a-long-name-' * 20}{number}" for number in range(10_000)))
    tracemalloc.start()
    try:
        source_cache.save_cache(
            discovery(SourceRequest(FEED, "sitemap", "sitemap", memory=large))
        )
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert len(large.to_json()) > 3_000_000
    assert most < 600_000
    assert len(recalled()[FEED].reading.links) == 10_000


def test_whatever_stands_in_an_address_is_remembered_as_it_is() -> None:
    odd = BLOG + "a\tb\\tc\nd"
    source_cache.save_cache(
        discovery(SourceRequest(odd, "feed", "feed", memory=memory('quoted\\"\tname')))
    )

    assert recalled()[odd].reading == memory('quoted\\"\tname').reading


def test_the_row_can_be_searched_for_what_was_named() -> None:
    source_cache.save_cache(
        discovery(SourceRequest(FEED, "feed", "feed", memory=memory("a", "b")))
    )

    assert [
        m["url"] for m in SourceCacheEntry.objects.get().memory["reading"]["links"]
    ] == [
        BLOG + "a",
        BLOG + "b",
    ]


@pytest.mark.parametrize(
    "written",
    [
        None, [], {}, "text", {"validators": {}, "digest": "d"},
        {"validators": {"mood": 1}, "digest": "", "reading": {"kind": "feed", "url": FEED}},
        {"validators": {}, "digest": "", "reading": {"kind": "feed", "url": FEED, "links": [{"address": FEED}]}},
        {"validators": {}, "digest": "", "reading": {"kind": "feed", "url": FEED, "mood": "good"}},
        {"validators": {}, "digest": "",
         "reading": {"kind": "sitemap", "url": FEED,
                     "links": [{"url": FEED, "place": LINE, "source_metadata": {"lastmod": "soon"}}]}},
    ],
)  # fmt: skip
def test_a_row_of_another_version_is_as_if_it_were_not_there(written: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pipeline_sourcecacheentry VALUES (%s, 'blog.example', %s, now())",
            [FEED, json.dumps(written)],
        )

    assert recalled() == {}
