"""The catalogue and the reader in a browser."""

import pytest

from tests.browser.conftest import Visitor
from tests.pages import an_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CODE = '<pre><code class="language-python">def main():\n    return {"a": 1}  # why\n</code></pre>'


def test_articles_are_filtered_read_and_walked_with_keys(visitor: Visitor) -> None:
    for number in range(3):
        an_article(number, html=CODE, language="de" if number else "en")
    page = visitor.goto("/articles/")
    page.get_by_role("link", name="de 2").click()
    page.wait_for_url("**/articles/?language=de")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/articles/*/")
    assert page.get_by_role("heading", level=1).inner_text() == "Article 2"
    assert page.get_by_role("button", name="Copy").count() == 1
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
