"""Who wrote an article, by what its page shows and states."""

import pytest

from pipeline.core.records import SiteHints, SourceMetadata
from pipeline.extraction.fields import authors, names
from pipeline.extraction.fields.placement import Placement
from pipeline.extraction.page.parsed import ParsedPage, parse

URL = "https://notes.example/2024/05/03/on-counters/"
NO_METADATA = SourceMetadata()
NO_HINTS = SiteHints()


def parsed(markup: str) -> ParsedPage:
    page = parse(markup.encode(), URL)
    assert isinstance(page, ParsedPage)
    return page


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
        (
            "By Ines Bramley (@ines), Odile Marchetti",
            ["Ines Bramley", "Odile Marchetti"],
        ),
        ("Guest post by Ines Bramley · 5 March 2024", ["Ines Bramley"]),
        ("Anthony Head", ["Anthony Head"]),
        ("Ramón Ortega y Gasset", ["Ramón Ortega y Gasset"]),
        ("Ana Soler y Luis Prat", ["Ana Soler", "Luis Prat"]),
        ("Ursula Le Guin", ["Ursula Le Guin"]),
        ("Mona El Said am 3. Mai", ["Mona El Said"]),
        ("Di Wu", ["Di Wu"]),
        ("Von Ines", ["Ines"]),
        ("byInes Bramley", ["Ines Bramley"]),
        ("Byron Hale", ["Byron Hale"]),
        ("Slow Notes Redaktion", ["Slow Notes Redaktion"]),
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
    markup: str, said: SourceMetadata = NO_METADATA, site: SiteHints = NO_HINTS
) -> tuple[tuple[str, ...], str]:
    page = parsed(markup)
    found = authors.decide(
        authors.candidates(page, said, site, Placement(page, "On counters")),
        ["Slow Notes"],
        "notes.example",
    )
    return found.value, found.source


HEAD = (
    "<head><title>On counters</title>{}</head><body><article><h1>On counters</h1>{}"
    "<p>A counter counts.</p></article></body>"
)


def test_what_the_page_shows_goes_before_the_feed_and_the_feed_before_the_head() -> (
    None
):
    feed = SourceMetadata(authors=("Ines Bramley",))
    head = "<meta name=author content='Somebody Else'>"
    assert who(HEAD.format(head, ""), feed) == (("Ines Bramley",), "feed")
    assert who(HEAD.format(head, "<p>By Odile Marchetti</p>"), feed) == (
        ("Odile Marchetti",),
        "by",
    )
    assert who(HEAD.format("", ""), SourceMetadata(authors=("Slow Notes",))) == (
        ("Slow Notes",),
        "feed",
    )


def test_a_byline_is_believed_before_the_head_which_names_the_owner_of_the_site() -> (
    None
):
    byline = "<p class=byline>by Odile Marchetti</p>"
    full = "<meta name=author content='Ines Bramley'>"
    login = "<meta name=author content=ines>"
    assert who(HEAD.format(full, byline)) == (("Odile Marchetti",), "byline")
    assert who(HEAD.format(full, "<p class=byline>by admin</p>")) == (
        ("Ines Bramley",),
        "author",
    )
    assert who(HEAD.format(full, "")) == (("Ines Bramley",), "author")
    assert who(HEAD.format(login, byline)) == (("Odile Marchetti",), "byline")
    assert who(HEAD.format(login, "")) == (("ines",), "author")


