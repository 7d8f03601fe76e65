"""The tool that asks the search: what is a question, and what its answer's place is worth."""

import json
from pathlib import Path

import pytest

from catalog.links import OutLink, replace_links
from catalog.models import Article
from catalog.related import related_ids
from catalog.search.indexing import index_all
from tests.pages import an_article
from tools.search import corpus, ranks, related, report
from tools.search.questions import Linked, questions, telling_words

HERE = "https://blog.example"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("here", []),
        ("my last post about it", []),
        ("Levels of RAG complexity", ["levels", "rag", "complexity"]),
        ("part 2", []),
        ("this article on queues", ["queues"]),
        ("", []),
    ],
)
def test_words_that_only_point_say_nothing(text: str, words: list[str]) -> None:
    assert telling_words(text) == words


def test_a_text_is_one_question_with_all_that_it_leads_to() -> None:
    links = [
        Linked(1, 10, 20, "Message queues"),
        Linked(2, 11, 21, "message  queues!"),
        Linked(3, 12, 20, "here"),
        Linked(4, 20, 20, "message brokers"),
        Linked(5, 12, 22, "queues"),
    ]
    [asked] = questions(links)
    assert (asked.answers, asked.links) == ({20, 21}, [1, 2])
    assert len(questions(links, least_words=1)) == 2


def test_places_are_scored() -> None:
    score = ranks.Score.of([1, 2, 11, 0])
    assert (score.first, score.first_ten) == (0.25, 0.5)
    assert score.reciprocal == pytest.approx((1 + 1 / 2 + 1 / 11) / 4)
    assert ranks.place_of({5, 7}, [1, 7, 5]) == 2
    assert ranks.place_of({5}, [1]) == 0


def exported(tmp_path: Path) -> Path:
    """An export of three articles, one of which links to another."""
    rows = []
    for number, html in enumerate(
        (
            f'<p>Read on <a href="{HERE}/1">taming wild rabbits</a>.</p>',
            "<p>Celery, and how to grow it.</p>",
            "<p>Nothing of the kind.</p>",
        )
    ):
        rows.append(
            {
                "url": f"{HERE}/{number}",
                "title": f"Article {number}",
                "text": html,
                "html": html,
                "authors": [],
                "published": None,
                "language": "en",
                "tags": [],
                "word_count": 5,
                "code_languages": ["python"],
            }
        )
    file = tmp_path / "articles.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


@pytest.mark.django_db
def test_a_question_is_not_its_own_answer(tmp_path: Path) -> None:
    assert corpus.store(corpus.from_export(exported(tmp_path))) == 3
    index_all()
    links = ranks.links_within()
    [asked] = questions(links)
    target = Article.objects.get(url=f"{HERE}/1")
    before = target.anchors
    ways = (ranks.Way("without"), ranks.Way("with", own_anchors=True))
    assert list(ranks.places([asked], ways)) == [[0, 1]]
    target.refresh_from_db()
    assert target.anchors == before == "taming wild rabbits\n"
    table = report.search_table("Title", ranks.scores([asked], ways))
    assert "| with | 1.000 | 1.000 | 1.000 |" in table
    assert "| without | 0.000 | 0.000 | 0.000 |" in table


@pytest.mark.django_db
def test_related_articles_are_held_against_the_links() -> None:
    for number in range(6):
        topic = "celery workers" if number < 2 else f"something else {number}"
        an_article(number, title=f"Number {number}", text=f"{topic} {topic}")
    one, other, third = Article.objects.order_by("pk")[:3]
    given = [OutLink(each.key, "blog.example", "it") for each in (other, third)]
    replace_links(one.pk, given)
    index_all()
    assert set(related_ids(one.pk)) == {other.pk, third.pk}
    score = related.related_scores(ranks.links_within())["the product"]
    assert (score.recall, score.any_found) == (0.5, 1.0), "the link is no answer"
    assert one.links.count() == 2
    assert "0.500 | 1.000" in report.related_table("Title", {"x": score})
