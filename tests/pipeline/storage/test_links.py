"""The links of an article are kept with it, and change with it."""

from collections.abc import Callable

import pytest

from catalog.links import MAX_LINKS
from pipeline.storage.links import MAX_TEXTS, links_of

HERE = "https://blog.example/a/"


def test_links_are_normal_with_their_text_in_their_order() -> None:
    body = """<p>See <a href="../b/?utm_source=x#part">the <b>second</b> part</a> and
        <a href="http://www.other.example/index.html"> other </a>,
        <a href="https://other.example">https://other.example</a></p>"""
    assert links_of(body, HERE) == [
        ("https://blog.example/b", "blog.example", "the second part"),
        ("https://other.example/", "other.example", "other"),
        ("https://other.example/", "other.example", ""),
    ]


@pytest.mark.parametrize(
    "href",
    ["", "#note", "mailto:a@b.example", "javascript:alert(1)", "https://", "http://[", ".",
     "https://blog.example/a", "https://x.example/" + "y" * 2000],
)  # fmt: skip
def test_what_leads_to_no_other_page_is_no_link(href: str) -> None:
    assert links_of(f'<p><a href="{href}">text</a></p>', HERE) == []


@pytest.mark.parametrize(
    ("count", "body"),
    [
        (MAX_LINKS, lambda n: f'<a href="/{n}">{n}</a>'),
        (MAX_TEXTS, lambda n: f'<a href="/b">{n}</a>'),
        (1, lambda n: '<a href="/b">same</a>'),
    ],
)
def test_there_are_only_so_many(count: int, body: Callable[[int], str]) -> None:
    html = "".join(body(number) for number in range(MAX_LINKS + 50))
    assert len(links_of(html, HERE)) == count


@pytest.mark.parametrize("body", ["", "<a", "<a href='x'\0>y", "&#0;<a>"])
def test_broken_html_has_no_links(body: str) -> None:
    assert links_of(body, HERE) in (
        [],
        [("https://blog.example/a/x", "blog.example", "y")],
    )
