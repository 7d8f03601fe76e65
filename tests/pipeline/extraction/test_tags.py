"""What an article is tagged with, and what it is not."""

import pytest

from pipeline.core.records import SourceMetadata
from pipeline.extraction.fields.placement import Placement
from pipeline.extraction.fields.tags import tags
from pipeline.extraction.page.parsed import ParsedPage, parse

NO_METADATA = SourceMetadata()
URL = "https://notes.example/on-counters/"
PROSE = "<p>A counter counts, and it does so without asking whether anybody will ever look at it.</p>"
PAGE = (
    "<head><title>On counters</title>{head}</head><body><header class=site-header><nav>"
    "<a href=/tags/all/>Tags</a></nav></header><main><article><h1>On counters</h1>{above}"
    + PROSE * 20
    + "{below}</article></main>{beside}</body>"
)


def tagged(
    head: str = "",
    above: str = "",
    below: str = "",
    beside: str = "",
    said: SourceMetadata = NO_METADATA,
) -> list[str]:
    markup = PAGE.format(head=head, above=above, below=below, beside=beside)
    page = parse(markup.encode(), URL)
    assert isinstance(page, ParsedPage)
    return list(tags(page, said, Placement(page, "On counters")))


SHAPES = {
    "paths": "<p>Tags: <a href=/tag/clocks.html>clocks</a>, <a href=/tag/time.html>time</a></p>",
    "list": "<ul class=post-tags><li><a href=/tags/clocks/>clocks</a><li><a href=/tags/time/>time</a></ul>",
    "rel": "<p><a rel='tag nofollow' href=/t/1>clocks</a> <a rel='nofollow tag' href=/t/2>time</a></p>",
    "microformat": "<p><a class=p-category href=/x/1>#clocks</a> <a class=p-category href=/x/2># time</a></p>",
    "spans": "<div class=md-tags><span class=md-tag>clocks</span> <span class=md-tag>time</span></div>",
    "nav": "<nav class=article-tags><a href=/tag/clocks>clocks</a> <a href=/tag/time>time</a></nav>",
    "anchors": "<p>Tagged <a href='/tags/#clocks'>clocks</a> and <a href='/tags/#time'>time</a></p>",
    "query": "<div class=post-meta><a href='/?tag=clocks'>clocks</a> <a href='/?tag=time'>time</a></div>",
    "a block each": "<div class=tags><div><a href=/tag/1>clocks</a></div><div><a href=/tag/2>time</a></div></div>",
    "label": "<p>Filed under: <a href=/topics/clocks>clocks</a>, <a href=/topics/time>time</a></p>",
    "counted": "<p>Tags: <a href=/tag/a>clocks (12)</a> <a href=/tag/b>time (3)</a></p>",
    "searches": "<p class=tags><a href='/?q=clocks'>#clocks</a> <a href='/?q=time'>#time</a></p>",
    "in a nav": "<aside><nav><ul class=tags><li><a rel=tag href=/t/1>clocks</a>"
    "<li><a rel=tag href=/t/2>time</a></ul></nav></aside>",
    "among share buttons": "<div class=tag_share><div class=post-tag-list><a href=/tags/clocks/>clocks"
    "</a> <a href=/tags/time/>time</a></div></div>",
    "with the date": "<p>3 May 2024 · <a href=/tags/clocks>clocks</a>, <a href=/tags/time>time</a></p>",
}
CLOUD = "<aside class=sidebar><h3>Tags</h3>{}</aside>".format(
    " ".join(f"<a rel=tag href=/t/{n}>topic {n}</a>" for n in range(9))
)
CARD = "<div class=card><h3><a href=/other/>Another post</a></h3><a rel=tag href=/t/x>sailing</a></div>"


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("place", ["above", "below"])
def test_tags_are_known_by_the_kind_of_their_links(shape: str, place: str) -> None:
    assert tagged(beside=CLOUD, **{place: shape}) == ["clocks", "time"]


