"""A stored page with marks on what was left out of its article."""

import re

import pytest

from pipeline.core.records import Draft, LeftOut
from pipeline.extraction.extract import extract
from pipeline.extraction.marked import mark
from tests.pipeline.extraction.test_kept_on_request import PAGE

URL = "https://tea.example/tea/"


def marked(page: str, *left_out: LeftOut) -> str:
    found = mark(page.encode(), URL, "utf-8", left_out)
    assert found is not None
    return found


def marks(page: str) -> list[str]:
    """(tag, number) of the marked elements, in page order."""
    return re.findall(r'<(\w+)[^>]*? id="(left-out-\d+)"', page)  # type: ignore[return-value]


def record(words: str, count: int, rule: str = "navigation") -> LeftOut:
    return LeftOut("paragraph", words, count, rule, "Navigation of the site.")


def test_each_block_of_a_record_is_marked_with_its_reason() -> None:
    draft = extract(PAGE.encode(), URL)
    assert isinstance(draft, Draft)
    page = marked(PAGE, *draft.left_out)
    assert len(draft.left_out) == 2
    assert marks(page) == [("div", "left-out-1"), ("div", "left-out-2")]
    assert (
        'data-left-out="Left out: Share buttons. Buttons for sharing or following."'
        in page
    )
    assert "2 of the 2 blocks that were left out are marked." in page


def test_the_element_that_is_as_long_as_the_block_is_marked() -> None:
    page = "<body><div><ul><li>One <b>two</b></li><li>three four</li></ul><p>five six seven eight nine ten</p></div>"
    assert marks(marked(page, record("One two three four", 4))) == [
        ("ul", "left-out-1")
    ]
    assert marks(marked(page, record("One two", 2))) == [("li", "left-out-1")]


def test_a_block_that_stands_twice_is_marked_twice() -> None:
    page = "<body><p>Read on</p><div>text between that is longer</div><p>Read on</p></body>"
    assert len(marks(marked(page, record("Read on", 2), record("Read on", 2)))) == 2


@pytest.mark.parametrize("words", ["Nothing like it", "", "middle of the text"])
def test_what_is_not_found_is_said_and_marked_nowhere(words: str) -> None:
    page = marked(
        "<body><p>The middle of the text stands here</p></body>", record(words, 3)
    )
    assert marks(page) == []
    assert "0 of the 1 blocks" in page
    assert "do not stand in this page" in page


def test_text_in_scripts_is_no_block() -> None:
    page = "<body><script>Read on</script><p>Read on</p></body>"
    assert marks(marked(page, record("Read on", 2))) == [("p", "left-out-1")]


def test_a_hidden_block_is_shown() -> None:
    page = marked(
        "<body><p hidden>Not to be seen</p></body>",
        record("Not to be seen", 4, "hidden"),
    )
    assert "data-left-out-hidden" in page
    assert not re.search(r"<p[^>]* hidden[ =>]", page)


def test_what_is_no_page_has_no_marks() -> None:
    assert mark(b"%PDF-1.4", URL, "", [record("a", 1)]) is None


def test_many_records_of_a_page_of_one_word_are_bounded() -> None:
    page = "<body>" + "<p>a</p>" * 5000
    assert len(marks(marked(page, *[record("a", 1)] * 60))) == 60
