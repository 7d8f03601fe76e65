"""Where the page itself settles what is its article, and where an extractor is asked."""

import pytest
from lxml import html

from pipeline.extraction.content import blocks, evident
from pipeline.extraction.extract import extract

PROSE = "The ferry leaves at nine, and whoever misses it waits for the next tide. " * 3
RUN = f"<p>{PROSE}</p>" * 6
NEXT = '<p><a href="/ebb">Ebb</a></p>'


def taken(markup: str) -> set[int]:
    body = html.document_fromstring(f"<body>{markup}</body>").find("body")
    return evident.leaves_of_article(blocks.build(body))


@pytest.mark.parametrize(
    "markup",
    [
        f"<article>{RUN}</article>",
        f"<main><div>{RUN}</div></main>",
        f'<div role="main"><section>{RUN}</section></div>',
        f'<div class="entry-content">{RUN}</div>',
        f'<div itemprop="articleBody">{RUN}</div>',
        f'<article>{RUN}</article><div class="comments"><p>{PROSE}</p></div>',
        f"<article>{RUN}<nav>{NEXT}</nav></article>",
    ],
)
def test_paragraphs_in_a_block_that_is_named_are_the_article(markup: str) -> None:
    assert taken(markup) == set(range(6))


def test_headings_lists_and_code_go_with_the_paragraphs() -> None:
    other = "<h2>Tides</h2><ul><li>Ebb</li><li>Flood</li></ul><pre>wait(tide)</pre>"
    assert taken(f"<article>{RUN}{other}</article>") == set(range(10))


def test_a_line_at_the_edge_that_ends_like_text_goes_with_the_paragraphs() -> None:
    assert taken(f"<article>{RUN}<p>See you there!</p></article>") == set(range(7))


def test_a_line_at_the_edge_that_is_named_as_something_else_is_not_taken() -> None:
    markup = f'<article><p class="post-meta">Ines Roth</p>{RUN}</article>'
    assert taken(markup) == set(range(1, 7))


@pytest.mark.parametrize(
    "markup",
    [
        f"<div>{RUN}</div>",  # no name
        f"<article><p>{PROSE}</p></article>",  # one paragraph
        "<article>" + "<p>" + "Nine. " * 12 + "</p>" * 6 + "</article>",  # too short
        f"<main><article>{RUN}</article><article>{RUN}</article></main>",  # a list
        f"<article>{RUN}</article><div><p>{PROSE}</p></div>",  # prose elsewhere
        f'<article>{RUN}<div class="box">{RUN}</div></article>',  # a box with prose
        f"<article>{RUN}<div><span>{PROSE}</span><b>!</b></div></article>",
        f'<article>{RUN}</article><div class="comments">{RUN * 4}</div>',
        f"<article>{RUN}<p>Listen</p></article>",  # a line that may be a button
    ],
)
def test_where_anything_is_in_doubt_extractors_are_asked(markup: str) -> None:
    assert taken(markup) == set()


def test_a_draft_says_who_decided() -> None:
    head = "<html><head><title>Tides</title></head><body>"
    sure = extract(f"{head}<article>{RUN}</article>".encode(), "https://tide.example/a")
    asked = extract(f"{head}<div>{RUN}</div>".encode(), "https://tide.example/a")
    assert sure.methods["text"] == "markup"  # type: ignore[union-attr]
    assert asked.methods["text"] == "trafilatura"  # type: ignore[union-attr]
