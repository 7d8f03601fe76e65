"""The license and the rights of an article: filtered by, counted, shown, and in every export."""

import csv
import io
import json

import pytest
from django.http import QueryDict
from django.test import Client

from catalog import exports, facets
from catalog.feeds import formats
from catalog.feeds.formats import Links
from catalog.feeds.pages import FeedPage
from catalog.filters import ArticleFilter
from catalog.models import Article
from catalog.rights import in_words, license_label
from pipeline.exports.markdown import one
from tests.pages import an_article

pytestmark = pytest.mark.django_db
CC = "https://creativecommons.org/licenses/by/4.0/"


@pytest.fixture
def article() -> Article:
    an_article(2)
    return an_article(
        1,
        license=CC,
        rights=["noai", "tdm-reserved"],
        methods={"license": "rel=license", "noai": "X-Robots-Tag: noai"},
    )


@pytest.mark.parametrize(
    ("license_name", "label"),
    [
        (CC, "CC BY 4.0"),
        ("https://creativecommons.org/licenses/by-nc-sa/3.0/", "CC BY-NC-SA 3.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("https://blog.example/terms", "https://blog.example/terms"),
        ("", ""),
    ],
)
def test_a_license_is_called_what_people_call_it(license_name: str, label: str) -> None:
    assert license_label(license_name) == label


@pytest.mark.parametrize(
    "query", [f"license={CC}", "rights=noai", "rights=tdm-reserved"]
)
def test_articles_are_filtered_by_license_and_by_rights(
    article: Article, query: str
) -> None:
    assert list(ArticleFilter(QueryDict(query), Article.objects.live()).qs) == [article]


def test_both_are_counted(article: Article) -> None:
    found = facets.facets(QueryDict(""), Article.objects.live())
    values = {each.name: each.values or [] for each in found}
    assert [(value.label, value.count) for value in values["license"]] == [
        ("CC BY 4.0", 1)
    ]
    assert [value.name for value in values["rights"]] == ["noai", "tdm-reserved"]


def test_the_reader_shows_both_with_the_place(
    article: Article, admin_client: Client
) -> None:
    page = admin_client.get(article.get_absolute_url()).text
    assert "CC BY 4.0" in page
    assert "X-Robots-Tag: noai" in page
    assert "?rights=tdm-reserved" in page


def test_every_export_has_both(article: Article) -> None:
    rows = Article.objects.filter(pk=article.pk)
    line = json.loads("".join(exports.jsonl(rows)))
    assert (line["license"], line["rights"]) == (CC, ["noai", "tdm-reserved"])
    assert line["methods"]["noai"] == "X-Robots-Tag: noai"
    [cells] = csv.DictReader(io.StringIO("".join(exports.table(rows))))
    assert (cells["license"], cells["rights"]) == (CC, "noai, tdm-reserved")
    feed = "".join(exports.atom(rows))
    assert f'<link rel="license" href="{CC}"/>' in feed
    assert "<rights>CC BY 4.0: rel=license; No use for AI (noai): X-Robots" in feed
    assert f'license: "{CC}"' in one(article)
    assert 'rights: ["noai", "tdm-reserved"]' in one(article)


def test_every_feed_has_both(article: Article) -> None:
    page = FeedPage([article], None)
    links = Links("https://a/", "https://a/", "https://a/")
    assert f'<link rel="license" href="{CC}"/>' in formats.atom("t", "i", page, links)
    [item] = json.loads(formats.json_feed("t", "i", page, links))["items"]
    assert item["_rights"] == {"license": CC, "rights": ["noai", "tdm-reserved"]}


def test_the_api_lists_both(article: Article, admin_client: Client) -> None:
    [line] = admin_client.get("/api/articles?rights=noai").json()["items"]
    assert (line["license"], line["rights"]) == (CC, ["noai", "tdm-reserved"])


def test_an_article_without_either_says_nothing_of_them() -> None:
    plain = an_article(1)
    assert in_words(plain.rights, plain.license, plain.methods) == ""
    feed = "".join(exports.atom(Article.objects.all()))
    assert "<rights>" not in feed
