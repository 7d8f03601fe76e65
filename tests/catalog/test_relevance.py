"""What a search puts first, what is enough to match, and words that nobody has."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from catalog.filters import ArticleFilter
from catalog.links import OutLink, replace_links
from catalog.models import Article, Keywords, WordChange, WordCount
from catalog.search import newest, ranking
from catalog.search.highlight import highlight
from catalog.search.indexing import (
    CHOOSE,
    STALE,
    index_all,
    index_changes,
    recount,
)
from catalog.search.paging import article_page
from catalog.search.query import parse_search
from catalog.search.spelling import distance
from catalog.search.words import Word, WordSet
from tests.pages import an_article

pytestmark = pytest.mark.django_db


def found(words: str, **query: str) -> list[str]:
    """The titles, in the order of the page."""
    filters = ArticleFilter({"q": words, **query}, Article.objects.live())
    page = article_page(filters.qs.for_lists(), {"q": words}, filters.search)
    return [article.title for article in page.rows]


def filler(number: int, **values: str) -> Article:
    return an_article(
        number, **{"title": f"Other {number}", "text": "once upon a time"} | values
    )


def test_an_old_best_match_beats_200_newer_poor_ones() -> None:
    long_ago = timezone.now() - timedelta(days=5000)
    an_article(0, title="Queues of the broker", text="broker " * 9, published=long_ago)
    for number in range(1, 221):
        filler(number, text="a broker, once")
    index_all()
    assert found("broker queues")[0] == "Queues of the broker"
    assert found("broker")[0] == "Queues of the broker"


def test_of_too_many_the_old_best_ones_are_ranked_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ranking, "MAX_RANKED", 20)
    monkeypatch.setattr(ranking, "MAX_NEWEST", 10)
    monkeypatch.setattr(ranking, "ENOUGH_FOUND", 5)
    long_ago = timezone.now() - timedelta(days=5000)
    an_article(0, title="Queues", text="of a broker", published=long_ago)
    cited = an_article(1, title="The broker", text="broker", published=long_ago)
    link = [OutLink(cited.key, "blog.example", "broker")]
    replace_links(an_article(2, title="Writer", text="a link").pk, link)
    for number in range(3, 63):
        filler(number, title="A broker", text="queues")
    for number in range(63, 123):
        filler(number, text="brokers, queues")
    for number in range(123, 200):
        filler(number)
    index_all()
    assert found("broker")[0] == "The broker"
    assert "Queues" in found("queues of the broker")[:21]
    assert found("queues")[0] == "Queues"


def two_named_and_twenty_newer() -> None:
    """Articles with a broker in their text: one that another one calls so, one with it in its
    title, and newer ones."""
    long_ago = timezone.now() - timedelta(days=5000)
    cited = an_article(1, title="Cited", text="a broker", published=long_ago)
    link = [OutLink(cited.key, "blog.example", "The broker")]
    replace_links(an_article(2, title="Writer", text="a link").pk, link)
    an_article(3, title="Brokers", text="a broker", published=long_ago)
    for number in range(4, 24):
        filler(number, text="a broker")
    index_all()


def test_those_that_are_named_by_the_words_are_ranked_before_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ample = replace(ranking.ALL_BUDGET, few_ms=30_000, total_ms=90_000)
    monkeypatch.setattr(ranking, "ALL_BUDGET", ample)
    monkeypatch.setattr(ranking, "RANKING_MS", 0)
    monkeypatch.setattr(ranking, "FIRST_STEP", 2)
    two_named_and_twenty_newer()
    assert set(found("broker")) == {"Cited", "Brokers"}


def test_where_no_text_is_read_in_time_articles_are_ranked_by_what_they_are_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ranking, "read_within", lambda *_, **__: ([], False))
    two_named_and_twenty_newer()
    titles = found("broker")
    assert set(titles[:2]) == {"Cited", "Brokers"}
    assert len(titles) == 22


def test_the_best_groups_and_the_next_one_share_their_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(30):
        an_article(number, title="A broker", text="queues")
    cited = an_article(30, title="A broker", text="queues")
    link = [OutLink(cited.key, "blog.example", "broker")]
    replace_links(an_article(31, title="Writer", text="a link").pk, link)
    for number in range(32, 60):
        filler(number)
    index_all()
    monkeypatch.setattr(ranking, "MAX_RANKED", 20)
    budget = newest.TimeBudget(few_ms=30, days_ms=20, total_ms=45)
    monkeypatch.setattr(ranking, "ALL_BUDGET", budget)
    now = [0.0]
    given = []

    def newest_ids(*_: object, budget: newest.TimeBudget, **__: object) -> newest.Ids:
        now[0] += 0.025
        given.append((budget.few_ms, budget.total_ms))
        return [len(given)], False

    monkeypatch.setattr(ranking, "monotonic", lambda: now[0])
    monkeypatch.setattr(ranking, "newest", newest_ids)
    ids, complete = ranking.candidates(Article.objects.live(), parse_search("broker"))
    assert (ids, complete) == ([1, 2], False)
    assert given[0] == (30, 45)
    assert given[1] == (pytest.approx(10), pytest.approx(20))


def test_a_rare_word_is_worth_more_than_a_common_one() -> None:
    an_article(1, title="Rare", text="celery")
    for number in range(2, 12):
        an_article(number, title=f"Common {number}", text="python python")
    index_all()
    assert found("python celery")[0] == "Rare"


def test_an_article_need_not_have_all_the_words_but_those_that_have_come_first() -> (
    None
):
    an_article(1, title="All", text="how to tame wild celery workers")
    an_article(2, title="Most", text="celery workers")
    for number in range(3, 12):
        filler(number)
    index_all()
    assert found("tame the wild celery workers") == ["All", "Most"]


def test_a_common_word_alone_is_not_enough_beside_a_rare_one() -> None:
    an_article(1, title="Rare", text="python zygote")
    for number in range(2, 30):
        filler(number, text="python")
    for number in range(30, 60):
        filler(number)
    index_all()
    assert found("python zygote") == ["Rare"]
    assert len(found("python or zygote")) == 25
    assert found("python zygote", sort="newest") == ["Rare"]


def test_what_is_in_quotation_marks_must_be_there_and_what_has_a_minus_must_not() -> (
    None
):
    an_article(1, title="Phrase", text="a message queue for rabbits")
    an_article(2, title="Apart", text="a queue for each message")
    an_article(3, title="Excluded", text="a message queue for hares")
    index_all()
    assert set(found('"message queue"')) == {"Phrase", "Excluded"}
    assert found('rabbits "message queue"') == ["Phrase"]
    assert found('"message queue" -hares') == ["Phrase"]
    assert found('queue -"message queue"') == ["Apart"]


def test_the_beginning_of_a_word_finds_it() -> None:
    an_article(1, title="Begins", text="asynchronous")
    an_article(2, title="Other", text="synchronous")
    index_all()
    assert found("async*") == ["Begins"]


def test_what_others_call_an_article_finds_it() -> None:
    target = an_article(1, title="Untitled", text="nothing of the kind")
    writer = an_article(2, title="Writer", text="read this")
    replace_links(
        writer.pk, [OutLink(target.key, "blog.example", "levels of complexity")]
    )
    for number in range(3, 9):
        filler(number)
    index_all()
    assert found("complexity levels")[0] == "Untitled"
    replace_links(writer.pk, [])
    index_all()
    assert found("complexity levels") == []


def test_what_an_article_calls_itself_is_no_anchor_nor_what_a_deleted_one_says() -> (
    None
):
    target = an_article(1, title="Target", text="nothing")
    deleted = an_article(2, title="Deleted", text="gone")
    link = [OutLink(target.key, "blog.example", "zebra")]
    replace_links(target.pk, link)
    replace_links(deleted.pk, link)
    index_all()
    target.refresh_from_db()
    assert target.anchors == "zebra\n"
    Article.objects.filter(pk=deleted.pk).update(deleted_at=timezone.now())
    index_all()
    target.refresh_from_db()
    assert target.anchors == ""


def test_a_word_that_no_article_has_is_searched_as_the_nearest_one() -> None:
    an_article(1, title="Generators", text="generator asyncio")
    for number in range(2, 6):
        filler(number)
    index_all()
    assert found("asynico") == ["Generators"]
    assert found("asyncioo") == ["Generators"]
    assert found("xyzzyx") == []
    an_article(9, title="Typed so", text="asynico")
    index_all()
    assert found("asynico") == ["Typed so"]


@pytest.mark.parametrize(
    ("one", "other", "most", "edits"),
    [
        ("asyncio", "asyncio", 2, 0),
        ("asynico", "asyncio", 2, 1),
        ("queue", "queu", 1, 1),
        ("queue", "quay", 1, 2),
        ("kitten", "sitting", 2, 3),
        ("abc", "abcdef", 2, 3),
    ],
)
def test_words_are_so_many_edits_apart(
    one: str, other: str, most: int, edits: int
) -> None:
    assert distance(one, other, most) == edits


def counts(config: str = "english") -> dict[str, int]:
    """How many articles have each word."""
    rows = WordCount.objects.filter(config=config, articles__gt=0)
    return dict(rows.values_list("word", "articles"))


def erase(article: Article) -> None:
    article.delete()


def put_into_trash(article: Article) -> None:
    Article.objects.filter(pk=article.pk).update(deleted_at=timezone.now())


@pytest.mark.parametrize("remove", [erase, put_into_trash])
def test_words_are_counted_as_articles_come_change_and_go(
    remove: Callable[[Article], None],
) -> None:
    one = an_article(1, title="Queues", text="broker broker 17", published=None)
    two = an_article(2, title="Other", text="broker", published=None)
    index_all()
    assert counts() == {"@english": 2, "queue": 1, "^queue": 1, "broker": 2}
    Article.objects.filter(pk=two.pk).update(text="celery")
    Article.objects.filter(pk=one.pk).update(language="de")
    index_all()
    assert counts() == {"@english": 1, "celeri": 1}
    german = {"@german": 1, "queu": 1, "^queu": 1, "brok": 1}
    assert counts("german") == german | {"oth": 1} or counts("german") == german
    remove(one)
    remove(two)
    index_all()
    assert counts() == counts("german") == {}
    assert not WordChange.objects.exists()


def test_a_new_article_that_changes_before_it_is_counted_is_counted_as_it_is() -> None:
    changed = an_article(1, text="celery queues")
    deleted = an_article(2, text="celery workers")
    gone = an_article(3, text="celery beat")
    index_all()
    for article in (changed, deleted, gone):
        Article.objects.filter(pk=article.pk).update(text="rabbits")
    again = an_article(4, text="celery queues")
    Article.objects.filter(pk=again.pk).update(text="rabbits and celery")
    late = an_article(5, text="celery workers")
    Article.objects.filter(pk=late.pk).update(deleted_at=timezone.now())
    Article.objects.filter(pk=deleted.pk).update(deleted_at=timezone.now())
    gone.delete()
    index_all()

    found = counts()

    recount()
    assert found == counts()
    assert (found["rabbit"], found["celeri"]) == (2, 1)


def test_the_keywords_of_an_article_are_the_words_that_others_lack() -> None:
    an_article(1, title="Celery", text="celery workers run python tasks, celery")
    for number in range(2, 8):
        filler(
            number, text="python tasks once more and celery" if number < 4 else "python"
        )
    index_all()
    keywords = Keywords.objects.get(article__title="Celery")
    assert keywords.words[0] == "celeri"
    assert "python" not in keywords.words
    assert sum(weight**2 for weight in keywords.weights) == pytest.approx(1e8, rel=0.01)


def test_few_matches_are_expected_by_the_counts_of_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    articles = [an_article(n, text=f"A kettle sings, {n}.") for n in range(3)]
    index_all()
    # PostgreSQL would expect of a rare word what it expects of any that it does not know.
    monkeypatch.setattr(newest, "expected_rows", lambda *each: [10**6] * len(each))
    monkeypatch.setattr(newest.dates, "are_known", lambda: False)
    monkeypatch.setattr(ranking, "ALL_BUDGET", replace(ranking.ALL_BUDGET, final_ms=0))
    ids, complete = ranking.candidates(Article.objects.live(), parse_search("kettle"))
    assert (sorted(ids), complete) == ([each.pk for each in articles], True)


def test_whether_keywords_are_stale_is_known_without_reading_all_words() -> None:
    an_article(1)
    index_all()
    words = [
        WordCount(config="english", word=f"w{n}", articles=1) for n in range(5_000)
    ]
    WordCount.objects.bulk_create(words)
    for sql in (STALE, CHOOSE):
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE catalog_wordcount")
            given = {"batch": 10, "ids": [], "most": 10}
            cursor.execute(f"EXPLAIN (ANALYZE) {sql}", given)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "Seq Scan on catalog_wordcount" not in plan
        assert "Index Cond: ((word >= '@'::text) AND (word < 'A'::text))" in plan


def test_keywords_are_chosen_anew_when_the_catalogue_has_grown() -> None:
    an_article(1, title="First", text="celery workers")
    index_all()
    for number in range(2, 12):
        an_article(number, title=f"Number {number}", text="celery zygote")
    index_all()
    assert Keywords.objects.get(article__title="First").among == 11


def test_the_fewest_words_that_are_worth_enough_are_asked_for() -> None:
    words = tuple(
        Word(lexeme, place, articles, 1000)
        for place, (lexeme, articles) in enumerate(
            [("rare", 2), ("some", 50), ("all", 900)]
        )
    )
    whole = WordSet("english", ("en",), words)
    assert [[word.lexeme for word in group] for group in whole.groups(0.4)] == [
        ["rare"]
    ]
    assert [[word.lexeme for word in group] for group in whole.groups(0.9)] == [
        ["rare", "some"]
    ]
    assert whole.expected(0.4) == 2
    assert whole.query(1.0) == "(('rare' & 'some' & 'all'))"


def test_counting_anew_gives_the_same_counts() -> None:
    for number in range(4):
        filler(
            number,
            text=f"broker {number} times word{number}",
            language="de" if number else "en",
        )
    index_all()
    before = list(WordCount.objects.filter(articles__gt=0).order_by("pk").values())
    WordCount.objects.update(articles=99)
    recount()
    assert list(WordCount.objects.order_by("pk").values()) == before


def lose_counts() -> None:
    """Empty the table of counts, as a crash of PostgreSQL does."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE catalog_wordcount")