@pytest.mark.parametrize(
    "beside",
    [
        CLOUD,
        "<div class=tagcloud><a href=/tag/sailing>sailing</a></div>",
        "<section class=related>" + CARD * 3 + "</section>",
        CARD * 3,
        "<ol class=comments><li><a rel=tag href=/t/x>sailing</a></li></ol>",
        "<footer class=site-footer><a href=/tags/sailing/>sailing</a></footer>",
    ],
    ids=range(6),
)
def test_tags_of_the_site_of_other_posts_and_of_comments_are_not_taken(
    beside: str,
) -> None:
    assert tagged(beside=beside) == []
    assert tagged(beside=beside, below=SHAPES["rel"]) == ["clocks", "time"]


def test_a_link_to_a_tag_within_a_sentence_is_none_of_the_articles() -> None:
    assert (
        tagged(
            above="<p>More of it in my posts about <a href=/tags/time/>time</a>.</p>"
        )
        == []
    )


def test_a_box_beside_the_article_is_its_card_where_it_shows_the_date() -> None:
    card = "<div class=sidebar><div><h2>2024-05-03</h2>{}</div></div>{}"
    assert tagged(beside=card.format(SHAPES["list"], CLOUD)) == ["clocks", "time"]


def test_what_the_head_states_goes_before_the_feed_and_completes_what_a_theme_shows() -> (
    None
):
    head = "".join(
        f"<meta property=article:tag content='{tag}'>" for tag in ("clocks", "time")
    )
    feed = SourceMetadata(tags=("from the feed",))
    assert tagged(head=head, said=feed) == ["clocks", "time"]
    assert tagged(head=head, above="<p><a rel=tag href=/t/1>Time</a></p>") == [
        "clocks",
        "time",
    ]
    assert tagged(above="<p><a rel=tag href=/t/1>sailing</a></p>", head=head) == [
        "sailing"
    ]
    assert tagged(said=feed) == ["from the feed"]


def test_keywords_of_linked_data_are_tags() -> None:
    data = '{"@type": "BlogPosting", "keywords": "clocks, C++, C"}'
    assert tagged(head=f"<script type=application/ld+json>{data}</script>") == [
        "clocks",
        "C++",
        "C",
    ]


def test_a_sidebar_with_dates_of_other_posts_is_not_the_articles_card() -> None:
    links = "".join(
        f"<li><a href=/p/{n}/>Another post number {n}</a> 2024-05-0{n}</li>"
        for n in range(1, 9)
    )
    sidebar = f"<div class=sidebar><ul>{links}</ul><div><a href=/tags/x/>sailing</a></div></div>"
    assert tagged(beside=sidebar) == []


def test_categories_are_tags_only_where_there_are_no_others() -> None:
    category = "<p>In <a rel='category tag' href=/c/1>Notes</a></p>"
    assert tagged(below=category) == ["Notes"]
    assert tagged(below=category + SHAPES["rel"]) == ["clocks", "time"]


@pytest.mark.parametrize(
    "below",
    [
        "<ul class=tags><li>Tags:</li><li><a href=/tags/clocks/>clocks</a></li><li><a href=/tags/time/>time</a></ul>",
        "<ul class=tags><li class=tag>Tags: </li><li class=tag><a href=/tags/clocks/>clocks</a></li>"
        "<li class=tag><a href=/tags/time/>time</a></li></ul>",
        "<ul class=list-of-tags><li><a href=/tags#clocks-ref>clocks<span class=superscript>2</span></a></li>"
        "<li><a href=/tags#time-ref>time<sup>14</sup></a></li></ul>",
        "<p>Tags: <a href='/tag/clocks?source=post'>clocks</a> <a href='/tag/time?source=post'>time</a></p>",
    ],
)
def test_labels_and_numbers_of_posts_are_no_part_of_a_tag(below: str) -> None:
    assert tagged(below=below) == ["clocks", "time"]


def test_a_number_alone_is_a_tag() -> None:
    assert tagged(below="<p>Tags: <a rel=tag href=/tags/2024/>2024</a></p>") == ["2024"]
