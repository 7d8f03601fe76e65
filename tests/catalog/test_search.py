"""Search: each article in its own language, ranked, bounded, and with what was found marked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.test import Client
from django.utils import timezone

from catalog.filters import ArticleFilter
from catalog.models import Article
from catalog.search import dates, filter_keys, newest, ranking
from catalog.search import query as search_query
from catalog.search.highlight import BEGIN, END, marked
from catalog.search.indexing import index_all
from catalog.search.paging import article_page
from catalog.search.query import TypedSearch, parse_search
from tests.pages import WHEN, an_article

pytestmark = pytest.mark.django_db


def found(words: str, **query: str) -> list[str]:
    """The titles, in the order of the page."""
    filters = ArticleFilter({"q": words, **query}, Article.objects.live())
    return [
        article.title
        for article in article_page(filters.qs.for_lists(), {"q": words, **query}).rows
    ]


@pytest.fixture
def languages() -> None:
    an_article(1, title="English", text="Many queues were tested", language="en")
    an_article(2, title="Deutsch", text="Viele Häuser wurden getestet", language="de")
    an_article(3, title="Français", text="Les maisons chantaient", language="fr")
    an_article(4, title="Russian", text="Большие очереди", language="ru")
    an_article(5, title="Unknown", text="queues queuing", language="")
    an_article(6, title="Odd", text="queues", language="xx-klingon"[:8])


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("queue", {"English"}),
        ("queues", {"English", "Unknown", "Odd"}),
        ("testing", {"English"}),
        ("Haus", {"Deutsch"}),
        ("häuser", {"Deutsch"}),
        ("maison", {"Français"}),
        ("очередь", {"Russian"}),
        ('"many queues"', {"English"}),
        ('"queues many"', set()),
        ("queues -tests", {"Unknown", "Odd"}),
        ("-queues", {"Deutsch", "Français", "Russian"}),
        ("haus or maison", {"Deutsch", "Français"}),
        ("the", set()),
        ("@english", {"English"}),
    ],
)
def test_words_are_found_in_every_form_that_the_language_gives_them(
    languages: None, words: str, titles: set[str]
) -> None:
    assert set(found(words)) == titles


def test_marks_cannot_be_typed(languages: None) -> None:
    an_article(9, title="Sly", text="'@german' @2026-03 '@english':A")
    assert found("'@german'") == ["Sly"]
    assert "Deutsch" not in found("@2026-03")


def test_the_title_counts_for_more_and_the_newer_comes_first_among_equals() -> None:
    an_article(1, title="Other", text="broker " * 20)
    an_article(3, title="A broker", text="nothing here")
    an_article(2, title="Also", text="broker once")
    assert found("broker")[0] == "A broker"
    assert found("broker", sort="newest") == ["Other", "Also", "A broker"]


def test_authors_are_found_by_any_of_their_names_even_if_it_is_a_stop_word() -> None:
    an_article(1, authors=["Will McGugan", "Ada O'Neil"], title="Will there be queues")
    an_article(2, title="Will nobody", authors=["Bo"])
    assert found("author:will") == ["Will there be queues"]
    assert found("author:mcgu") == ["Will there be queues"]
    assert found('author:"o\'neil ada"') == ["Will there be queues"]
    assert found('author:"will mcgu"') == ["Will there be queues"]
    assert found('author:"wil mcgugan"') == []
    assert found("mcgugan") == ["Will there be queues"]
    assert found("author:queues") == []
    assert found("title:queue") == ["Will there be queues"]
    assert found("title:mcgugan") == []


def test_what_was_typed_is_parted() -> None:
    typed = TypedSearch.parse(
        'a title:b "c d" author:"e f" TITLE:g -h -"i j" Kl* OR m-n or-a --'
    )
    assert typed == TypedSearch(
        plain="a m-n or-a",
        phrases=("c d",),
        prefixes=("kl",),
        excluded=("h", "i j"),
        any_word=True,
        title=("b", "g"),
        author=("e f",),
    )


@pytest.mark.parametrize(
    "words",
    ["'", '"', "\\", "a & | ! ( )", "title:", "author:", 'title:"', "a:*", "'a':A", "🦆", "-", "- -", "or", "%s",
     "title:' author:'", "((((", "<->", "\u202e", "a\\'b", "$$", "x" * 500, "a " * 250],
)  # fmt: skip
def test_no_search_breaks_the_page(
    admin_client: Client, languages: None, words: str
) -> None:
    for field in ("", "title:", "author:"):
        for page in ("/articles/", "/articles/facets"):
            assert admin_client.get(page, {"q": field + words}).status_code == 200


AMPLE = newest.TimeBudget(
    few_ms=30_000, days_ms=30_000, final_ms=30_000, total_ms=90_000
)  # on whatever machine


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """300 articles over 300 days, two of three with the word, every tenth in its title; ten are ranked."""
    monkeypatch.setattr(ranking, "MAX_RANKED", 10)
    monkeypatch.setattr(ranking, "MAX_NEWEST", 10)
    monkeypatch.setattr(ranking, "ALL_BUDGET", AMPLE)
    monkeypatch.setattr(ranking, "RANKING_MS", 60_000)
    monkeypatch.setattr(newest, "MAX_READ", 20)
    dates.histogram.cache_clear()
    now = timezone.now()
    for number in range(300):
        an_article(
            number,
            title=f"Broker {number}" if number % 10 == 0 else f"Other {number}",
            text="broker" if number % 3 else "nothing",
            published=now - timedelta(days=number),
        )
    index_all()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE catalog_article")
    yield
    dates.histogram.cache_clear()


def test_of_a_common_word_the_newest_with_it_in_the_title_are_ranked(
    many: None,
) -> None:
    page = article_page(
        Article.objects.live().filter(search=SearchQuery("broker", config="english")),
        {"q": "broker"},
    )
    titles = [article.title for article in page.rows]
    assert page.ranked == len(titles) >= 5
    numbers = sorted(int(title.removeprefix("Broker ")) for title in titles)
    assert numbers == list(range(0, 10 * len(titles), 10))
    assert page.older == ""


def test_a_common_word_is_looked_for_in_the_newest_days_only(many: None) -> None:
    search = parse_search("broker")
    rows = search.apply(Article.objects.live())
    asked: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(str(params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ids, whole = newest.newest(rows, 10, search, budget=AMPLE)
    assert len(ids) == 10
    assert not whole
    assert ids == list(rows.order_by("-published").values_list("pk", flat=True)[:10])
    assert any(f"'@{timezone.now():%Y-%m}" in each for each in asked)
    assert newest.newest(rows, 1000, search, budget=AMPLE)[1]


@pytest.mark.parametrize("number", [60, 120])
def test_what_a_second_look_meets_again_is_counted_once(
    many: None, number: int
) -> None:
    search = parse_search("broker")
    rows = search.apply(Article.objects.live())
    ids, whole = newest.newest(rows, number, search, budget=AMPLE)
    assert not whole
    assert ids == list(
        rows.order_by("-published").values_list("pk", flat=True)[:number]
    )


def test_a_guess_that_is_wrong_finds_them_all_the_same(many: None) -> None:
    Article.objects.filter(published__gt=timezone.now() - timedelta(days=100)).update(
        text="nothing", title="x"
    )
    search = parse_search("broker")
    rows = search.apply(Article.objects.live())
    ids, _ = newest.newest(rows, 10, search, budget=AMPLE)
    assert ids == list(rows.order_by("-published").values_list("pk", flat=True)[:10])
    assert len(ids) == 10


def test_where_the_first_days_hold_less_than_expected_none_of_the_next_ones_is_passed_over(
    many: None,
) -> None:
    Article.objects.update(text="broker")
    Article.objects.filter(published__gt=timezone.now() - timedelta(days=12)).update(
        text="nothing", title="x"
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE catalog_article")
    dates.histogram.cache_clear()
    search = parse_search("broker")
    rows = search.apply(Article.objects.live())
    ids, _ = newest.newest(rows, 10, search, budget=AMPLE)
    assert ids == list(
        rows.order_by("-published").values_list("pk", flat=True)[: len(ids)]
    )
    assert len(ids) >= 5


@pytest.mark.parametrize("days", [0, 1, 31, 59, 60, 400, 4000])
def test_the_marks_cover_every_day(days: int) -> None:
    since = timezone.now() - timedelta(days=days)
    marks = set(filter_keys.day_marks(since))
    for back in range(days + 1):
        day = timezone.now() - timedelta(days=back)
        assert f"@{day:%Y-%m-%d}" in marks or f"@{day:%Y-%m}" in marks


def test_the_marks_are_those_of_the_index() -> None:
    an_article(1, published=datetime(2026, 3, 4, 23, 59, tzinfo=UTC))
    an_article(2, published=None)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT strip(heading)::text FROM catalog_article ORDER BY published NULLS LAST"
        )
        dated, undated = (row[0] for row in cursor.fetchall())
    assert "'@2026-03' '@2026-03-04' '@english'" in dated
    assert "@english" in undated
    assert "@2" not in undated


def test_what_was_found_is_marked(admin_client: Client) -> None:
    an_article(
        1,
        title="Testing queues",
        text=f"Start. {'filler ' * 50} a queue, and <b>queues</b> &amp; more.",
    )
    page = admin_client.get("/articles/?q=queue").text
    assert "Testing <mark>queues</mark>" in page
    assert "<mark>queue</mark>" in page
    assert "<b>queues" not in page


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (f"a {BEGIN}b{END} c", "a <mark>b</mark> c"),
        (f"{BEGIN}<script>{END}", "<mark>&lt;script&gt;</mark>"),
        (f"{END}{BEGIN}{BEGIN}x{END}{BEGIN}", "<mark>x</mark>"),
        ("nothing", ""),
        (f"{BEGIN}never shut", ""),
    ],
)
def test_marked_text_is_safe_and_whole(text: str, html: str) -> None:
    assert marked(text) == html


def test_a_search_that_takes_too_long_says_so(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_article(1, published=WHEN)
    monkeypatch.setattr("catalog.search.newest.with_statement_timeout", lambda *_: None)
    page = admin_client.get("/articles/?q=words").text
    assert "took too long" in page
    assert "No articles match" not in page
    assert "that match best" not in page


def test_where_time_is_over_those_that_were_ranked_are_shown(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as fit into the first statement, of which those with the word in their title come first."""
    for number in range(30):
        an_article(
            number,
            title="broker" if number > 24 else f"Article {number}",
            text="broker",
        )
    index_all()
    monkeypatch.setattr(ranking, "ALL_BUDGET", AMPLE)
    for name, value in (("RANKING_MS", 5_000), ("FIRST_STEP", 4)):
        monkeypatch.setattr(ranking, name, value)
    monkeypatch.setattr("catalog.search.stepwise.MIN_STEP", 1)
    page = admin_client.get("/articles/?q=broker")
    assert (len(page.context["page"].rows), page.context["page"].ranked) == (25, None)
    monkeypatch.setattr(ranking, "RANKING_MS", 0)
    page = admin_client.get("/articles/?q=broker")
    assert (len(page.context["page"].rows), page.context["page"].ranked) == (4, 4)
    assert "the 4 that match best" in page.text
    monkeypatch.setattr(
        ranking, "MAX_RANKED", 10
    )  # then these are not all that fit, and titles are looked for
    page = admin_client.get("/articles/?q=broker")
    assert [article.title for article in page.context["page"].rows] == ["broker"] * 4