def test_counts_that_a_crash_took_come_back() -> None:
    for number in range(4):
        filler(number, text=f"broker {number} times", language="de" if number else "en")
    changed = an_article(5, text="celery queues")
    trashed = an_article(6, text="celery beat")
    index_all()
    Article.objects.filter(pk=changed.pk).update(text="celery workers")
    put_into_trash(trashed)
    an_article(7, text="celery and rabbits")
    lose_counts()
    index_all()
    found = list(WordCount.objects.filter(articles__gt=0).order_by("pk").values())
    recount()
    assert list(WordCount.objects.order_by("pk").values()) == found


def test_counting_again_chooses_the_keywords_of_what_changed_only() -> None:
    same = an_article(1, text="celery workers")
    changed = an_article(2, text="celery queues")
    index_all()
    Keywords.objects.update(words=["mark"], weights=[10_000])
    Article.objects.filter(pk=changed.pk).update(text="celery rabbits")
    new = an_article(3, text="celery beat")
    lose_counts()
    index_all()
    marked = Keywords.objects.filter(words=["mark"])
    assert [kept.article_id for kept in marked] == [same.pk]
    assert Keywords.objects.filter(article=new).exists()


def test_a_crash_while_all_are_counted_again_loses_none() -> None:
    for number in range(3):
        an_article(number, text="celery workers")
    index_all()
    before = counts()
    lose_counts()
    index_changes(batch=1)
    lose_counts()
    index_all()
    assert counts() == before