TWO = ("Ines Bramley", "Odile Marchetti")
LINK = "<a href=/author/{0}/>{1}</a>"
BOTH = LINK.format("ines", TWO[0]) + LINK.format("odile", TWO[1])
SHAPES = {
    "links side by side": f"<div class=byline>{BOTH}</div>",
    "links without a class": f"<p>{BOTH}</p>",
    "links and a category": f"<p class=byline>By {BOTH} in <a href=/category/x/>Clocks</a></p>",
    "an element each": "<p><span class=author>Ines Bramley</span> <span class=author>Odile Marchetti</span></p>",
    "a block each": "<div class=authors><div class=who><b>Ines Bramley</b><br>Counts boats</div>"
    "<div class=who><b>Odile Marchetti</b><br>Counts clouds</div></div>",
    "roles": "<p class=byline>By Ines Bramley, Staff Engineer, and Odile Marchetti, editor at Slow Notes</p>",
    "a line": "<p>3 May 2024 by Ines Bramley and Odile Marchetti</p>",
    "names apart": "<div class=author><span class=name>Ines Bramley</span><span class=badge>Lv3</span>"
    "<span class=name>Odile Marchetti</span></div>",
    "links around a portrait": "<div class=authors><a class=author href=https://i.example><div class=name>"
    "Ines Bramley</div><div>Boat counter</div></a><a class=author href=https://o.example><div class=name>"
    "Odile Marchetti</div></a></div>",
    "an icon": f"<ul><li><i class='fa fa-user'></i> {BOTH}</li></ul>",
    "microformat": "<p><a class='p-author h-card' href=/>Ines Bramley</a> <a class='p-author h-card' href=/>Odile Marchetti</a></p>",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_each_of_two_authors_is_kept_and_no_role(shape: str) -> None:
    assert who(HEAD.format("", shape))[0] == TWO


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_byline_in_the_foot_of_the_article_is_one_too(shape: str) -> None:
    page = HEAD.format(
        "", "<p>Words of a story.</p>" * 30 + f"<footer>{shape}</footer>"
    )
    in_line_only = shape == SHAPES["a line"]
    assert who(page)[0] == (() if in_line_only else TWO)


def test_portraits_under_the_title_are_of_the_authors() -> None:
    portrait = "<div class=col><div class=avatar itemprop=author><b itemprop=name>{}</b></div></div>"
    assert (
        who(HEAD.format("", portrait.format(TWO[0]) + portrait.format(TWO[1])))[0]
        == TWO
    )


def test_a_name_that_links_to_the_folder_of_the_page_is_its_authors() -> None:
    assert (
        who(HEAD.format("", "<p><a href=/2024>Ines Bramley</a> · May 3</p>"))[0]
        == TWO[:1]
    )
    assert (
        who(HEAD.format("", "<p><a href=/@ines>Ines Bramley</a> · May 3</p>"))[0]
        == TWO[:1]
    )
    assert (
        who(HEAD.format("", "<p><a href=/shop>Ines Bramley</a> · May 3</p>"))[0] == ()
    )


def test_what_a_biography_goes_on_to_say_is_no_name() -> None:
    line = "<p>Written by <b>Ines Bramley</b> who lives and works at the sea.</p>"
    assert who(HEAD.format("", line))[0] == TWO[:1]


def test_an_italic_line_of_name_and_date_is_a_byline() -> None:
    assert who(HEAD.format("", "<p><em>Ines Bramley, 2024-05-03</em></p>"))[0] == (
        "Ines Bramley",
    )
    assert who(HEAD.format("", "<p>Machine Learning, 2024-05-03</p>"))[0] == ()


def test_labels_of_chinese_bylines_are_read() -> None:
    assert who(HEAD.format("", "<p>作者：李小龙 发布于 2024年5月3日</p>"))[0] == (
        "李小龙",
    )


@pytest.mark.parametrize(
    "author",
    [
        '["Ines Bramley", "Odile Marchetti"]',
        '{"@type": "Person", "name": ["Ines Bramley", "Odile Marchetti"]}',
        '[{"name": "Ines Bramley"}, {"givenName": "Odile", "familyName": "Marchetti"}]',
        '{"@list": [{"name": "Ines Bramley"}, {"name": "Odile Marchetti"}]}',
        '"Ines Bramley and Odile Marchetti"',
    ],
)
def test_linked_data_names_authors_in_many_ways(author: str) -> None:
    script = f'<script type="application/ld+json">{{"@type": "BlogPosting", "author": {author}}}</script>'
    assert who(HEAD.format(script, "")) == (TWO, "json-ld")
    assert who(HEAD.format(script, "<p class=byline>By Ines Bramley</p>")) == (
        TWO,
        "json-ld",
    )
    assert who(HEAD.format(script, "<p class=byline>By Otto Rehm</p>"))[0] == (
        "Otto Rehm",
    )


def test_the_sites_own_name_is_no_author_beside_a_person() -> None:
    page = HEAD.format(
        "<meta name=author content='Slow Notes'>", "<p>By Ines Bramley</p>"
    )
    assert who(page) == (("Ines Bramley",), "by")


def test_names_in_comments_and_portraits_of_others_are_no_authors() -> None:
    assert who(
        HEAD.format("", "<div class=comments><span class=author>Troll</span></div>")
    ) == (
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
        HEAD.format("", "")
        + "<footer>© 2019–2024 Ines Bramley. All rights reserved.</footer>"
    )[0] == ("Ines Bramley",)
    assert (
        who(HEAD.format("", "") + "<footer>© 2024 Bramley Media Group</footer>")[0]
        == ()
    )


PORTRAIT = (
    '<div class="avatar"><div class="avatar__name"><a href="/me">{}</a></div></div>'
)


def test_names_beside_portraits_right_under_the_title_are_the_authors() -> None:
    date = "<div><time>3 May</time> · 3 min read</div>"
    both = PORTRAIT.format(TWO[0]) + PORTRAIT.format(TWO[1])
    assert who(HEAD.format("", date + both)) == (TWO, "portrait")
    far = "<p>One more line of the text.</p>" * 20
    assert who(HEAD.format("", far + PORTRAIT.format(TWO[0])))[0] == ()


def test_a_name_before_date_and_reading_time_is_the_author() -> None:
    line = "<div>{} | 2024-05-03 | 5 min read</div>"
    assert who(HEAD.format("", line.format("Ines Bramley"))) == (TWO[:1], "infoline")
    section = '<a href="/machines">Machine Learning</a>'
    assert who(HEAD.format("", line.format(section)))[0] == ()
    stated = '<meta property="article:section" content="Machine Learning">'
    assert who(HEAD.format(stated, line.format("Machine Learning")))[0] == ()


def test_a_name_made_of_what_sites_are_called_holds_no_copyright() -> None:
    foot = "<footer>© 2024 Harbour Notes. All rights reserved.</footer>"
    assert who(HEAD.format("", "") + foot)[0] == ()


def page_of(*, above: str = "", below: str = "", label: str = "") -> str:
    text = (
        "<p>The lens looks east, and the light before seven is flat and grey, as it has been all week.</p>"
        * 3
    )
    return (
        f"<html><body><main><article><h1>On counters</h1>{label}<p>9 March 2024</p>{above}{text}</article>"
        f"{below}</main></body></html>"
    )


@pytest.mark.parametrize(
    "page",
    [
        page_of(label="<div>Author</div><div>Ines Bramley</div>"),
        page_of(label="<p>Written by</p><p>Ines Bramley</p>"),
        page_of(
            below="<div><p>Written by <b>Ines Bramley</b> who lives and works by the sea.</p></div>"
        ),
        page_of(
            below="<ul><li>Post author: Ines Bramley</li><li>Post link: /x</li></ul>"
        ),
    ],
)
def test_a_label_names_the_author_above_and_below_the_text(page: str) -> None:
    assert who(page)[0] == ("Ines Bramley",)


@pytest.mark.parametrize(
    "below",
    [
        '<div class="power-by">Powered by <a href="https://gohugo.io">Hugo</a></div>',
        '<div class="author__urls-wrapper"><ul><li><a href="https://github.com/x">GitHub</a></li></ul></div>',
        "<p>Written by hand, every word of it.</p>",
    ],
)
def test_what_made_the_site_and_where_else_its_author_is_are_no_authors(
    below: str,
) -> None:
    assert who(page_of(below=below))[0] == ()
