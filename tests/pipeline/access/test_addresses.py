"""Links that leave the site lead to where people open it."""

from typing import Any

import pytest

from pipeline.access.addresses import public_url


@pytest.mark.parametrize(
    ("base", "path", "url"),
    [
        ("https://gleaner.example", "/runs/5/", "https://gleaner.example/runs/5/"),
        ("https://gleaner.example/", "/runs/5/", "https://gleaner.example/runs/5/"),
        ("https://example.org/reader", "/runs/", "https://example.org/reader/runs/"),
        (
            "https://example.org/reader",
            "/reader/runs/",
            "https://example.org/reader/runs/",
        ),
        (
            "https://example.org/reader",
            "/readers",
            "https://example.org/reader/readers",
        ),
    ],
)
def test_a_page_has_one_address_whether_or_not_its_path_has_the_prefix(
    settings: Any, base: str, path: str, url: str
) -> None:
    settings.BASE_URL = base
    assert public_url(path) == url


def test_another_base_can_be_given(settings: Any) -> None:
    settings.BASE_URL = "https://example.org/reader"
    found = public_url("/reader/signin/", "http://127.0.0.1:8000/")
    assert found == "http://127.0.0.1:8000/signin/"
