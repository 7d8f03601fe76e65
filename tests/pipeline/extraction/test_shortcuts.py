"""What is done in a shorter way for most pages comes to the same."""

from itertools import product
from urllib.parse import urljoin, urlsplit

import pytest

from pipeline.extraction.fields.candidate import fold, fold_lines
from pipeline.extraction.page.parsed import PLAIN_ADDRESS, join

BASE = "https://blog.example/a/b?c"
HOSTS = (
    "blog.example",
    "b-c.de:8000",
    "b..c",
    "bücher.example",
    "[::1]",
    "u@c.example",
)
PATHS = (
    "",
    "/",
    "/a/../b",
    "/a/./b",
    "//x",
    "/ü",
    "/a;b",
    "/a?",
    "/a#",
    "/a b",
    "/a\nb",
    "/~u/%20(1)",
)


@pytest.mark.parametrize(
    "address",
    [
        f"{scheme}://{host}{path}"
        for scheme, host, path in product(("https", "HTTP"), HOSTS, PATHS)
    ],
)
def test_a_plain_address_is_joined_as_any_other(address: str) -> None:
    assert join(BASE, address) == _joined(address)


def _joined(address: str) -> str:
    try:
        absolute = urljoin(BASE, address.strip())
        is_web = urlsplit(absolute).scheme in ("http", "https")
    except ValueError:
        return ""
    return absolute if is_web else ""


def test_an_address_with_a_path_is_plain() -> None:
    assert PLAIN_ADDRESS.fullmatch("https://blog.example:8000/2024/03/a-post.html")


def test_lines_are_folded_together_as_one_by_one() -> None:
    lines = [
        "A  title: \tit is",
        "",
        "Ünder (the) SEA",
        "a_b-c",
        "…",
        "Notes\x1f|\xa0x",
    ]
    assert fold_lines(lines) == {fold(line) for line in lines}
    assert fold_lines(["A line"]) == {"a line"}
