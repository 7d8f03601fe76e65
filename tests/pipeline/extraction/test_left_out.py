"""What is no part of an article is left out by a named rule, and nothing goes without a record."""

import pytest

from pipeline.core.records import LOST, NOT_LISTED, OUTSIDE, Draft
from pipeline.core.serialize import pack, unpack
from pipeline.extraction.content import leave_out
from pipeline.extraction.extract import extract
from tests.pipeline.extraction.test_kept import FIRST, PAGE, SECOND, URL, article

MORE = "Nobody had noticed, because the machine had more memory than the rest of the office."


def rules(found: Draft) -> dict[str, str]:
    return {block.rule: block.words for block in found.left_out}


BOXES = {
    "navigation": '<nav><a href="/a">One</a> <a href="/b">Two</a></nav>',
    "share-buttons": '<ul><li><a href="https://x.com/intent/tweet?url=u">X</a></li>'
    '<li><a href="https://reddit.com/submit?url=u">Reddit</a></li></ul>',
    "newsletter": '<div class="my-8 p-6"><p>Join 4,000 other readers</p><p>Get one letter a month.</p>'
    '<form><input type="email"><button>Subscribe</button></form></div>',
    "related-posts": '<div class="box"><h3>You may also like</h3><ul><li><a href="/a">Harbour dues</a></li>'
    '<li><a href="/b">A seal</a></li></ul></div>',
    "cookie-dialog": '<div id="cookie-consent" role="dialog"><p>We and our 11 partners store cookies.</p>'
    "<p>You may accept cookies or manage your choices.</p></div>",
    "comments": '<section id="comments"><h2>2 comments</h2><ol class="comment-list"><li class="comment">'
    '<p class="comment-author">Jon</p><p class="comment-body">Well put.</p></li></ol>'
    "<form><textarea></textarea></form></section>",
    "advertisement": '<div class="ad-slot"><p>A word from our sponsor.</p></div>',
    "dialog": '<div class="modal"><p>You have a message.</p></div>',
    "pagination": '<p>Pages: <a href="/x/">1</a> <a href="/x/2/">2</a> <a href="/x/3/">3</a></p>',
    "sidebar": '<div class="sidebar"><p>The tide today: <a href="/tide/">high at six in the morning</a></p></div>',
    "hidden": '<p class="screen-reader-text">Opens in a new tab</p>',
    "table-of-contents": '<ul><li><a href="#one">The first part</a></li>'
    '<li><a href="#two">The second part</a></li></ul>',
    "form": '<form role="search"><label>Search</label><input type="search"></form>',
}


@pytest.mark.parametrize("rule", BOXES)
def test_a_box_in_the_text_goes_by_its_rule(rule: str) -> None:
    found = article(f"<p>{FIRST}</p>{BOXES[rule]}<p>{SECOND}</p>")
    assert list(rules(found)) == [rule]
    assert found.text == f"{FIRST}\n\n{SECOND}"


def test_the_head_of_the_site_and_what_stands_above_the_title_go() -> None:
    head = '<div class="masthead"><p>Slow notes. About clocks and lamps.</p></div>'
    found = article(f"{head}<p>{FIRST}</p><p>{SECOND}</p>")
    assert rules(found)["site-header"] == "Slow notes. About clocks and lamps."
    body = f"<article><p>Field notes, part of a set</p><h1>On counters</h1><p>{FIRST}</p><p>{SECOND}</p></article>"
    found = extract(f"<title>On counters</title><body>{body}</body>".encode(), URL)
    assert isinstance(found, Draft)
    assert rules(found)["above-title"] == "Field notes, part of a set"
    assert found.text == f"{FIRST}\n\n{SECOND}"


