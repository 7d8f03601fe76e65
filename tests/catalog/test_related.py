"""Related articles, where the one calls the other by its name, and which words find them."""

from dataclasses import replace

import pytest

from catalog import related
from catalog.links import OutLink, replace_links
from catalog.models import Article
from catalog.names import names_in, spaced
from catalog.related import WEIGHTS, related_ids
from catalog.search.indexing import index_all
from tests.pages import an_article

TEXT = "We sort queues by age. As in Tuning of Prefetch-Limits, part 2 of a previous post, it is quick."
FAR = "The age of the world, of the moon and of all the stars that we know"


@pytest.mark.parametrize(
    ("title", "anchors", "names"),
    [
        ("Tuning of prefetch limits!", "", {" tuning of prefetch limits "}),
        ("Other", "the end\nPART 2\n", {" part 2 "}),
        ("fetch limits", "", set()),  # not a word that begins so
        ("limits part of", "", set()),
        ("", "\n\n", set()),
        ("...", "", set()),
    ],
)
def test_a_text_has_names_word_by_word(
    title: str, anchors: str, names: set[str]
) -> None:
    assert names_in(spaced(TEXT), title, anchors) == names


def test_words_of_all_scripts_are_words() -> None:
    text = spaced("Wie in „Über Größen“ und 「非同期処理」で")
    assert names_in(text, "Über Größen", "非同期処理") == {
        " über größen ",
        " 非同期処理 ",
    }


@pytest.fixture
def writer(db: None) -> Article:
    """An article whose text has names, beside others: nearly half of them have its common words."""
    for number in range(40, 90):
        text = f"something else {number}"
        if number < 64:
            text = f"a previous post, part 2 of {number}"
        an_article(number, title=f"More {number}", text=text)
    return an_article(1, title="Notes", text=TEXT)


def alike() -> Article:
    """Return an article that has more words in common with the writer's than others of a test."""
    text = "We sort queues by age, as the tuning of limits and of prefetch: quick"
    return an_article(2, title="Sorting", text=text)


def by_names(article: Article, weight: float) -> list[int]:
    """Return what is related where a name counts so much."""
    return related_ids(article.pk, weights=replace(WEIGHTS, named=weight))


@pytest.mark.parametrize("common", ["Previous post", "Part 2", "It is"])
def test_an_article_that_the_text_calls_by_its_title_comes_first_unless_it_says_little(
    writer: Article, common: str
) -> None:
    other = alike()
    named = an_article(3, title="Tuning of prefetch limits", text=FAR)
    little = an_article(4, title=common, text=FAR)
    index_all()
    unnamed = by_names(writer, 0.0)
    assert unnamed[0] == other.pk
    assert {named.pk, little.pk} < set(unnamed)
    found = by_names(writer, 2.0)
    assert found[0] == named.pk
    assert found.index(other.pk) < found.index(little.pk)


def test_what_others_call_an_article_is_a_name_of_it(writer: Article) -> None:
    other = alike()
    called = an_article(3, title="An essay", text=FAR)
    far = an_article(4, title="Far", text="nothing alike")
    replace_links(
        far.pk, [OutLink(called.key, "blog.example", "tuning of prefetch limits")]
    )
    index_all()
    assert by_names(writer, 0.0)[0] == other.pk
    assert by_names(writer, 2.0)[0] == called.pk


@pytest.mark.django_db
def test_what_an_article_links_to_is_related() -> None:
    article = an_article(1, title="Here", text="one thing")
    linked = an_article(2, title="Elsewhere", text="another")
    index_all()
    assert related_ids(article.pk) == []
    replace_links(article.pk, [OutLink(linked.key, "blog.example", "here")])
    assert related_ids(article.pk) == [linked.pk]


def test_rare_words_are_asked_where_the_common_ones_are_in_too_many_articles(
    writer: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = an_article(2, title="Sorting", text="We sort")
    index_all()
    monkeypatch.setattr(related, "MAX_LISTED", 10)
    assert related_ids(writer.pk) == [other.pk]
    monkeypatch.setattr(related, "MAX_LISTED", 0)
    assert related_ids(writer.pk) == [other.pk], "the rarest word is always asked"
    monkeypatch.setattr(related, "MAX_LISTED", 1_000)
    assert len(related_ids(writer.pk)) == related.SHOWN, "many have the common words"
