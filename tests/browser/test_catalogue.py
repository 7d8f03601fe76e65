"""The catalogue and the reader in a browser."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from catalog.models import SavedView
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


def test_what_is_ticked_is_labelled_and_the_view_of_the_label_is_saved(
    visitor: Visitor,
) -> None:
    for number in range(3):
        an_article(number, title=f"Queues {number}", tags=["python"])
    page = visitor.goto("/articles/?q=queue&view=table")
    assert page.locator("td mark").count() == 3
    page.get_by_label("Select: Queues 1").check()
    page.get_by_label("Label", exact=True).last.fill("to read")
    page.get_by_role("button", name="Add").click()
    page.get_by_text("added to 1.").wait_for()
    page.get_by_role("link", name="to read").first.click()
    page.wait_for_url("**/articles/?label=to%20read&view=table")
    page.get_by_text("Save this view").click()
    page.get_by_label("Name of the view").fill("Reading list")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Reading list").wait_for()
    assert page.locator("tr[data-row]").count() == 1
    assert visitor.complaints == []


def test_all_that_are_shown_are_chosen_at_once_and_what_to_do_with_them_stays_in_sight(
    visitor: Visitor,
) -> None:
    for number in range(25):
        an_article(number)
    page = visitor.goto("/articles/")
    bar = page.get_by_role("group", name="Actions on the selected articles")
    assert not bar.evaluate(
        "bar => bar.getBoundingClientRect().bottom <= innerHeight"
    ), "it is below the list"
    page.get_by_label("Select: Article 0").check()
    bar.get_by_text("1 selected:").wait_for()
    assert bar.evaluate("bar => bar.getBoundingClientRect().bottom <= innerHeight")
    bar.get_by_label("Select page").check()
    bar.get_by_text("25 selected:").wait_for()
    page.get_by_label("Select: Article 3").uncheck()
    assert not bar.get_by_label("Select page").is_checked()
    visitor.looks("catalogue-chosen")


def test_all_that_fit_are_deleted_after_a_question(visitor: Visitor) -> None:
    for number in range(30):
        an_article(number, language="de" if number else "en")
    page = visitor.goto("/articles/?language=de")
    page.get_by_role("link", name="Select all matches").click()
    page.get_by_role("heading", name="29 matching articles").wait_for()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete 29 articles").click()
    page.get_by_text("29 articles deleted").wait_for()
    page.get_by_role("link", name="Show all articles").click()
    page.wait_for_url("**/articles/")
    assert page.locator("[data-row]").count() == 1


@pytest.mark.parametrize(
    "path",
    [
        "/articles/?q=words&view=table",
        "/articles/?tag=web",
        "/articles/all",
        "/articles/views/",
        "/articles/trash/",
    ],
)
def test_the_catalogue_looks_well(visitor: Visitor, path: str) -> None:
    for number in range(12):
        an_article(
            number,
            tags=["web", "w" * 200],
            labels=["to read", "x" * 60],
            code_languages=["python"] * (number % 3),
        )
    owner = User.objects.get(username="visitor")
    SavedView.objects.create(
        owner=owner, name="N" * 60, query="tag=" + "q" * 300, shared=True
    )
    SavedView.objects.create(owner=owner, name="To read", query="label=to+read")
    an_article(90, title="Deleted " + "w" * 200, deleted_at=timezone.now())
    visitor.goto(path)
    name = f"catalogue-{path.split('/')[2].partition('?')[0] or 'list'}-{'table' if 'table' in path else ''}"
    visitor.looks(name)