LINES = {
    "a link to the source": ('<div class="suggest"><a href="https://github.com/x/y/edit/main/p.md">Suggest changes</a></div>', "buttons"),
    "a service for donations": ('<div class="support"><p>Enjoyed it? <a href="https://ko-fi.com/x">Buy me a coffee</a></p></div>', "advertisement"),
    "a series": ('<div class="series-nav"><h4>Series: Lamps</h4><ol><li><a href="/one/">Part one</a></li><li>Two</li>'
    '<li><a href="/three/">Part three</a></li></ol></div>', "navigation"),
    "a way to subscribe": ('<p class="feed">Subscribe via <a href="/feed.xml">RSS</a></p>', "newsletter"),
    "translations": ('<ul><li><a href="/de/x/" hreflang="de">Deutsch</a></li><li><a href="/fr/x/" hreflang="fr">Français</a></li></ul>', "navigation"),
    "links to this note": ('<div><h3>Backlinks</h3><ul><li><a href="/a/">A seal comes</a></li></ul></div>', "related-posts"),
    "a warning of age": ('<div class="old"><p>This post is more than a year old and may be out of date.</p></div>', "metadata"),
}  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_what_themes_add_goes_above_and_below_the_text(line: str) -> None:
    box, rule = LINES[line]
    text = f"<p>{FIRST}</p><p>{SECOND}</p>"
    for page in (f"{box}{text}", f"{text}{box}"):
        found = article(page)
        assert found.text == f"{FIRST}\n\n{SECOND}"
        assert rule in rules(found)


OWN_WORDS = (
    '<p>I edit this page with <a href="https://github.com/x/y/edit/main/p.md">the editor of a forge</a>, and so may you.</p>',
    '<p>Of all services <a href="https://ko-fi.com/about">this one</a> takes the least of what readers give, at least today.</p>',
    "<p>The novel is more than a year old, and this post is not about it.</p>",
    "<p>You can subscribe via a wire that hangs from the mast, which I would not.</p>",
)


@pytest.mark.parametrize("words", OWN_WORDS)
def test_words_of_the_author_about_such_things_stay(words: str) -> None:
    for page in (
        f"{words}<p>{FIRST}</p><p>{SECOND}</p>",
        f"<p>{FIRST}</p><p>{SECOND}</p>{words}",
    ):
        assert "<a" not in words or "<a href" in article(page).html
        assert article(page).text.count("\n\n") == 2


def test_the_heading_of_contents_goes_with_them() -> None:
    contents = '<h2>Contents</h2><ul><li><a href="#one">One</a></li><li><a href="#two">Two</a></li></ul>'
    assert (
        article(f"{contents}<p>{FIRST}</p><p>{SECOND}</p>").text
        == f"{FIRST}\n\n{SECOND}"
    )


EDGES = {
    "metadata": "<p>Posted by Ines Bramley on 3 May 2024</p>",
    "tags": '<p>Tags: <a href="/tag/clocks">clocks</a>, <a href="/tag/keys">keys</a></p>',
    "next-and-previous": '<p><a href="/a">← Harbour dues to rise</a> <a href="/b">A seal comes →</a></p>',
    "author-box": '<div class="author-bio"><p>Ines Bramley looks after clocks.</p></div>',
    "footer": "<p>Licensed under CC BY 4.0</p>",
}
LICENSE = '<section><h2>Reuse</h2><p><a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a></p></section>'


def test_a_section_with_a_license_alone_goes_with_its_heading() -> None:
    found = article(f"<p>{FIRST}</p><p>{SECOND}</p>{LICENSE}")
    assert found.text == f"{FIRST}\n\n{SECOND}"
    linked = LICENSE.replace(
        "CC BY", "I chose it since the pictures are not mine, see CC BY"
    )
    assert (
        "the pictures are not mine"
        in article(f"<p>{FIRST}</p>{linked}<p>{SECOND}</p>").text
    )


def test_what_is_not_read_out_twice_is_shown_all_the_same() -> None:
    box = '<aside aria-label="Mind the mains"><p aria-hidden="true">Mind the mains</p><p>It is on.</p></aside>'
    assert "Mind the mains" in article(f"<p>{FIRST}</p>{box}<p>{SECOND}</p>").text
    other = box.replace('aria-label="Mind the mains"', 'aria-label="Warning"')
    assert "Mind the mains" not in article(f"<p>{FIRST}</p>{other}<p>{SECOND}</p>").text


