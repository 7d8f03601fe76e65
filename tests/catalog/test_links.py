"""Related articles, who links to an article, and what articles link to most."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog import links, trash
from catalog.links import OutLink, cited_hosts, cited_pages, hosts_to_add, replace_links
from catalog.models import Article, CitedCount, Keywords, Link
from catalog.related import MAX_SHARING, related_ids
from catalog.search.indexing import index_all
from pipeline.runs.forms import LaunchForm
from tests.pages import an_article

pytestmark = pytest.mark.django_db


def link(writer: Article, target: str, text: str = "see") -> None:
    """Let an article link to an address, and to nothing else."""
    host = target.split("/")[2]
    replace_links(writer.pk, [OutLink(target, host, text)])


def titles(ids: list[int]) -> list[str]:
    found = Article.objects.in_bulk(ids)
    return [found[pk].title for pk in ids]


@pytest.fixture
def topics() -> dict[str, Article]:
    """Two articles on workers, two on bread, and others."""
    texts = {
        "Workers": "celery workers run tasks from queues",
        "Queues": "queues of tasks that celery runs",
        "Bread": "flour water salt and a hot oven",
        "Dough": "water and flour make a dough for the oven",
    }
    articles = {
        title: an_article(number, title=title, text=text)
        for number, (title, text) in enumerate(texts.items(), 1)
    }
    for number in range(10, 20):
        an_article(number, title=f"Other {number}", text=f"nothing {number} at all")
    index_all()
    return articles


def test_related_articles_share_the_words_that_say_most(
    topics: dict[str, Article],
) -> None:
    assert titles(related_ids(topics["Workers"].pk)) == ["Queues"]
    assert titles(related_ids(topics["Dough"].pk)) == ["Bread"]
    assert related_ids(Article.objects.get(title="Other 12").pk) == []


def test_who_links_to_an_article_and_what_is_cited_with_it_is_related(
    topics: dict[str, Article],
) -> None:
    writer = Article.objects.get(title="Other 11")
    replace_links(
        writer.pk,
        [
            OutLink(topics[name].key, "blog.example", name)
            for name in ("Bread", "Workers")
        ],
    )
    found = titles(related_ids(topics["Bread"].pk))
    assert set(found) == {"Dough", "Other 11", "Workers"}
    assert found[-1] == "Workers"
    assert set(titles(related_ids(writer.pk))) == {"Bread", "Workers"}


def test_articles_that_link_to_the_same_page_are_related_unless_many_do(
    topics: dict[str, Article],
) -> None:
    page = "https://elsewhere.example/talk"
    others = [Article.objects.get(title=f"Other {number}") for number in (12, 13)]
    link(topics["Workers"], page)
    link(others[0], page)
    assert titles(related_ids(topics["Workers"].pk)) == ["Queues", "Other 12"]
    link(others[1], page)
    for number in range(MAX_SHARING - 1):
        link(an_article(100 + number, text=f"more of {number}"), page)
    assert titles(related_ids(topics["Workers"].pk)) == ["Queues"], "many link there"


def test_related_articles_are_never_copies_or_deleted_ones(
    topics: dict[str, Article],
) -> None:
    Article.objects.filter(title="Queues").update(original=topics["Workers"])
    assert related_ids(topics["Workers"].pk) == []
    Article.objects.filter(title="Bread").update(deleted_at=timezone.now())
    assert related_ids(topics["Dough"].pk) == []


def test_the_reader_shows_both(
    admin_client: Client, topics: dict[str, Article]
) -> None:
    link(topics["Bread"], topics["Workers"].key, "no <b>bread</b>")
    page = admin_client.get(f"/articles/{topics['Workers'].pk}/").text
    assert f"/articles/{topics['Workers'].pk}/related" in page
    page = admin_client.get(f"/articles/{topics['Workers'].pk}/related").text
    assert ">Queues<" in page
    assert ">Bread<" in page
    assert "no &lt;b&gt;bread&lt;/b&gt;" in page
    part = admin_client.get(
        f"/articles/{topics['Dough'].pk}/related", headers={"HX-Request": "true"}
    ).text
    assert "<html" not in part
    assert "No article in the catalogue links here." in part


def test_hosts_that_several_sources_cite_are_to_be_added() -> None:
    one = an_article(1, host="one.example")
    two = an_article(2, host="two.example")
    three = an_article(3, host="two.example")
    link(one, "https://far.example/a")
    link(two, "https://far.example/a")
    link(three, "https://one.example/1")
    assert cited_hosts() == [
        ("far.example", 2, 2, False),
        ("one.example", 1, 1, True),
    ]
    assert cited_pages() == [
        ("https://far.example/a", 2, 2, False),
        ("https://one.example/1", 1, 1, False),
    ]
    assert [host.name for host in hosts_to_add(cited_hosts() or [])] == ["far.example"]
    link(one, "https://one.example/2")  # within its own site
    assert ("one.example", 1, 1, True) in (cited_hosts() or [])
    Article.objects.filter(pk=two.pk).update(deleted_at=timezone.now())
    assert "far.example" not in [host.name for host in cited_hosts() or []]


def test_of_many_links_what_was_counted_last_is_shown(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, host in enumerate(("one.example", "two.example"), 1):
        link(an_article(number, host=host), "https://far.example/a")
    now = timezone.now()
    links.keep_cited(now)
    assert not CitedCount.objects.exists()  # few enough to count them for each reader
    monkeypatch.setattr(links, "MAX_COUNTED_AT_ONCE", 1)
    counted = cited_hosts()
    links.keep_cited(now)
    link(an_article(3, host="three.example"), "https://far.example/a")
    assert cited_hosts() == counted == [("far.example", 2, 2, False)]
    assert "Counted " in admin_client.get("/articles/links/").text
    links.keep_cited(now + timedelta(minutes=5))
    assert cited_hosts() == counted
    links.keep_cited(now + timedelta(minutes=11))
    assert cited_hosts() == [("far.example", 3, 3, False)]
    assert cited_pages() == [("https://far.example/a", 3, 3, False)]


def test_the_page_of_links_leads_to_a_preview(admin_client: Client) -> None:
    page = admin_client.get("/articles/links/").text
    assert "No article links to another site." in page
    for number, host in enumerate(("one.example", "two.example")):
        link(an_article(number, host=host), "https://far.example/a")
    page = admin_client.get("/articles/links/").text
    assert 'name="addresses" value="https://far.example/"' in page
    assert '<form method="post" action="/"' in page
    assert 'name="dry_run" value="on">Preview' in page
    assert "2 sources, 2 articles" in page
    sent = LaunchForm({"addresses": "https://far.example/", "dry_run": "on"})
    assert sent.is_valid(), sent.errors


def test_what_most_sources_cite_is_no_blog_to_add() -> None:
    articles = [an_article(number, host=f"s{number}.example") for number in range(6)]
    for number, article in enumerate(articles):
        targets = ["https://code.example/a"]
        if number < 2:
            targets.append("https://blog.example/b")
        hosts = [target.split("/")[2] for target in targets]
        given = zip(targets, hosts, strict=True)
        replace_links(article.pk, [OutLink(*each, "see") for each in given])
    hosts = cited_hosts() or []
    assert [host.name for host in hosts] == ["code.example", "blog.example"]
    assert [host.name for host in hosts_to_add(hosts)] == ["blog.example"]


def test_counting_that_takes_too_long_says_so(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.links.with_statement_timeout", lambda *_: None)
    assert "took too long" in admin_client.get("/articles/links/").text


def test_erasing_leaves_no_link_and_no_word(topics: dict[str, Article]) -> None:
    article = topics["Bread"]
    link(article, "https://far.example/a")
    trash.delete([article.pk], timezone.now())
    trash.erase(Article.objects.filter(pk=article.pk), timezone.now())
    index_all()
    assert not Link.objects.filter(article=article).exists()
    assert not Keywords.objects.filter(article=article).exists()
    article.refresh_from_db()
    assert article.anchors == ""
