"""What reads foreign text costs no more than in proportion to it."""

from collections.abc import Callable

import pytest

from pipeline.extraction.fields import link_titles, names
from pipeline.extraction.page import linked_data
from pipeline.extraction.page.parsed import parse
from tests.pace import growth

TIMES = 8
MOST = 4 * TIMES  # quadratic work would grow 64-fold

SCRIPTS = {
    "space before the end": lambda n: "{" + " " * n + "x",
    "slashes and space": lambda n: "{}" + "// " * n + "x",
    "semicolons": lambda n: "{}" + "; " * n + "x",
    "commas": lambda n: "[" + ", " * n + "]",
}
CLAIMS = {
    "one word": lambda n: "a" * n,
    "words": lambda n: "Ines " * n,
    "addresses": lambda n: "a@" * n,
    "bars": lambda n: " | " * n,
    "by": lambda n: "by " * n,
    "commas": lambda n: "Ines Bramley, " * n,
}
Make = Callable[[int], str]


@pytest.mark.parametrize("make", SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_of_linked_data_is_read_in_linear_time(make: Make) -> None:
    assert growth(lambda n: list(linked_data.nodes([make(n)])), 20_000, TIMES) < MOST


@pytest.mark.parametrize("make", CLAIMS.values(), ids=CLAIMS)
def test_a_byline_of_any_length_is_read_in_linear_time(make: Make) -> None:
    assert growth(lambda n: names.split(make(n)), 20_000, TIMES) < MOST


@pytest.mark.parametrize("comments", [8, 24, 200])
def test_comments_before_the_root_are_read_once_each(comments: int) -> None:
    start = b"<!---->" * comments
    assert not isinstance(parse(start + b"<p>Words.</p>", "https://a.example/"), str)
    assert getattr(parse(start + b"<rss>", "https://a.example/"), "reason", "") == "not-an-article"


def test_links_that_never_end_are_read_in_linear_time() -> None:
    def read(size: int) -> object:
        return link_titles.titles([("https://a.example/", b"<a href=x " * size)])

    assert growth(read, 2_000, TIMES) < MOST
