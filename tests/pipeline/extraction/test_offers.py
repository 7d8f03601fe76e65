"""What a page offers beside its article is left out; what only resembles an offer is kept."""

import pytest

from tests.pipeline.extraction.test_kept import FIRST, SECOND, article
from tests.pipeline.extraction.test_left_out import rules


def card(slug: str, host: str = "", kind: str = "li") -> str:
    return (
        f'<{kind}><div><span>3 May 2024</span></div><h3><a href="{host}/{slug}">The {slug}</a></h3>'
        f"<div>What the {slug} did to the harbour in the winter of that year.</div></{kind}>"
    )


def cards(heading: str, host: str = "") -> str:
    items = card("storm", host) + card("flood", host)
    return f'<div class="more"><h4>{heading}</h4><ul>{items}</ul></div>'


def offer(address: str, text: str, button: str = "btn") -> str:
    return (
        f'<div class="box"><p>{text}</p><p>We report from the harbour each day.</p>'
        f'<div class="{button}"><a href="{address}">Go on</a></div></div>'
    )


TRIAL = "Read us for two weeks, free of charge."
RULES = "Comments with insults will not be published."
OFFERS = {
    "cards under a heading": ("related-posts", cards("Related articles")),
    "cards under a German heading": ("related-posts", cards("Ähnliche:")),
    "links that hold blocks": (
        "related-posts",
        "<div><header><h3>Related articles</h3></header><ul>"
        '<li><a href="/a"><div><p>Harbour dues rise</p></div></a></li>'
        '<li><a href="/b"><div><p>A seal comes</p></div></a></li></ul></div>',
    ),
    "a trial with a button": ("newsletter", offer("/abo/probe", TRIAL)),
    "a line to subscribe": (
        "newsletter",
        '<p><a href="https://video.example/">Subscribe to our channel for more</a></p>',
    ),
    "a way back": ("buttons", '<p><a href="javascript:history.back()">Zurück</a></p>'),
    "tags before the last line": (
        "tags",
        '<p><b>Tags<br><a rel="tag" href="/t/a">clocks</a>, <a rel="tag" href="/t/b">keys</a></b></p>',
    ),
    "properties for machines": (
        "hidden",
        '<div class="hidden"><span itemscope><span itemprop="url">'
        f"https://blog.example/{'a' * 200}.jpg</span> <span>540</span></span></div>",
    ),
}


@pytest.mark.parametrize("kind", OFFERS)
def test_an_offer_between_paragraphs_goes_by_its_rule(kind: str) -> None:
    rule, markup = OFFERS[kind]
    found = article(f"<p>{FIRST}</p>{markup}<p>{SECOND}</p>")
    assert set(rules(found)) == {rule}
    assert found.text == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("comments", RULES),
        (
            "newsletter",
            'Get the paper by post. <a href="/p">Click here to subscribe</a>.',
        ),
    ],
)
def test_a_last_line_that_is_no_part_of_the_text_goes(rule: str, line: str) -> None:
    found = article(f"<p>{FIRST}</p><p>{SECOND}</p><p>{line}</p>")
    assert set(rules(found)) == {rule}
    assert found.text == f"{FIRST}\n\n{SECOND}"


KEPT = {
    "cards of other sites": cards("Related articles", "https://other.example"),
    "cards under a heading of the text": cards("Two winters"),
    "what a trial costs": offer("/prices", TRIAL),
    "a button to a subscription without an offer": offer("/abo/", "The abo I built."),
    "an offer without a button": offer("/abo/", TRIAL, "note"),
    "a sentence on subscribing": '<p>To <a href="/s">subscribe to a queue</a>, call it.</p>',
    "a rule for comments in the text": f"<p>{RULES}</p>",
    "topics that are no tags": '<p>Topics: <a href="/one">clocks</a>, <a href="/two">keys</a></p>',
}


@pytest.mark.parametrize("kind", KEPT)
def test_what_only_resembles_an_offer_is_kept(kind: str) -> None:
    found = article(f"<p>{FIRST}</p>{KEPT[kind]}<p>{SECOND}</p>")
    assert rules(found).keys() <= {"buttons", "beside-the-text"}  # for a bare link
    words = KEPT[kind].split("<p>")[-1].split("<")[0]
    assert words in found.text


LIST = '<ul><li><a href="https://a.example/">A chapter on clocks</a></li></ul>'
WRAPPED = '<div class="cell"><div class="inner">{}</div></div>'


@pytest.mark.parametrize("heading", ["Further reading", "References", "Quellen"])
def test_a_reading_list_in_containers_of_its_own_is_kept(heading: str) -> None:
    parts = [f"<p>{FIRST}</p>", f"<p>{SECOND}</p>", f"<h2>{heading}</h2>", LIST]
    found = article("".join(WRAPPED.format(part) for part in parts))
    assert heading in found.text
    assert "A chapter on clocks" in found.text


def test_a_list_of_own_pages_in_such_containers_is_no_reading_list() -> None:
    own = LIST.replace("https://a.example/", "/own")
    parts = [f"<p>{FIRST}</p>", f"<p>{SECOND}</p>", "<h2>References</h2>", own]
    found = article("".join(WRAPPED.format(part) for part in parts))
    assert "A chapter on clocks" not in found.text
