"""The page in short that extractors judge: less of it, and the same answer."""

import pytest
from lxml import html

from pipeline.extraction.content import blocks, proposals
from pipeline.extraction.content.blocks import Block
from pipeline.extraction.content.outline import CLOSE, Outline

PROSE = "The ferry leaves at nine, and whoever misses it waits for the next tide. " * 3
LINKS = "".join(f'<li><a href="/{n}">Harbour {n}</a></li>' for n in range(9))


def page(markup: str) -> Block:
    return blocks.build(html.document_fromstring(f"<body>{markup}</body>").find("body"))


def texts(markup: str) -> list[str]:
    return [e.text for e in Outline(page(markup)).tree.iter() if e.text]


def shown(markup: str) -> set[int]:
    """The numbers of the leaves that the outline of a page shows."""
    outline = Outline(page(markup))
    return outline.taken(str(outline.tree.text_content()))


def test_a_run_of_paragraphs_becomes_two() -> None:
    markup = f"<article>{f'<p>{PROSE}</p>' * 40}</article>"
    assert len(texts(markup)) == 2
    assert shown(markup) == set(range(40))


def test_a_menu_does_not_part_a_run_and_is_not_shown() -> None:
    run = f"<p>{PROSE}</p>" * 9
    markup = f"<article>{run}<nav>{LINKS}</nav>{run}</article>"
    assert len(texts(markup)) == 2
    assert len(shown(markup)) == 18


def test_code_in_a_box_is_a_part_of_the_run() -> None:
    code = '<div class="highlight"><div><pre>wait(tide)</pre></div></div>'
    assert len(texts(f"<article>{f'<p>{PROSE}</p>{code}' * 9}</article>")) == 2


def test_a_long_text_is_as_long_as_it_was() -> None:
    (text,) = texts(f"<article><p>{PROSE}</p></article>")
    assert len(text.partition(CLOSE)[2]) == len(PROSE.strip())


def test_links_are_shown_as_they_are() -> None:
    outline = Outline(page('<div><p>See <a href="/tides">the tides</a>.</p></div>'))
    assert [link.text for link in outline.tree.iter("a")] == ["the tides"]


@pytest.mark.parametrize(
    "frame",
    [
        f"<ul>{LINKS}</ul>",
        f"<nav>{LINKS}</nav>",
        f'<div class="comments"><p>{PROSE}</p></div>',
    ],
)
def test_what_is_plainly_no_text_is_not_shown(frame: str) -> None:
    assert shown(f"<main>{f'<p>{PROSE}</p>' * 9}</main>{frame}") == set(range(9))


def test_a_page_about_links_shows_them() -> None:
    numbers = shown(f"<main><p>{PROSE}</p><ul>{LINKS}</ul></main>")
    assert len(numbers) == 1 + LINKS.count("<li>")


def test_a_box_that_holds_most_of_the_text_is_no_frame() -> None:
    box = f'<div class="comments">{f"<p>{PROSE}</p>" * 9}</div>'
    assert shown(f"{box}<p>{PROSE}</p>") == set(range(10))


def test_numbers_that_a_page_writes_itself_take_nothing_else() -> None:
    outline = Outline(page(f"<article><p>{PROSE}</p><p>⟬7⟭ ⟬-⟭ ⟬999999⟭</p></article>"))
    assert outline.taken("⟬7⟭ ⟬-⟭ ⟬999999⟭") == set()


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
