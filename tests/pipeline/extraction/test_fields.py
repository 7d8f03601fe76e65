"""Each field's decision on its own: who claims what, and who is believed."""

import pytest

from pipeline.core.records import SourceMetadata
from pipeline.extraction.fields import language, link_titles, title
from pipeline.extraction.fields.candidate import Evidence
from pipeline.extraction.page.parsed import ParsedPage, parse

URL = "https://notes.example/2024/05/03/on-counters/"
NO_METADATA = SourceMetadata()


def parsed(markup: str, url: str = URL) -> ParsedPage:
    page = parse(markup.encode(), url)
    assert isinstance(page, ParsedPage)
    return page


def claims(*pairs: tuple[str, str]) -> list[Evidence[str]]:
    return [Evidence(value, source) for value, source in pairs]


TITLES = [
    ([("On counters", "feed"), ("Counting", "heading")], "On counters", "feed"),
    (
        [("On counters", "heading"), ("On counters | Notes", "title")],
        "On counters",
        "heading",
    ),
    ([("On coun…", "feed"), ("On counters", "heading")], "On counters", "heading"),
    ([("And so on…", "feed"), ("On counters", "heading")], "And so on…", "feed"),
    (
        [("Notes", "site heading"), ("On counters — Notes", "title")],
        "On counters",
        "title",
    ),
    (
        [("Home of notes", "heading"), ("On counters", "og:title")],
        "On counters",
        "og:title",
    ),
    (
        [("On counters", "heading"), ("Notes: On counters", "title")],
        "On counters",
        "heading",
    ),
    ([("Read me", "link"), ("On counters", "heading")], "On counters", "heading"),
    (
        [
            ("On counters, all of it", "link"),
            ("One", title.SEVERAL),
            ("Two", title.SEVERAL),
        ],
        "On counters, all of it",
        "link",
    ),
    ([("On counters", "heading")], "On counters", "heading"),
    ([("on counters!", "feed"), ("On counters", "heading")], "On counters", "heading"),
    (
        [
            ("A draft", "feed"),
            ("On counters", "heading"),
            ("On counters - Notes", "title"),
        ],
        "On counters",
        "heading",
    ),
    (
        [("On counters", "feed"), ("On counters - Notes", "title")],
        "On counters",
        "feed",
    ),
    (
        [("Notes", "heading"), ("Notes", "title"), ("On counters", "feed")],
        "Notes",
        "heading",
    ),
    ([], "", "none"),
]


@pytest.mark.parametrize(("found", "value", "source"), TITLES)
def test_the_most_credible_title_wins(
    found: list[tuple[str, str]], value: str, source: str
) -> None:
    assert title.decide(claims(*found)) == Evidence(value, source)


@pytest.mark.parametrize(
    ("whole", "names", "host", "left"),
    [
        ("On counters - Notes", {"notes"}, "", "On counters"),
        ("Notes » On counters", {"notes"}, "", "On counters"),
        ("On counters | A longer one", set(), "", "On counters | A longer one"),
        ("On counters and clocks | Notes", set(), "", "On counters and clocks"),
        ("On counters – Slow Notes", set(), "www.slownotes.example", "On counters"),
        ("Counters - a love story", set(), "notes.example", "Counters - a love story"),
        ("C++: part 2", {"notes"}, "notes.example", "C++: part 2"),
    ],
)
def test_the_sites_name_is_cut_from_a_title_only_where_it_is_known(
    whole: str, names: set[str], host: str, left: str
) -> None:
    assert title.without_site(whole, title.Hints(names, host=host)) == left


def test_a_second_heading_is_the_title_where_the_first_is_the_sites_name() -> None:
    page = parsed(
        "<head><title>On counters — Notes</title></head><body><h1>Notes</h1><h2>On counters</h2>"
    )
    assert title.decide(title.candidates(page, SourceMetadata())).value == "On counters"


HARD = "Notes on clocks and counters, from a desk near the sea"


@pytest.mark.parametrize(
    ("whole", "shown", "url"),
    [
        (
            f"On counters | {HARD}",
            "<div class=t>On counters</div>",
            "https://notes.example/7",
        ),
        (
            f"On counters – {HARD}",
            "<div class=t>On counters</div>",
            "https://notes.example/7",
        ),
        (
            f"On counters and time | {HARD}",
            "",
            "https://notes.example/on-counters-and-time/",
        ),
        (f"{HARD} | On counters", "<p>On counters</p>", "https://notes.example/7"),
    ],
)
def test_the_sites_description_is_cut_from_a_title(
    whole: str, shown: str, url: str
) -> None:
    page = parsed(
        f"<head><title>{whole}</title></head><body>{shown}<p>Words.</p></body>", url
    )
    found = title.decide(title.candidates(page, SourceMetadata()), [], "notes.example")
    assert found.value in ("On counters", "On counters and time")


def test_a_heading_that_leads_home_is_the_sites() -> None:
    page = parsed(
        "<body><h1><a href='/'>Notes</a></h1><article><h1>On counters</h1></article><p>x</p></body>"
    )
    assert [(e.value, e.source) for e in title.candidates(page, SourceMetadata())][
        :2
    ] == [
        ("On counters", "heading"),
        ("Notes", "site heading"),
    ]


def test_pages_of_one_site_tell_each_others_titles() -> None:
    pages = [
        (
            "https://notes.example/a/",
            b"<a href='../b/'>Previous: On counters</a> <a href='/'>All the notes</a>",
        ),
        (
            "https://notes.example/b/",
            b"<a href=/a/index.html>On clocks, again \xe2\x86\x92</a> <a href='/a/'>Read more here</a>",
        ),
    ]
    assert link_titles.titles(pages) == {
        "https://notes.example/a/": "On clocks, again",
        "https://notes.example/b/": "On counters",
    }


def test_a_name_that_two_addresses_share_is_no_title() -> None:
    pages = [
        (
            "https://notes.example/a/",
            b"<a href=/b/>All about it</a> <a href=/c/>All about it</a>",
        ),
        ("https://notes.example/b/", b""),
        ("https://notes.example/c/", b""),
    ]
    assert link_titles.titles(pages) == {}


SPANISH = (
    "<p>El invierno pasado movimos un informe nocturno hacia unos cuantos generadores, y la "
    "primera sorpresa fue lo poco que tenía que ver con la velocidad.</p>"
)
TRACEBACK = (
    "<pre><code>Traceback (most recent call last):\n"
    + '  File "a.py", line 1\n' * 30
    + "</code></pre>"
)


def test_the_language_is_told_from_prose_and_not_from_code() -> None:
    page = parsed("<html lang=en><p>x</p>")
    assert language.decide(page, TRACEBACK + SPANISH) == Evidence("es", "text")
    assert language.decide(page, TRACEBACK) == Evidence("en", "html lang")
    assert language.decide(page, "<p>Hola.</p>", said="es") == Evidence("es", "feed")
