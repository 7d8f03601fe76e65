"""The catalogue and the reader in a browser."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, Dialog, expect

from catalog.models import SavedView
from tests.browser.conftest import Visitor, own_context, signed_in
from tests.pages import an_article
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# How many characters the longest line of an element has, as it is laid out.
LONGEST_LINE = """element => {
    const text = element.firstChild, range = document.createRange(), lines = new Map();
    for (let at = 0; at < text.length; at++) {
        range.setStart(text, at); range.setEnd(text, at + 1);
        const top = Math.round(range.getBoundingClientRect().top);
        lines.set(top, (lines.get(top) || 0) + 1);
    }
    return Math.max(...lines.values());
}"""
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
    page.wait_for_url("**/articles/*/?list=**")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Article 2", use_inner_text=True
    )
    expect(page.get_by_role("button", name="Copy")).to_have_count(1)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_what_is_ticked_is_labelled_and_the_view_of_the_label_is_saved(
    visitor: Visitor,
) -> None:
    for number in range(3):
        an_article(number, title=f"Queues {number}", tags=["python"])
    page = visitor.goto("/articles/?q=queue&view=table")
    expect(page.locator("td mark")).to_have_count(3)
    page.get_by_label("Select: Queues 1").check()
    page.get_by_label("Label", exact=True).last.fill("to read")
    page.get_by_role("button", name="Add").click()
    page.get_by_text("added to 1 article.").wait_for()
    page.get_by_role("link", name="to read").first.click()
    page.wait_for_url("**/articles/?label=to%20read&view=table")
    page.get_by_text("Save view").click()
    page.get_by_label("Name of the view").fill("Reading list")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Reading list").wait_for()
    expect(page.locator("tr[data-row]")).to_have_count(1)
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
    wait_until(
        lambda: bar.evaluate(
            "bar => bar.getBoundingClientRect().bottom <= innerHeight"
        ),
        what="for the bar to be in sight",
    )
    bar.get_by_label("Select page").check()
    bar.get_by_text("25 selected:").wait_for()
    page.get_by_label("Select: Article 3").uncheck()
    expect(bar.get_by_label("Select page")).not_to_be_checked()
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
    expect(page.locator("[data-row]")).to_have_count(1)


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


def test_the_list_follows_what_is_typed(visitor: Visitor) -> None:
    for number in range(3):
        an_article(number, text=f"words about {'brokers' if number else 'queues'}")
    page = visitor.goto("/articles/")
    count = page.get_by_role("status")
    count.filter(has_text="3 articles").wait_for()
    page.get_by_label("Search", exact=True).press_sequentially("brokers")
    count.filter(has_text="2 articles").wait_for()
    page.wait_for_url("**/articles/?q=brokers")
    page.locator(".library-facets").get_by_text("blog.example").wait_for()
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.locator("#search-words")).to_be_focused()


def test_more_values_of_a_field_are_shown_and_searched(visitor: Visitor) -> None:
    for number in range(30):
        an_article(number, tags=[f"tag {number:02}"], published=None)
    page = visitor.goto("/articles/")
    tags = page.get_by_role("region", name="Tag")
    expect(tags.get_by_role("listitem")).to_have_count(6)
    tags.get_by_role("link", name="Show more").click()
    tags.get_by_role("link", name="tag 29").wait_for()
    tags.get_by_role("searchbox", name="Find in Tag").fill("TAG 1")
    tags.get_by_role("link", name="tag 29").wait_for(state="detached")
    expect(tags.get_by_role("listitem")).to_have_count(10)
    tags.get_by_role("link", name="tag 17").click()
    page.wait_for_url("**/articles/?tag=tag+17")


def test_a_line_of_an_excerpt_has_at_most_75_characters(visitor: Visitor) -> None:
    excerpt = "The event loop keeps only a weak reference to each of its tasks. " * 5
    an_article(1, excerpt=excerpt)
    page = visitor.goto("/articles/")
    longest = page.locator(".entry-excerpt bdi").evaluate(LONGEST_LINE)
    assert 50 <= longest <= 75


def test_a_phrase_half_remembered_is_found_and_exported(visitor: Visitor) -> None:
    """Three clicks: the search field, the menu, the format."""
    an_article(1, title="Tasks", text="The loop keeps only a weak reference to a task.")
    an_article(2, title="Planner", text="Statistics of a table.")
    page = visitor.goto("/articles/")
    page.get_by_label("Search", exact=True).click()
    page.keyboard.type("weak refer")
    page.get_by_role("heading", name="Planner").wait_for(state="detached")
    page.get_by_role("heading", name="Tasks").wait_for()
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    exported = download.value.path().read_text()
    assert "weak reference to a task" in exported
    assert "Statistics" not in exported


def test_the_list_works_without_scripts(browser: Browser, live_server: Any) -> None:
    for number in range(30):
        an_article(number, language="de" if number % 2 else "en", tags=[f"t {number}"])
    with own_context(browser, java_script_enabled=False) as context:
        context.add_cookies([signed_in(live_server.url)])
        page = context.new_page()
        page.goto(f"{live_server.url}/articles/")
        page.get_by_label("Search", exact=True).fill("words")
        page.get_by_role("button", name="Search").click()
        page.wait_for_url("**/articles/?q=words**")
        page.get_by_role("link", name="Counts by source").click()
        page.get_by_role("region", name="Tag").get_by_text("Show more").click()
        page.get_by_label("Find in Tag").fill("t 2")
        page.get_by_role("button", name="Find").click()
        page.get_by_role("link", name="t 21").click()
        page.wait_for_url("**/articles/?q=words**tag=t+21")
        expect(page.locator("[data-row]")).to_have_count(1)
        page.get_by_role("button", name="Star: Article 21").click()
        page.get_by_role("button", name="Star: Article 21", pressed=True).wait_for()
        page.get_by_role("link", name="Article 21").click()
        page.locator("a[rel=next]").click()
        page.get_by_text("That was the last article of the list.").wait_for()


def test_one_row_is_starred_archived_read_and_selected_with_keys(
    visitor: Visitor,
) -> None:
    for number in range(3):
        an_article(number)
    page = visitor.goto("/articles/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    row = page.locator("[data-row][aria-current]")
    for key, name in (("s", "Star"), ("e", "Archive"), ("m", "Read")):
        page.keyboard.press(key)
        pressed = row.get_by_role("button", name=f"{name}: Article 1", pressed=True)
        pressed.wait_for()
    page.keyboard.press("x")
    expect(row.get_by_label("Select: Article 1")).to_be_checked()
    page.keyboard.press("s")
    row.get_by_role("button", name="Star: Article 1", pressed=False).wait_for()
    page.get_by_role("link", name="Archived").click()
    page.wait_for_url("**/articles/?state=archived")
    expect(page.locator("[data-row]")).to_have_count(1)
    visitor.looks("catalogue-archived")


def test_enter_in_the_field_of_the_label_adds_it(visitor: Visitor) -> None:
    an_article(1)
    page = visitor.goto("/articles/")
    page.get_by_label("Select: Article 1").check()
    page.get_by_role("group", name="Actions on").get_by_label("Label").fill("mine")
    page.keyboard.press("Enter")
    page.get_by_text("Label “mine” added to 1 article.").wait_for()


def test_a_deletion_says_how_many_and_is_undone(visitor: Visitor) -> None:
    """One click undoes it from its message; from the list it takes three: menu, trash, undo."""
    for number in range(3):
        an_article(number)
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page = visitor.goto("/articles/")
    page.on("dialog", accept)
    for undo in ("message", "trash"):
        page.get_by_label("Select: Article 0").check()
        page.get_by_label("Select: Article 2").check()
        page.get_by_role("button", name="Delete").click()
        page.get_by_text("2 articles deleted").wait_for()
        if undo == "message":
            page.get_by_role("button", name="Undo").click()
        else:
            page.locator("summary", has_text="More").last.click()
            page.get_by_role("link", name="Trash").click()
            page.get_by_role("button", name="Undo: restore 2 articles").click()
        page.get_by_text("2 articles restored.").wait_for()
        visitor.goto("/articles/")
        expect(page.locator("[data-row]")).to_have_count(3)
    assert asked == ["Delete 2 articles and exclude them from future crawls?"] * 2


def test_a_time_is_brushed_over_the_bars(visitor: Visitor) -> None:
    for number in range(20):
        an_article(number)
    page = visitor.goto("/articles/")
    bars = page.locator("[data-histogram] a")
    bars.nth(3).hover()
    page.mouse.down()
    bars.nth(5).hover()
    page.mouse.up()
    page.wait_for_url("**/articles/?since=*&until=*")
    expect(page.locator("[data-row]")).to_have_count(3)
    page.locator("[data-histogram] a[aria-current]").nth(2).wait_for()
    visitor.looks("catalogue-brushed")
    page.get_by_role("link", name="All dates").click()
    page.wait_for_url("**/articles/")
    page.locator("[data-histogram] a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/?since=*&until=*")
    expect(page.locator("[data-row]")).to_have_count(1)


def test_a_field_is_completed_with_the_keyboard(visitor: Visitor) -> None:
    an_article(1, host="planet.example")
    an_article(2)
    page = visitor.goto("/articles/")
    page.keyboard.press("/")
    page.keyboard.type("words sou")
    page.get_by_role("option", name="source:").wait_for()
    page.keyboard.press("Tab")
    page.get_by_role("option", name="source:planet.example").wait_for()
    page.keyboard.type("pla")
    page.get_by_role("option", name="source:blog.example").wait_for(state="detached")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#completions [aria-selected=true]")
    chosen.filter(has_text="source:planet.example").wait_for()
    visitor.quiet()  # the list fades while it is asked for
    visitor.looks("catalogue-completion")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Article 2").wait_for(state="detached")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/?q=words&source=planet.example")
    page.get_by_label("Search", exact=True).fill("foo:bar")
    page.get_by_text("Unknown field: foo:").wait_for()
