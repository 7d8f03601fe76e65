"""A page that lost a part of its article says nothing of that; what was stored before does."""

from typing import Any

import pytest
from django.utils import timezone

from catalog.models import REVIEW_BELOW, Article, ArticleVersion
from pipeline.models import Run
from pipeline.storage.shrunk import known_loss, loss
from tests.pipeline.storage.test_storage import settle, visit


def part(number: int) -> str:
    """A paragraph of 40 words that no other part has."""
    return " ".join(f"word{number}x{place}" for place in range(40))


PARTS = [part(number) for number in range(8)]
WHOLE = "\n\n".join(PARTS)


def without(first: int, last: int) -> str:
    return "\n\n".join(PARTS[:first] + PARTS[last:])


@pytest.mark.parametrize("at", range(7))
def test_a_part_that_is_gone_is_noticed_wherever_it_stood(at: int) -> None:
    flaw = loss(WHOLE, without(at, at + 2))
    assert flaw is not None
    assert flaw.reason == "25% of the earlier text is gone"
    assert known_loss(["no author", flaw.reason]) == flaw


SOUND = {
    "the same": WHOLE,
    "more": f"{WHOLE}\n\n{part(9)}",
    "a sentence less": WHOLE.replace(PARTS[3], " ".join(PARTS[3].split()[12:])),
    "another order": "\n\n".join(reversed(PARTS)),
    "a part written anew": without(2, 4) + f"\n\n{part(9)}\n\n{part(10)}",
    "words changed here and there": WHOLE.replace("x7", "y7").replace("x30", "y30"),
    "paragraphs joined": " ".join(PARTS),
    "another text": "\n\n".join(part(number) for number in range(20, 28)),
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND)
def test_an_author_may_write_on(text: str) -> None:
    assert loss(WHOLE, text) is None


def test_code_and_languages_without_blanks_count_as_any_words_do() -> None:
    code = "\n".join(f"row_{number} = {number}" for number in range(60))
    flaw = loss(f"{WHOLE}\n\n{code}", WHOLE)
    assert flaw is not None
    assert flaw.reason == "16% of the earlier text is gone"
    lines = [chr(0x4E00 + number) * 30 + "。" for number in range(20)]
    flaw = loss("\n".join(lines), "\n".join(lines[:7] + lines[13:]))
    assert flaw is not None
    assert flaw.reason == "30% of the earlier text is gone"


def crawled(text: str, **changes: Any) -> Article:
    """The article after one more run that found this text."""
    run = Run.objects.create(state=Run.State.RUNNING)
    given = {"word_count": len(text.split()), "quality": 1.0} | changes
    settle(visit(run, text=text, **given))
    return Article.objects.get()


@pytest.mark.django_db
def test_an_article_that_shrank_is_to_be_looked_at_until_it_is_whole_again() -> None:
    crawled(WHOLE)
    shrunk = crawled(without(3, 5), quality_reasons=["no date"], quality=0.9)
    reason = "25% of the earlier text is gone"
    assert shrunk.quality_reasons == [reason, "no date"]
    assert shrunk.quality == 0.55 < REVIEW_BELOW

    again = crawled(without(3, 5))
    assert (again.quality, again.quality_reasons) == (0.65, [reason])

    edited = crawled(without(3, 5).replace("x7", "y7"))
    more = "27% of the earlier text is gone"
    assert (edited.quality, edited.quality_reasons) == (0.63, [more])

    whole = crawled(WHOLE)
    assert (whole.quality, whole.quality_reasons) == (1.0, [])


@pytest.mark.django_db
def test_what_somebody_found_to_be_right_is_what_counts_from_then_on() -> None:
    crawled(WHOLE)
    shrunk = crawled(without(3, 5))
    assert shrunk.quality < REVIEW_BELOW
    Article.objects.update(reviewed_at=timezone.now())
    assert crawled(without(3, 5)).reviewed_at, "the same flaw is no news"
    assert crawled(without(3, 5)).quality == shrunk.quality
    assert crawled(without(3, 5).replace("x7", "y7")).quality == 1.0


@pytest.mark.django_db
def test_without_earlier_versions_the_article_itself_is_the_earlier_text() -> None:
    crawled(WHOLE)
    assert crawled(without(3, 5)).quality < REVIEW_BELOW
    ArticleVersion.objects.all().delete()
    assert crawled(without(3, 5).replace("x7", "y7")).quality == 1.0