def test_counts_are_not_logged() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relpersistence FROM pg_class WHERE relname = 'catalog_wordcount'"
        )
        assert cursor.fetchall() == [("u",)]


def test_the_snippet_is_of_the_passage_that_has_most_of_the_words() -> None:
    filling = "nothing to see in this long text. " * 600
    text = f"One celery. {filling} Celery makes workers busy. {filling}"
    length = len(text.split())
    article = an_article(1, title="Long", text=text, word_count=length)
    for number in range(2, 6):
        filler(number)
    index_all()
    search = parse_search("celery workers")
    shown = highlight([article], search)[article.pk].text
    assert "<mark>Celery</mark> makes <mark>workers</mark> busy" in shown


def test_what_has_one_of_the_words_is_marked_all_the_same() -> None:
    article = an_article(1, title="Workers", text="They are busy workers.")
    index_all()
    shown = highlight([article], parse_search("celery workers"))[article.pk]
    assert shown.title == "<mark>Workers</mark>"
    assert "<mark>workers</mark>" in shown.text


def test_a_common_word_is_worth_no_more_where_a_small_language_hardly_has_it() -> None:
    an_article(1, title="Rare", text="python zygote", language="en")
    for number in range(2, 30):
        filler(number, text="python", language="en")
    for number in range(30, 60):
        filler(number, language="en")
    an_article(60, title="Klein", text="python", language="de")
    an_article(61, title="Anders", text="etwas", language="de")
    index_all()
    assert found("python zygote") == ["Rare"]
    assert "zygot" in str(parse_search("python zygote").words)
    assert "@german" not in str(parse_search("python zygote").words)