def test_where_time_is_over_the_first_ones_are_marked(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        an_article(number, title=f"Article {number}", text="One broker is enough.")
    index_all()
    page = admin_client.get("/articles/?q=broker").text
    assert page.count("<mark>broker</mark>") == 25
    monkeypatch.setattr("catalog.search.stepwise.MIN_STEP", 1_000)
    page = admin_client.get("/articles/?q=broker").text
    assert page.count("<mark>broker</mark>") == 12


@pytest.mark.parametrize(
    "words",
    [
        "queues",
        "queues -tests",
        '"many queues"',
        "haus or maison",
        "viele häuser",
        "-queues",
    ],
)
@pytest.mark.parametrize("language", ["", "en", "de"])
@pytest.mark.parametrize("told", [False, True])  # what was searched
def test_what_is_found_by_days_is_the_newest_without_a_gap(
    languages: None,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    language: str,
    told: bool,
) -> None:
    live = Article.objects.live().filter(**({"language": language} if language else {}))
    search = replace(parse_search(words, language or None), rows=live if told else None)
    rows = search.apply(live)
    wanted = list(rows.order_by(*newest.NEWEST_FIRST).values_list("pk", flat=True))
    assert newest.newest(rows, 10, search, budget=AMPLE) == (wanted, True)
    monkeypatch.setattr(newest, "MAX_READ", -1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE catalog_article")
    dates.histogram.cache_clear()
    ids, whole = newest.newest(rows, 10, search)
    assert ids == (wanted if whole else wanted[: len(ids)])
    assert sorted(search.by_index(rows).values_list("pk", flat=True)) == sorted(wanted)


@pytest.mark.parametrize(
    ("most", "looks"), [(newest.MAX_SORTED, 4), (-1, 3)]
)  # days, fewer days, fewer still; all
def test_where_nothing_can_be_looked_at_in_time_a_search_gives_up(
    many: None, monkeypatch: pytest.MonkeyPatch, most: int, looks: int
) -> None:
    monkeypatch.setattr(newest, "MAX_SORTED", most)
    search = parse_search("broker")
    rows = search.apply(Article.objects.live())
    asked = 0

    def slow(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal asked
        if "@@" in sql and "EXPLAIN" not in sql:
            asked += 1
            return execute("SELECT pg_sleep(300)", (), many, context)
        return execute(sql, params, many, context)

    began = monotonic()
    with connection.execute_wrapper(slow):
        assert newest.newest(
            rows, 10, search, budget=newest.TimeBudget(200, 200, 200, total_ms=10_000)
        ) == ([], False)
    assert asked == looks
    assert monotonic() - began < 60


def test_an_author_who_wrote_much_is_looked_for_among_what_has_the_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    an_article(1, title="One", authors=["Ada Lovelace"], text="queues")
    an_article(2, title="Ada", authors=["Bo"], text="queues")
    an_article(3, title="Other", authors=["Adam"], text="nothing")
    for prolific in (search_query.MANY_BY_AUTHOR, 0):
        monkeypatch.setattr(search_query, "MANY_BY_AUTHOR", prolific)
        assert found("author:ada queues") == ["One"]
        assert found('author:"lovelace ada" queue') == ["One"]
        assert found("author:bo queues") == ["Ada"]


def test_a_language_is_searched_in_its_own_form_and_counted_without_it(
    languages: None,
) -> None:
    assert found("queues", language="en") == ["English"]
    assert found("queues", language="de") == []
    filters = ArticleFilter({"q": "queues", "language": "en"}, Article.objects.live())
    assert {article.title for article in filters.excluding("language")} == {
        "English",
        "Unknown",
        "Odd",
    }
    assert [article.title for article in filters.excluding("source")] == ["English"]


@pytest.mark.parametrize(
    ("words", "times"),
    [
        ("", 1),
        ("queues", 1),
        ("many queues", 2),
        ("many queues -b", 2),
        ("many queues or tested", 1),
        ("many queues were tested ant bee cat dog eel", 32),
    ],
)
def test_words_are_expected_together_oftener_than_by_chance(
    languages: None, words: str, times: int
) -> None:
    an_article(7, text="many queues were tested: ant bee cat dog eel", language="en")
    index_all()
    assert parse_search(words).narrowed(1.0).correlation == times


@pytest.mark.parametrize(
    ("word", "times", "is_there"),
    [("one ", 74_000, True), ("één ", 74_000, True), ("one ", 75_000, False)],
)
def test_a_text_is_found_by_its_first_300_000_characters(
    word: str, times: int, is_there: bool
) -> None:
    an_article(1, title="Long", text=word * times + "last", language="en")
    assert found("last") == ["Long"] * is_there


def test_postgresql_keeps_its_plans_of_what_is_worked_out_with_each_article() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc"
            " WHERE proconfig = ARRAY['plan_cache_mode=force_generic_plan']"
        )
        names = {name for (name,) in cursor.fetchall()}
    assert names == {"catalog_heading", "catalog_search", "catalog_keys"}
