"""What posts hold besides paragraphs is kept wherever in a post it stands."""

import re

import pytest

from pipeline.extraction.extract import examine
from tests.pipeline.extraction import constructs_by_platform
from tests.pipeline.extraction.constructs import CONSTRUCTS as COMMON
from tests.pipeline.extraction.constructs import POSITIONS, missing

CONSTRUCTS = COMMON | constructs_by_platform.CONSTRUCTS

PAGE = """<html lang="en"><head><title>The lamp on the pier</title></head><body><header class="site-header"><a href="/">Site</a>
<nav><a href="/a/">Archive</a></nav></header><main><article class="post"><header class="post-header"><h1>The lamp on the pier</h1>
<div class="post-meta">By Ines Bramley on <time datetime="2024-05-03">May 3, 2024</time></div></header>
<div class="post-content">{}</div><footer class="post-footer"><a rel="tag" href="/tags/lamps/">lamps</a></footer></article></main>
<footer>© Site</footer></body></html>"""


def kept(markup: str) -> str:
    draft, refused = examine(PAGE.format(markup).encode(), "https://blog.example/lamp/")
    assert refused is None
    assert draft is not None
    return draft.html


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_a_block_is_kept_in_every_place(name: str) -> None:
    construct = CONSTRUCTS[name]
    lost = {
        place: missing(construct, kept(put(construct.markup)))
        for place, put in POSITIONS.items()
    }
    assert {place: what for place, what in lost.items() if what} == {}


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_of_two_in_a_row_both_are_kept(name: str) -> None:
    construct = CONSTRUCTS[name]
    html = kept(POSITIONS["two in a row"](construct.markup))
    counts = {each: len(re.findall(each, html, re.S)) for each in construct.kept}
    assert {each for each, number in counts.items() if number < 2} == set()


def test_a_frame_without_an_address_is_no_link_to_the_page_itself() -> None:
    html = kept(
        POSITIONS["last"]("<iframe></iframe><video></video><p>The end of it.</p>")
    )
    assert "blog.example/lamp" not in html
