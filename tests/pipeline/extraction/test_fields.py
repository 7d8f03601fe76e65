"""Each field's decision on its own: who claims what, and who is believed."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pipeline.core.records import Said, SiteHints
from pipeline.extraction.fields import authors, datelines, dates, link_titles, moments, names, title
from pipeline.extraction.fields.candidate import Evidence
from pipeline.extraction.fields.moments import Moment
from pipeline.extraction.page.parsed import ParsedPage, parse

URL = "https://notes.example/2024/05/03/on-counters/"
NOTHING_SAID = Said()
NO_HINTS = SiteHints()


def parsed(markup: str, url: str = URL) -> ParsedPage:
    page = parse(markup.encode(), url)
    assert isinstance(page, ParsedPage)
    return page


def claims(*pairs: tuple[str, str]) -> list[Evidence[str]]:
    return [Evidence(value, source) for value, source in pairs]


TITLES = [
    ([("On counters", "feed"), ("Counting", "heading")], "On counters", "feed"),
    ([("On counters", "heading"), ("On counters | Notes", "title")], "On counters", "heading"),
    ([("On coun…", "feed"), ("On counters", "heading")], "On counters", "heading"),
    ([("And so on…", "feed"), ("On counters", "heading")], "And so on…", "feed"),
    ([("Notes", "site heading"), ("On counters — Notes", "title")], "On counters", "title"),
    ([("Home of notes", "heading"), ("On counters", "og:title")], "On counters", "og:title"),
    ([("On counters", "heading"), ("Notes: On counters", "title")], "On counters", "heading"),
    ([("Read me", "link"), ("On counters", "heading")], "On counters", "heading"),
    (
        [("On counters, all of it", "link"), ("One", title.SEVERAL), ("Two", title.SEVERAL)],
        "On counters, all of it",
        "link",
    ),
    ([("On counters", "heading")], "On counters", "heading"),
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
    assert title.without_site(whole, names, host) == left


def test_a_heading_that_leads_home_is_the_sites() -> None:
    page = parsed(
        "<body><h1><a href='/'>Notes</a></h1><article><h1>On counters</h1></article><p>x</p></body>"
    )
    assert [(e.value, e.source) for e in title.candidates(page, Said())] == [
        ("On counters", "heading"),
        ("Notes", "site heading"),
    ]


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("By Ines Bramley", ["Ines Bramley"]),
        ("Posted by Ines Bramley on March 3, 2024", ["Ines Bramley"]),
        ("von Jörg Ammann | 14.03.2021", ["Jörg Ammann"]),
        ("Ines Bramley and Odile Marchetti", ["Ines Bramley", "Odile Marchetti"]),
        ("Ines Bramley, PhD", ["Ines Bramley"]),
        ("Ludwig von Beethoven", ["Ludwig von Beethoven"]),
        ("guest post by Ines Bramley", ["Ines Bramley"]),
        ("ines@notes.example (Ines Bramley)", ["Ines Bramley"]),
        ("By Ines Bramley, senior editor at Slow Notes", ["Ines Bramley"]),
        ("Ines Bramley, Staff Engineer", ["Ines Bramley"]),
        ("By Ines Bramley (@ines), Odile Marchetti", ["Ines Bramley", "Odile Marchetti"]),
        ("Guest post by Ines Bramley · 5 March 2024", ["Ines Bramley"]),
        ("Anthony Head", ["Anthony Head"]),
        ("Ramón Ortega y Gasset", ["Ramón Ortega y Gasset"]),
        ("Ana Soler y Luis Prat", ["Ana Soler", "Luis Prat"]),
        ("Ursula Le Guin", ["Ursula Le Guin"]),
        ("Mona El Said am 3. Mai", ["Mona El Said"]),
        ("Von Neumann", ["Von Neumann"]),
        ("作者：李小龙 发布于 2024年5月3日", ["李小龙"]),
        ("文 / 李小龙", ["李小龙"]),
        ("https://social.example/ines", []),
        ("admin", []),
        ("Last updated: May", []),
        ("", []),
        ("Last Updated: January 7, 2025", []),
    ],
)
def test_a_byline_is_reduced_to_its_names(byline: str, expected: list[str]) -> None:
    assert names.split(byline) == expected


def who(
    markup: str, said: Said = NOTHING_SAID, site: SiteHints = NO_HINTS
) -> tuple[tuple[str, ...], str]:
    found = authors.decide(
        authors.candidates(parsed(markup), said, site, "On counters"),
        ["Slow Notes"],
        "notes.example",
    )
    return found.value, found.source


HEAD = "<head><title>On counters</title>{}</head><body><h1>On counters</h1>{}<p>A counter counts.</p></body>"


def test_authors_of_the_feed_are_believed_before_the_page() -> None:
    page = HEAD.format("<meta name=author content='Somebody Else'>", "")
    assert who(page, Said(authors=("Ines Bramley",))) == (("Ines Bramley",), "feed")
    assert who(page, Said(authors=("Slow Notes",))) == (("Slow Notes",), "feed")


def test_a_full_name_in_the_head_is_believed_before_a_byline_and_a_login_after_it() -> None:
    byline = "<p class=byline>by Odile Marchetti</p>"
    assert who(HEAD.format("<meta name=author content='Ines Bramley'>", byline)) == (
        ("Ines Bramley",),
        "author",
    )
    assert who(HEAD.format("<meta name=author content='ines'>", byline)) == (
        ("Odile Marchetti",),
        "byline",
    )
    assert who(HEAD.format("<meta name=author content='ines'>", "")) == (("ines",), "author")


def test_the_sites_own_name_is_no_author_beside_a_person() -> None:
    page = HEAD.format("<meta name=author content='Slow Notes'>", "<p>By Ines Bramley</p>")
    assert who(page) == (("Ines Bramley",), "by")


def test_names_in_comments_and_portraits_of_others_are_no_authors() -> None:
    assert who(HEAD.format("", "<div class=comments><span class=author>Troll</span></div>")) == (
        (),
        "none",
    )


def test_where_the_page_is_silent_the_sites_only_author_wrote_it() -> None:
    assert who(HEAD.format("", ""), site=SiteHints(authors=("Ines Bramley",))) == (
        ("Ines Bramley",),
        "site",
    )


def test_a_copyright_line_names_an_author_only_if_it_names_a_person() -> None:
    assert who(
        HEAD.format("", "") + "<footer>© 2019–2024 Ines Bramley. All rights reserved.</footer>"
    )[0] == ("Ines Bramley",)
    assert who(HEAD.format("", "") + "<footer>© 2024 Bramley Media Group</footer>")[0] == ()


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2024-05-03", Moment(datetime(2024, 5, 3), "day")),
        (
            "2024-05-03T06:15:00+02:00",
            Moment(datetime(2024, 5, 3, 6, 15, tzinfo=timezone(timedelta(hours=2))), "second"),
        ),
        ("2024-05-03T06:15:00Z", Moment(datetime(2024, 5, 3, 6, 15, tzinfo=UTC), "second")),
        ("2024-05-03T00:00:00Z", Moment(datetime(2024, 5, 3), "day")),
        (
            "Fri, 03 May 2024 06:15:00 GMT",
            Moment(datetime(2024, 5, 3, 6, 15, tzinfo=UTC), "second"),
        ),
        ("03-05-2024", Moment(datetime(2024, 5, 3), "day")),
        ("May 2024", None),
        ("2024", None),
        ("1.2.3", None),
        ("3024-05-03", None),
        ("1970-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_read_only_where_its_day_is_stated(value: str, moment: Moment | None) -> None:
    assert moments.read(value) == moment


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Posted on May 3rd, 2024 at noon", datetime(2024, 5, 3)),
        ("3. Mai 2024", datetime(2024, 5, 3)),
        ("martes 3 de mayo de 2024", datetime(2024, 5, 3)),
        ("le 3 août 2024", datetime(2024, 8, 3)),
        ("2024年5月3日", datetime(2024, 5, 3)),
        ("03.05.2024 10:16 Uhr", datetime(2024, 5, 3)),
        ("03/05/2024", datetime(2024, 5, 3)),
        ("May 2024", None),
        ("version 3.5.2024.1", None),
        ("31.02.2024", None),
    ],
)
def test_people_write_dates_in_many_ways(line: str, day: datetime | None) -> None:
    assert next(iter(datelines.find(line)), None) == day


def test_an_american_page_puts_the_month_first() -> None:
    assert datelines.find("03/05/2024", month_first=True) == [datetime(2024, 3, 5)]


def when(
    markup: str, url: str = "https://notes.example/on-counters", said: Said = NOTHING_SAID
) -> tuple[str, str] | None:
    found = dates.published(parsed(markup, url), said, "On counters")
    return (found.value.when.isoformat(), found.source) if found else None


def test_the_feeds_date_comes_first_then_the_machines_then_the_eyes() -> None:
    both = HEAD.format(
        "<meta property='article:published_time' content='2024-05-02T10:00:00+02:00'>",
        "<p>1 May 2024</p>",
    )
    assert when(both, said=Said(published=datetime(2024, 5, 3, tzinfo=UTC))) == (
        "2024-05-03T00:00:00+00:00",
        "feed",
    )
    assert when(both) == ("2024-05-02T10:00:00+02:00", "article:published_time")
    assert when(HEAD.format("", "<p>1 May 2024</p>")) == ("2024-05-01T00:00:00", "dateline")


def test_a_time_in_utc_leaves_the_day_to_the_permalink() -> None:
    late = HEAD.format(
        "<meta property='article:published_time' content='2018-12-31T23:11:00+00:00'>", ""
    )
    assert when(late, "https://notes.example/2019/01/01/on-counters/") == (
        "2019-01-01T00:00:00",
        "permalink",
    )
    assert when(late, "https://notes.example/2017/01/01/on-counters/") == (
        "2018-12-31T23:11:00+00:00",
        "article:published_time",
    )


def test_no_date_is_invented_from_a_year_in_the_footer() -> None:
    assert when(HEAD.format("", "") + "<footer>© 2020 Somebody</footer>") is None


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
        ("https://notes.example/a/", b"<a href=/b/>All about it</a> <a href=/c/>All about it</a>"),
        ("https://notes.example/b/", b""),
        ("https://notes.example/c/", b""),
    ]
    assert link_titles.titles(pages) == {}
