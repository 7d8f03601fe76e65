"""A page costs in proportion to its size, however it is made, and no depth loses its text."""

import gc
from collections.abc import Callable

import pytest
from lxml.html import HtmlElement

from pipeline.core.records import Draft
from pipeline.extraction.content.blocks import Block
from pipeline.extraction.extract import extract
from pipeline.extraction.text.markdown import to_markdown
from tests.pace import growth
from tests.pipeline.extraction.test_kept import FIRST, SECOND, URL

SIZE = 300
TIMES = 8
MOST = 4 * TIMES  # quadratic work would grow 64-fold

PAGES: dict[str, Callable[[int], str]] = {
    "paragraphs": lambda n: f"<p>{FIRST}</p>" * n,
    "boxes": lambda n: "".join(
        f'<div class="a{i} b">box <b>{i}</b></div>' for i in range(n)
    ),
    "lines": lambda n: "<div>" + "a line of text<br><br>" * n + "</div>",
    "signs in a line": lambda n: "<p>" + "x<sup>2</sup> " * n + "</p>",
    "formulas": lambda n: '<span class="math">\\(x\\)</span> ' * n,
    "figures": lambda n: (
        "<figure><img src=/a.png><figcaption>c</figcaption></figure>" * n
    ),
    "teasers": lambda n: (
        "<article><h2><a href=/p>t</a></h2><p>A teaser.</p></article>" * n
    ),
    "lines of code": lambda n: (
        "<pre>" + '<span class="line">x = 1</span>' * n + "</pre>"
    ),
    "notes": lambda n: "".join(
        f'<aside class="footnote" id="f{i}" role="doc-footnote"><p>note</p></aside>'
        for i in range(n)
    ),
    "fields": lambda n: "<form>" + "<input type=checkbox>x " * n + "</form>",
    "references": lambda n: "<p>" + "&amp;" * 50 * n + "</p>",
    "space": lambda n: "<p>by" + " \n" * 50 * n + "on</p>",
    "a long name": lambda n: f'<div class="{"post-" * 50 * n}x">words</div>',
    "a long line of pages": lambda n: f'<p>Pages: {"1" * 50 * n}<a href="/2">2</a></p>',
}


@pytest.mark.parametrize("make", PAGES.values(), ids=PAGES)
def test_a_page_is_extracted_in_linear_time(make: Callable[[int], str]) -> None:
    def run(size: int) -> object:
        page = f"<html><body><article><h1>T</h1><p>{FIRST}</p>{make(size)}<p>{SECOND}</p></article>"
        found = extract(page.encode(), URL)
        return to_markdown(found.html) if isinstance(found, Draft) else found

    assert growth(run, SIZE, TIMES) < MOST


DEEP = {
    "boxes": "<div>",
    "quotes": "<blockquote>",
    "lists": "<ul><li>",
    "tables": "<table><tr><td>",
    "fonts": "<font>",
    "elements of its own": "<x-frame>",
}


@pytest.mark.parametrize("depth", [150, 260, 3000])
@pytest.mark.parametrize("opening", DEEP.values(), ids=DEEP)
def test_no_depth_loses_the_text(opening: str, depth: int) -> None:
    found = extract(
        f"<html><body>{opening * depth}<p>{FIRST}</p><p>{SECOND}</p>".encode(), URL
    )
    assert isinstance(found, Draft)
    assert FIRST in found.text
    assert SECOND in found.text
    assert SECOND.split(";")[0] in to_markdown(found.html)


def in_memory(kind: type) -> int:
    # not isinstance: it would wake the lazy objects that other tests left
    return sum(issubclass(type(each), kind) for each in gc.get_objects())


@pytest.mark.parametrize("kind", [Block, HtmlElement], ids=["its blocks", "its tree"])
def test_nothing_of_a_page_waits_for_the_garbage_collector(kind: type) -> None:
    page = f"<article>{f'<p>{FIRST}</p><ul><li>a</li></ul>' * 9}</article>".encode()
    gc.collect()
    before = in_memory(kind)
    gc.disable()
    try:
        assert isinstance(extract(page, URL), Draft)
        assert in_memory(kind) <= before
    finally:
        gc.enable()
