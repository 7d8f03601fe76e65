"""What pages ask of those who store them, and their license: read, with the place, and obeyed."""

from typing import Any

import pytest

from catalog.rights import RIGHTS
from pipeline.core.failures import Rejected
from pipeline.core.records import Draft
from pipeline.extraction import stage as extraction_stage
from pipeline.extraction.extract import extract
from pipeline.extraction.fields import reservations, rights
from pipeline.extraction.fields.rights import Context, Rights, obey, read
from pipeline.extraction.page.parsed import ParsedPage, parse
from pipeline.extraction.stage import extract_draft
from pipeline.journeys import transitions
from pipeline.journeys.outcome import Advance, Outcome
from pipeline.models import Body, Journey, Snapshot
from tests.pages import a_run, a_snapshot, an_article, journeys

URL = "https://blog.example/posts/1"
WORDS = "The counter keeps its number while the workers come and go. " * 30
CC = "https://creativecommons.org/licenses/by-sa/4.0/"


def a_page(head: str = "", body: str = "") -> bytes:
    return (
        f"<html><head><title>On counters</title>{head}</head><body><article>"
        f"<h1>On counters</h1><p>{WORDS}</p>{body}</article></body></html>"
    ).encode()


def found(
    head: str = "", body: str = "", context: Context = rights.NO_CONTEXT
) -> Rights:
    page = parse(a_page(head, body), URL)
    assert isinstance(page, ParsedPage)
    return read(page, context)


def sent(value: str, **more: str) -> Context:
    return Context({"x-robots-tag": value, **more}, product="Gleaner")


@pytest.mark.parametrize(
    ("content", "asked"),
    [
        ("noai, noimageai", ("noai", "noimageai")),
        ("NOARCHIVE,NOFOLLOW", ("noarchive",)),
        ("none", ("noindex",)),
        ("all", ()),
        ("noindexed", ()),
        ("max-snippet:-1, noindex", ("noindex",)),
    ],
)
def test_meta_robots_says_what_a_page_asks(content: str, asked: tuple[str]) -> None:
    assert found(f'<meta name="Robots" content="{content}">').asked == asked


@pytest.mark.parametrize(
    ("value", "asked"),
    [
        ("noai", ("noai",)),
        ("otherbot: noindex, noai", ()),
        ("noarchive, otherbot: noindex", ("noarchive",)),
        ("otherbot: noindex, gleaner: noai", ("noai",)),
        ("*: noai", ("noai",)),
        ("unavailable_after: 25 Jun 2010 15:00:00 PST, noai", ("noai",)),
        ("unavailable_after: Friday, 25-Jun-10 15:00:00 UTC, noai", ("noai",)),
        ("max-image-preview: large, noindex", ("noindex",)),
    ],
)
def test_a_header_counts_where_it_is_for_all_or_for_this_crawler(
    value: str, asked: tuple[str]
) -> None:
    assert found(context=sent(value)).asked == asked


def test_a_meta_tag_with_this_crawlers_name_counts_and_one_of_another_does_not() -> (
    None
):
    head = '<meta name="gleaner" content="noarchive"><meta name="googlebot" content="noai">'
    read_here = found(head, context=sent(""))
    assert read_here.asked == ("noarchive",)
    assert read_here.places == {"noarchive": "meta gleaner: noarchive"}


def test_the_place_of_each_is_kept_and_the_header_goes_first() -> None:
    both = found('<meta name=robots content="noai, noindex">', context=sent("noai"))
    assert both.places == {
        "noai": "X-Robots-Tag: noai",
        "noindex": "meta robots: noindex",
    }


FILE = """[{"location": "/posts/1$", "tdm-reservation": 0},
    {"location": "/posts/", "tdm-reservation": 1, "tdm-policy": "https://blog.example/p.json"}]"""


@pytest.mark.parametrize(
    ("head", "headers", "file", "place"),
    [
        ("", {}, '[{"location": "/", "tdm-reservation": 1}]', "tdmrep.json"),
        ("", {}, FILE, None),
        ("", {"tdm-reservation": "1"}, FILE, "header tdm-reservation"),
        ("", {"tdm-reservation": "yes"}, FILE.replace("/1$", "/2$"), "tdmrep.json"),
        (
            "<meta name=tdm-reservation content=1>",
            {"tdm-reservation": "0"},
            "",
            "meta tdm-reservation",
        ),
        ("<meta name=tdm-reservation content=0>", {"tdm-reservation": "1"}, "", None),
        ("", {}, "not json", None),
        ("", {}, '{"location": "/"}', None),
        ("", {}, "[" * 100_000, None),
    ],
)
def test_of_a_reservation_the_nearest_place_counts(
    head: str, headers: dict[str, str], file: str, place: str | None
) -> None:
    said = found(head, context=Context(headers, file))
    assert said.places.get("tdm-reserved") == place


def test_the_policy_of_a_reservation_is_kept() -> None:
    said = found(context=Context({}, FILE.replace("/1$", "/2$")))
    assert said.places["tdm-policy"] == "https://blog.example/p.json"


