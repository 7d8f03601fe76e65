"""What a frame, a player or a snippet is called is no word of its article: it is the title of a link,
and every way to show the article writes it out."""

import pytest
from lxml import html

from catalog.embeds import with_names
from catalog.reader import readable
from pipeline.core.records import Draft
from pipeline.extraction.extract import extract
from pipeline.extraction.text.markdown import to_markdown
from pipeline.storage.links import links_of
from tests.pipeline.extraction.constructs import POSITIONS

URL = "https://notes.example/2024/horn/"
PAGE = """<html lang="en"><head><title>The horn | Harbour notes</title></head><body>
<header><a href="/">Harbour notes</a></header><main><article><h1>The horn</h1>{}</article></main>
<footer>© 2024 Ines Bramley</footer></body></html>"""
VIDEO = "https://www.youtube.com/watch?v=aBcDeFgHiJk"
GIST = "https://gist.github.com/ines/0a1b2c3d"
EMBEDS = {  # markup, what it is called, where it leads
    "a frame with a title": (
        '<iframe src="https://www.youtube.com/embed/aBcDeFgHiJk" title="The horn at night"></iframe>',
        "The horn at night",
        VIDEO,
    ),
    "a frame with a label": (
        '<iframe src="https://www.youtube.com/embed/aBcDeFgHiJk" aria-label="The horn at night"></iframe>',
        "The horn at night",
        VIDEO,
    ),
    "a frame in a figure": (
        '<figure><div class="video"><iframe src="https://www.youtube.com/embed/aBcDeFgHiJk"></iframe></div></figure>',
        "Video: youtube.com/watch",
        VIDEO,
    ),
    "a snippet drawn by a script": (
        f'<script src="{GIST}.js"></script>',
        "Gist: gist.github.com/ines/0a1b2c3d",
        GIST,
    ),
    "a player": (
        '<video controls src="/horn.mp4"></video>',
        "Video: notes.example/horn.mp4",
        "https://notes.example/horn.mp4",
    ),
    "a post of a network": (
        '<iframe src="https://bsky.app/embed/1" title="Ines on &quot;horns &amp; bells&quot; &lt;2024&gt;"></iframe>',
        'Ines on "horns & bells" <2024>',
        "https://bsky.app/embed/1",
    ),
}
CASES = [(kind, place) for kind in EMBEDS for place in POSITIONS]


def article(kind: str, place: str) -> Draft:
    found = extract(PAGE.format(POSITIONS[place](EMBEDS[kind][0])).encode(), URL)
    assert isinstance(found, Draft)
    return found


def embeds_in(markup: str) -> list[html.HtmlElement]:
    tree = html.fragment_fromstring(markup, create_parent="div")
    return list(tree.xpath("//a[@class='embed']"))


def expected_count(place: str) -> int:
    return 2 if place == "two in a row" else 1


@pytest.mark.parametrize(("kind", "place"), CASES)
def test_the_name_of_an_embed_is_no_word_of_the_stored_article(
    kind: str, place: str
) -> None:
    _, name, target = EMBEDS[kind]
    links = embeds_in(article(kind, place).html)
    stored = [(link.get("href"), link.get("title"), link.text) for link in links]
    assert stored == [(target, name, None)] * expected_count(place)


@pytest.mark.parametrize(("kind", "place"), CASES)
def test_whoever_shows_an_article_writes_the_names_of_its_embeds(
    kind: str, place: str
) -> None:
    _, name, target = EMBEDS[kind]
    draft = article(kind, place)
    count = expected_count(place)
    for shown in (with_names(draft.html), readable(draft.html)):
        links = [(link.get("href"), link.text) for link in embeds_in(shown)]
        assert links == [(target, name)] * count
    assert draft.text.count(name) == count
    assert to_markdown(draft.html).count(f"]({target})") == count
    assert [link.text for link in links_of(draft.html, URL)] == [name]


def test_a_link_that_an_author_calls_so_keeps_its_words() -> None:
    link = '<p>Hear <a class="embed" href="https://horn.example/">the horn</a>.</p>'
    found = extract(PAGE.format(POSITIONS["last"](link)).encode(), URL)
    assert isinstance(found, Draft)
    assert ">the horn</a>" in found.html
    assert not embeds_in(found.html)


def test_embeds_that_were_stored_with_their_names_stay_as_they_are() -> None:
    older = '<p><a href="https://horn.example/" class="embed">Video: the horn</a></p>'
    assert with_names(older) == older


def test_a_name_is_never_markup() -> None:
    title = "&lt;img src=x onerror=alert(1)&gt; &amp;lt;b&amp;gt;"
    stored = f'<a href="https://horn.example/" class="embed" title="{title}"></a>'
    [link] = embeds_in(with_names(stored))
    assert link.text_content() == "<img src=x onerror=alert(1)> &lt;b&gt;"
    assert len(link) == 0