@pytest.mark.parametrize("rule", EDGES)
def test_a_line_below_the_text_goes_by_its_rule(rule: str) -> None:
    found = article(f"<p>{FIRST}</p><p>{SECOND}</p>{EDGES[rule]}")
    assert rule in rules(found)
    assert found.text == f"{FIRST}\n\n{SECOND}"


KEPT = {
    "a class name with a telling part": '<div class="custom-scrollbar"><p>It scrolls.</p></div>',
    "a section about comments": '<section id="comments"><h2>Comments</h2><p>Write why, not what.</p></section>',
    "a heading about sharing": f'<h2 id="share-a-cache">Share a cache</h2><p>{MORE}</p>',
    "a section that is called so": f'<section id="related-work"><h2>Related work</h2><p>{MORE}</p></section>',
    "a link to an own post in a sentence": '<p>See also <a href="/old">my earlier post on clocks</a>.</p>',
    "an item that begins with Email": "<ul><li>Editor: vim</li><li>Email: mutt</li></ul>",
    "what a library publishes": "<p>Published on: PyPI</p>",
    "topics of a meeting": "<p>Topics: that is what I wanted the next meeting to be about.</p>",
    "a version and a date": "<p>Version 2.1 is out, 5 March 2024.</p>",
    "reading at the end": '<h2>Further reading</h2><ul><li><a href="https://a.example/">A chapter</a></li></ul>',
    "a note beside the text": '<div class="sidebar"><p>It was bought at a fair.</p></div>',
    "a list of own posts that a generator names": '<ul class="simple"><li><a href="/one">Part one</a></li>'
    '<li><a href="/two">Part two</a></li></ul>',
    "an aside": "<aside><p>It was a cheap clock, bought at a fair.</p></aside>",
    "a hidden tab of code": '<div style="display: none"><pre>hidden()</pre></div>',
    "a table in a fold": "<details><summary>Numbers</summary><table><tr><td>1</td><td>2</td></tr></table></details>",
}


@pytest.mark.parametrize("where", ["first", "between", "last"])
@pytest.mark.parametrize("kind", KEPT)
def test_what_only_looks_like_boilerplate_is_kept(kind: str, where: str) -> None:
    block = KEPT[kind]
    parts = {
        "first": (block, FIRST, SECOND),
        "between": (FIRST, block, SECOND),
        "last": (FIRST, SECOND, block),
    }[where]
    found = article(
        "".join(part if part is block else f"<p>{part}</p>" for part in parts)
    )
    assert [
        entry for entry in found.left_out if entry.rule not in ("title", "metadata")
    ] == []
    words = block.split(">")[-3].split("<")[0]
    assert words in found.html


def test_a_heading_goes_with_its_section_and_stays_with_any_of_it() -> None:
    offers = '<h2>Related posts</h2><ul><li><a href="/a">Harbour dues</a></li><li><a href="/b">A seal</a></li></ul>'
    found = article(f"<p>{FIRST}</p><p>{SECOND}</p>{offers}")
    assert "Related posts" not in found.text
    kept = article(f"<p>{FIRST}</p><h2>Related posts</h2><p>{SECOND}</p>")
    assert "Related posts" in kept.text


def test_the_title_is_left_out_and_on_record() -> None:
    page = f"<html><body><div><h1>On counters</h1><p>{FIRST}</p><p>{SECOND}</p></div></body></html>"
    found = extract(page.encode(), URL)
    assert isinstance(found, Draft)
    assert rules(found)["title"] == "On counters"
    assert "On counters" not in found.text


def test_a_record_says_what_and_why_and_travels_with_its_draft() -> None:
    found = article(f"<p>{FIRST}</p>{BOXES['share-buttons']}<p>{SECOND}</p>")
    (entry,) = found.left_out
    assert entry.kind == "list"
    assert entry.words == "X Reddit"
    assert entry.word_count == 2
    assert entry.reason.endswith(".")
    assert unpack(Draft, pack(found)).left_out == found.left_out


