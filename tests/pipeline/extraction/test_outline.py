"""The page in short that extractors judge: less of it, and the same answer."""

import pytest
from lxml import html

from pipeline.extraction.content import blocks, outline, proposals
from pipeline.extraction.content.blocks import Block

PROSE = "The ferry leaves at nine, and whoever misses it waits for the next tide. " * 3
LINKS = "".join(f'<li><a href="/{n}">Harbour {n}</a></li>' for n in range(9))


def page(markup: str) -> Block:
    return blocks.build(html.document_fromstring(f"<body>{markup}</body>").find("body"))


def texts(markup: str) -> list[str]:
    return [e.text for e in outline.of(page(markup)).iter() if e.text]


def test_a_run_of_paragraphs_becomes_two() -> None:
    shown = texts(f"<article>{f'<p>{PROSE}</p>' * 40}</article>")
    assert len(shown) == 2
    assert outline.numbers("".join(shown)) == set(range(40))


def test_a_long_text_is_as_long_as_it_was() -> None:
    (shown,) = texts(f"<article><p>{PROSE}</p></article>")
    assert len(shown.partition(outline.CLOSE)[2]) == len(PROSE.strip())


def test_links_are_shown_as_they_are() -> None:
    short = outline.of(page('<div><p>See <a href="/tides">the tides</a>.</p></div>'))
    assert [link.text for link in short.iter("a")] == ["the tides"]


@pytest.mark.parametrize(
    "frame",
    [
        f"<ul>{LINKS}</ul>",
        f"<nav>{LINKS}</nav>",
        f'<div class="comments"><p>{PROSE}</p></div>',
    ],
)
def test_what_is_plainly_no_text_is_not_shown(frame: str) -> None:
    shown = texts(f"<main>{f'<p>{PROSE}</p>' * 9}</main>{frame}")
    assert outline.numbers("".join(shown)) == set(range(9))


def test_a_page_about_links_shows_them() -> None:
    shown = texts(f"<main><p>{PROSE}</p><ul>{LINKS}</ul></main>")
    assert len(outline.numbers("".join(shown))) == 1 + LINKS.count("<li>")


def test_a_box_that_holds_most_of_the_text_is_no_frame() -> None:
    shown = texts(f'<div class="comments">{f"<p>{PROSE}</p>" * 9}</div><p>{PROSE}</p>')
    assert outline.numbers("".join(shown)) == set(range(10))


MIXED = f"""<article class="post-content"><h1>Tides</h1><p>{PROSE}</p>
<ul><li>{PROSE}<li>At nine.</ul><table><tr><td>low<td>{PROSE}<tr><td>high<td>noon</table>
<pre>wait(tide)</pre><blockquote><p>{PROSE}</p><p>So they say.</p></blockquote>
<p>{PROSE}<a href="https://a.example/">more</a></p></article>
<div class="sidebar"><ul>{LINKS}</ul><p>{PROSE}</p></div>"""


def test_an_extractor_takes_all_of_an_article_and_no_more() -> None:
    body = page(MIXED)
    (article,) = [child for child in body.children if child.tag == "article"]
    taken = proposals.by_trafilatura(body, is_forum=False)
    assert taken == set(range(article.start, article.end))
