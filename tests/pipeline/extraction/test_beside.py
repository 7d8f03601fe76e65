"""What stands beside other things: names beside dates, labels above names and code, frames beside text."""

import pytest

from pipeline.core.records import Draft
from pipeline.extraction.extract import extract
from tests.pipeline.extraction.constructs import POSITIONS
from tests.pipeline.extraction.test_constructs import kept

TEXT = "<p>The lamp on the pier goes dark at six, and by then the first boats have long been out at sea for the day.</p>"
PAGE = "<html lang={language}><head><title>The lamp</title></head><body><main><article><h1>The lamp</h1>{line}{text}{below}</article></main></body></html>"


def authors(line: str, language: str = "en", below: str = "") -> tuple[str, ...]:
    page = PAGE.format(language=language, line=line, text=TEXT * 4, below=below)
    draft = extract(page.encode(), "https://blog.example/lamp/")
    assert isinstance(draft, Draft)
    return draft.authors


@pytest.mark.parametrize(
    "line",
    [
        '<p class="post-info">Ines Bramley · May 3, 2024</p>',
        "<div>Ines Bramley, <time datetime=2024-05-03>Fri May 03 2024</time></div>",
        '<div><span>May 3, 2024</span> · <a href="https://ines.example/">Ines Bramley</a></div>',
        '<p class="meta">May 3, 2024 | Ines Bramley | 4 min read</p>',
    ],
)
def test_a_name_beside_the_date_is_the_author(line: str) -> None:
    assert authors(line) == ("Ines Bramley",)


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ('<p class="meta">Machine Learning · May 3, 2024</p>', "en"),
        ('<p class="meta">New York, May 3, 2024</p>', "en"),
        ('<p class="meta">Aktuelle Meldung · 3. Mai 2024</p>', "de"),
        ("<p>Harbour Lights · May 3, 2024</p>", "en"),
        ('<p class="meta"><a href="/boats/">Small Boats</a> · May 3, 2024</p>', "en"),
    ],
)
def test_a_topic_or_a_place_beside_the_date_is_no_author(
    line: str, language: str
) -> None:
    assert authors(line, language) == ()


def test_the_label_of_a_card_is_no_author() -> None:
    card = '<section class="author-card"><h4>Wer das schreibt</h4><p>Ines Bramley</p></section>'
    assert authors("", "de", card) == ("Ines Bramley",)


def test_a_byline_by_the_title_goes_before_a_card_below_the_text() -> None:
    card = '<section class="author-card"><h4>作者について</h4><p>A B</p></section>'
    assert authors("<p>By Ines Bramley</p>", "en", card) == ("Ines Bramley",)


def test_of_a_bar_above_code_the_language_goes_and_the_file_stays() -> None:
    bar = '<div class="bar"><span class="file">tide.py</span><span class="lang">python</span></div>'
    html = kept(
        POSITIONS["last"](f"<div>{bar}<div></div><pre>high = 6\nlow = 12</pre></div>")
    )
    assert "tide.py" in html
    assert ">python<" not in html
    assert 'class="language-python"' in html


@pytest.mark.parametrize(
    ("title", "is_kept"), [("The tides of today", True), ("", False)]
)
def test_a_frame_at_the_end_is_kept_where_somebody_says_what_it_shows(
    title: str, is_kept: bool
) -> None:
    frame = f'<iframe src="https://box.example/7" title="{title}"></iframe>'
    html = kept(POSITIONS["last"](f'<div class="box-7">{frame}</div>'))
    assert ("box.example/7" in html) is is_kept