def test_records_are_bounded_in_number_and_size() -> None:
    boxes = f'<div class="ad-slot"><p>{"word " * 40}</p></div>' * 200
    found = article(f"<p>{FIRST}</p>{boxes}<p>{SECOND}</p>")
    *listed, more = found.left_out
    assert len(listed) == leave_out.MAX_RECORDS
    assert more.rule == NOT_LISTED
    assert sum(entry.blocks for entry in found.left_out) == 200
    assert more.reason == f"{more.blocks} more blocks were left out; a list holds 60."
    assert more.word_count == more.blocks * 40
    assert all(len(entry.words) <= leave_out.MAX_LENGTH for entry in found.left_out)


def test_a_picture_that_a_rule_left_out_is_on_record() -> None:
    advert = '<div class="ad-slot"><img src="/banner.png?w=300" alt=""></div>'
    found = article(f"<p>{FIRST}</p>{advert}<p>{SECOND}</p>")
    (entry,) = [each for each in found.left_out if each.rule == "advertisement"]
    assert (entry.kind, entry.words, entry.word_count) == ("image", "banner.png", 0)


def test_pictures_and_prose_outside_of_the_text_are_on_record() -> None:
    text = f"<p>{FIRST}</p><p>{SECOND}</p><p>{MORE}</p>" * 3
    around = '<section><div><p><img src="/map.png" alt="A map"></p></div></section>'
    page = PAGE.format(text).replace("</main>", f"</main>{around}")
    found = extract(page.encode(), URL)
    assert isinstance(found, Draft)
    assert "map.png" not in found.html
    (entry,) = [each for each in found.left_out if each.rule == OUTSIDE]
    assert (entry.kind, entry.words) == ("image", "A map")


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ('<img class="lazy" alt="The pier">', "does not say where the picture is"),
        (
            f"<svg aria-label='The pier'>{'<path/>' * 6000}</svg>",
            "drawing is too large",
        ),
    ],
)
def test_a_picture_of_the_text_that_is_lost_is_on_record(
    markup: str, reason: str
) -> None:
    found = article(f"<p>{FIRST}</p><p>{markup}</p><p>{SECOND}</p>")
    (entry,) = [each for each in found.left_out if each.rule == LOST]
    assert (entry.kind, entry.words) == ("image", "The pier")
    assert reason in entry.reason


def test_a_box_longer_than_a_short_article_is_not_taken_for_it() -> None:
    consent = (
        "<p>We and our partners store cookies to process personal data on this device.</p>"
        * 30
    )
    box = f'<div class="cookie-banner" role="dialog"><h2>We value your privacy</h2>{consent}</div>'
    page = PAGE.format(f"<p>{FIRST}</p><p>{SECOND}</p>").replace(
        "<main>", f"{box}<main>"
    )
    found = extract(page.encode(), URL)
    assert isinstance(found, Draft)
    assert found.text == f"{FIRST}\n\n{SECOND}"


def test_what_stands_in_the_text_and_goes_by_an_unsure_rule_costs_quality() -> None:
    offer = '<div class="promo-3"><a href="/a">Harbour dues to rise in May</a></div>'
    found = article(f"<p>{FIRST}</p>{offer}<p>{SECOND}</p>")
    assert any(
        "left out that may be part" in reason for reason in found.quality_reasons
    )


def test_a_page_that_lost_a_picture_never_scores_full() -> None:
    sound = article(f"<p>{FIRST}</p><img src=/a.png><p>{SECOND}</p><p>{MORE}</p>" * 3)
    damaged = article(f"<p>{FIRST}</p><img class=lazy><p>{SECOND}</p><p>{MORE}</p>" * 3)
    assert sound.quality == 1.0
    assert damaged.quality < 1.0
    assert "3 of 3 images could not be kept" in damaged.quality_reasons


def test_the_whole_text_that_a_page_gives_machines_is_taken_over_its_stub() -> None:
    whole = "\\n".join([FIRST, SECOND, MORE] * 4)
    script = f'<script type="application/ld+json">{{"@type": "Article", "articleBody": "{whole}"}}</script>'
    page = PAGE.format(f"<p>{FIRST}</p>").replace("</head>", f"{script}</head>")
    found = extract(page.encode(), URL)
    assert isinstance(found, Draft)
    assert found.methods["text"] == "json-ld"
    assert found.text.count(MORE) == 4
