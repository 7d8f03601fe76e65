"""What a person wants saved is saved whatever the rules say, as long as there is text."""

from datetime import timedelta

import pytest

from pipeline.core.failures import Rejected
from pipeline.extraction import stage as extraction_stage
from pipeline.extraction.stage import extract_draft
from pipeline.fetching import stage as fetching_stage
from pipeline.journeys import transitions
from pipeline.journeys.outcome import Advance, Outcome
from pipeline.models import Journey
from tests.pages import WHEN, a_run, a_snapshot, an_article, journeys

pytestmark = pytest.mark.django_db
LISTING = (
    b"""<html><head><title>All posts</title></head><body><main><h1>All posts</h1>"""
    + b"".join(
        b"<h2><a href='/blog/%d/'>Post number %d of this blog</a></h2><p>A teaser of a few words stands here.</p>"
        % (number, number)
        for number in range(8)
    )
    + b"</main></body></html>"
)
EMPTY = b"<html><body></body></html>"


def extracted(page: bytes, override: str) -> Outcome:
    article = an_article(1, url="https://blog.example/tags/", key="https://blog.example/tags")  # fmt: skip
    snapshot = a_snapshot(article, page)
    [journey] = journeys(a_run(), 1, stage="extract")
    Journey.objects.filter(pk=journey.pk).update(snapshot=snapshot, override=override)
    context = transitions.start_stage(
        journey.pk, "extract", extraction_stage.INPUT_QUERY
    )
    assert context is not None
    return extract_draft(context)


def test_a_listing_page_is_refused_unless_a_person_wants_it() -> None:
    refused = extracted(LISTING, "")
    assert isinstance(refused, Rejected)
    assert refused.reason == "list-page"


def test_a_listing_page_that_a_person_wants_goes_on() -> None:
    assert isinstance(extracted(LISTING, "rules"), Advance)


def test_a_page_without_text_is_refused_even_then() -> None:
    assert isinstance(extracted(EMPTY, "rules"), Rejected)


def test_fetching_again_asks_for_the_whole_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bool] = []

    class Fetcher:
        def fetch(self, url: str, **options: object) -> Rejected:
            asked.append(bool(options["validators"].etag))  # type: ignore[attr-defined]
            return Rejected("timeout", "not this time")

    monkeypatch.setattr(fetching_stage, "fetcher", Fetcher)
    monkeypatch.setattr(
        fetching_stage, "full_look_before", lambda: WHEN - timedelta(days=1)
    )
    article = an_article()
    a_snapshot(article, b"page", headers={"etag": '"one"'})
    for override in ("", "fetch"):
        [journey] = journeys(a_run(), 1)
        Journey.objects.filter(pk=journey.pk).update(key=article.key, override=override)
        context = transitions.start_stage(
            journey.pk, "fetch", fetching_stage.INPUT_QUERY
        )
        assert context is not None
        fetching_stage.fetch_page(context)
    assert asked == [True, False]
