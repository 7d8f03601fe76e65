"""What reads foreign text costs no more than in proportion to it."""

from collections.abc import Callable

import pytest

from pipeline.core.records import Draft, SiteHints, SourceMetadata
from pipeline.extraction import paywall, rejection
from pipeline.extraction.fields import authors, dates, link_titles, names, tags, title
from pipeline.extraction.fields.placement import Placement
from pipeline.extraction.page import linked_data
from pipeline.extraction.page.parsed import ParsedPage, parse
from tests.pace import growth

NOTHING_SAID = SourceMetadata()
TIMES = 8
MOST = 4 * TIMES  # quadratic work would grow 64-fold

SCRIPTS = {
    "space before the end": lambda n: "{" + " " * n + "x",
    "slashes and space": lambda n: "{}" + "// " * n + "x",
    "semicolons": lambda n: "{}" + "; " * n + "x",
    "commas": lambda n: "[" + ", " * n + "]",
}
CLAIMS = {
    "one word": lambda n: "a" * n,
    "words": lambda n: "Ines " * n,
    "addresses": lambda n: "a@" * n,
    "bars": lambda n: " | " * n,
    "by": lambda n: "by " * n,
    "commas": lambda n: "Ines Bramley, " * n,
}
Make = Callable[[int], str]


@pytest.mark.parametrize("make", SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_of_linked_data_is_read_in_linear_time(make: Make) -> None:
    assert growth(lambda n: list(linked_data.nodes([make(n)])), 20_000, TIMES) < MOST


@pytest.mark.parametrize("make", CLAIMS.values(), ids=CLAIMS)
def test_a_byline_of_any_length_is_read_in_linear_time(make: Make) -> None:
    assert growth(lambda n: names.split(make(n)), 20_000, TIMES) < MOST


@pytest.mark.parametrize("comments", [8, 24, 200])
def test_comments_before_the_root_are_read_once_each(comments: int) -> None:
    start = b"<!---->" * comments
    assert not isinstance(parse(start + b"<p>Words.</p>", "https://a.example/"), str)
    assert (
        getattr(parse(start + b"<rss>", "https://a.example/"), "reason", "")
        == "not-an-article"
    )


def test_links_that_never_end_are_read_in_linear_time() -> None:
    def read(size: int) -> object:
        return link_titles.titles([("https://a.example/", b"<a href=x " * size)])

    assert growth(read, 2_000, TIMES) < MOST


PAGE = (
    "<head><title>On counters | Notes</title></head><body><h1>On counters</h1>{}</body>"
)
PAGES = {
    "tags": lambda n: "<ul>" + "<li><a href=/tag/x>x</a>" * n + "</ul>",
    "tags in blocks": lambda n: (
        "<div class=tags>" + "<div><a href=/tag/x>x</a></div>" * n + "</div>"
    ),
    "authors": lambda n: "<p>" + "<span class=author>Ines Bramley</span>" * n + "</p>",
    "dates": lambda n: "<p>3 May 2024</p>" * n,
    "dates in deep blocks": lambda n: (
        "<div class='a b'>" * 200 + "<p>3 May 2024</p>" * n
    ),
    "cards": lambda n: "<li><a href=/other>Other post</a> 3 May 2024</li>" * n,
    "headings": lambda n: "<h2><a href=/x>a - b | c</a></h2>" * n,
    "labels": lambda n: "<div class='" + "no-author_by-" * n + "'>x</div>",
    "walls": lambda n: "<div class=paywall>Subscribe to keep reading.</div>" * n,
}


@pytest.mark.parametrize("make", PAGES.values(), ids=PAGES)
def test_the_fields_of_a_page_cost_in_proportion_to_it(make: Make) -> None:
    def read(size: int) -> None:
        page = parse(PAGE.format(make(size)).encode(), "https://notes.example/tags/")
        assert isinstance(page, ParsedPage)
        placement = Placement(page, "On counters")
        decided = title.decide(title.candidates(page, NOTHING_SAID))
        list(authors.candidates(page, NOTHING_SAID, SiteHints(), placement))
        found = dates.PageDates(page, placement)
        dates.published(found, NOTHING_SAID)
        tags.tags(page, NOTHING_SAID, placement)
        paywall.is_cut_off(page, 0)
        rejection.refusal(page, Draft(url="", title=decided.value, text="", html=""))

    assert growth(read, 700, TIMES) < MOST