@pytest.mark.parametrize(
    ("location", "path", "is_match"),
    [
        ("/", "/posts/1", True),
        ("/posts", "/posts/1", True),
        ("/posts$", "/posts/1", False),
        ("/*.html$", "/posts/1.html", True),
        ("/*.html$", "/posts/1.html?page=2", False),
        ("/a*b$", "/ab", True),
        ("/ab*b$", "/ab", False),
        ("/a*/b/*", "/a/x/b/c", True),
        ("/a*/b/*", "/a/x/c", False),
        ("/p*", "/q", False),
    ],
)
def test_a_location_matches_as_in_robots_txt(
    location: str, path: str, is_match: bool
) -> None:
    assert reservations.matches(location, path) is is_match


def test_percent_encoding_makes_no_difference_where_it_is_needless() -> None:
    file = '[{"location": "/%70osts/", "tdm-reservation": 1}]'
    assert reservations.of_url(file, URL) == (True, "")


@pytest.mark.parametrize(
    ("head", "body", "headers", "license_name", "place"),
    [
        (f'<link rel="license" href="{CC}">', "", {}, CC, "link rel=license"),
        ("", '<a rel="nofollow license" href="/terms">t</a>', {},
         "https://blog.example/terms", "rel=license"),
        ('<script type="application/ld+json">{"@type": "BlogPosting", "license":'
         ' "http://creativecommons.org/licenses/BY-SA/4.0"}</script>', "", {}, CC,
         "JSON-LD license"),
        ('<script type="application/ld+json">{"@type": "WebPage", "license": '
         '{"@type": "CreativeWork", "url": "https://blog.example/l"}}</script>', "", {},
         "https://blog.example/l", "JSON-LD license"),
        ('<meta name="DCTERMS.license" content="Apache-2.0">', "", {}, "Apache-2.0",
         "meta dcterms.license"),
        ('<meta name="dc.rights" content="(c) Ada, CC BY-SA 4.0">', "", {}, CC,
         "meta dc.rights"),
        ('<meta name="dc.rights" content="All rights reserved">', "", {}, "", None),
        ("", "", {"link": f'<{CC}>; rel="license", </a>; rel=next'}, CC,
         "header Link rel=license"),
        ("", '<a rel="license" href="javascript:alert(1)">t</a>', {}, "", None),
    ],
)  # fmt: skip
def test_a_license_is_read_from_where_it_is_said(
    head: str, body: str, headers: dict[str, str], license_name: str, place: str | None
) -> None:
    said = found(head, body, Context(headers))
    assert said.license == license_name
    assert said.places.get("license") == place


def test_a_draft_has_what_its_page_asks_and_where_that_was_read() -> None:
    draft = extract(
        a_page(f"<meta name=robots content=noai><link rel=license href={CC}>"), URL
    )
    assert isinstance(draft, Draft)
    assert (draft.rights, draft.license) == (("noai",), CC)
    assert draft.methods["noai"] == "meta robots: noai"
    assert draft.methods["license"] == "link rel=license"


def test_what_is_ignored_is_not_on_the_draft_and_what_is_refused_is_a_refusal() -> None:
    draft = Draft(
        URL, "On counters", WORDS, "", rights=("noindex", "noai"),
        methods={"noindex": "meta robots: noindex", "noai": "X-Robots-Tag: noai", "title": "h1"},
    )  # fmt: skip
    assert obey(draft, {"noindex": "mark", "noai": "mark"}) is draft
    ignored = obey(draft, {"noindex": "ignore", "noai": "mark"})
    assert isinstance(ignored, Draft)
    assert ignored.rights == ("noai",)
    assert ignored.methods == {"noai": "X-Robots-Tag: noai", "title": "h1"}
    refused = obey(draft, {"noindex": "ignore", "noai": "refuse"})
    assert isinstance(refused, Rejected)
    assert (refused.reason, refused.skipped) == ("rights", True)
    assert "X-Robots-Tag: noai" in refused.detail


def test_every_right_has_a_label_and_a_setting(settings: Any) -> None:
    assert set(RIGHTS) == {*rights.DIRECTIVES, rights.TDM} == set(settings.RIGHTS)


def extracted(override: str = "") -> tuple[Outcome, Journey]:
    article = an_article(1)
    snapshot = a_snapshot(article, a_page(), headers={"x-robots-tag": "noai"})
    [journey] = journeys(a_run(), 1, stage="extract", snapshot=snapshot)
    Journey.objects.filter(pk=journey.pk).update(override=override)
    context = transitions.start_stage(
        journey.pk, "extract", extraction_stage.INPUT_QUERY
    )
    assert context is not None
    outcome = extract_draft(context)
    journey.refresh_from_db()
    return outcome, journey


@pytest.mark.django_db
def test_a_page_that_asks_something_is_stored_and_marked() -> None:
    outcome, journey = extracted()
    assert isinstance(outcome, Advance)
    assert journey.snapshot


@pytest.mark.django_db
@pytest.mark.parametrize("override", ["", "rules"])
def test_a_page_that_is_refused_is_not_kept_either(
    settings: Any, override: str
) -> None:
    settings.RIGHTS = settings.RIGHTS | {"noai": "refuse"}
    outcome, journey = extracted(override)
    assert isinstance(outcome, Rejected)
    assert (journey.state, journey.reason) == ("skipped", "rights")
    assert not Snapshot.objects.exists()
    assert not Body.objects.exists()
