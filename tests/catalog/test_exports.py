"""Exports: complete, in order, and safe to open."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from lxml import etree

from catalog import exports
from catalog.exports import FORMATS, atom, defused, each, jsonl, table
from catalog.models import Article
from catalog.search import dates, export_order
from catalog.search.export_order import ordered_parts
from catalog.search.orders import ORDERS
from tests.catalog.test_paging import walked
from tests.pages import an_article

pytestmark = pytest.mark.django_db
FAR_OFF = datetime(2999, 5, 1, tzinfo=UTC)
NS = {"a": "http://www.w3.org/2005/Atom"}


def exported(*arguments: str) -> str:
    out = io.StringIO()
    call_command("export", *arguments, stdout=out)
    return out.getvalue()


def test_it_works() -> None:
    an_article(
        1,
        authors=["Ada", "Bo"],
        tags=["x"],
        published=datetime(2024, 2, 3, tzinfo=UTC),
        published_precision="day",
        updated=datetime(2024, 2, 4, 5, 6, 7, tzinfo=UTC),
        quality=0.5,
    )
    an_article(2, published=datetime(2024, 2, 2, 1, 2, 3, tzinfo=UTC))
    first, second = map(json.loads, exported().splitlines())
    wanted = {
        "url": "https://blog.example/1/",
        "title": "Article 1",
        "author": "Ada, Bo",
        "published": "2024-02-03",
        "updated": "2024-02-04T05:06:07+00:00",
        "text": "words of article 1",
        "html": "<p>words of article 1</p>",
        "language": "en",
        "tags": ["x"],
        "source": "blog.example",
        "quality": 0.5,
    }
    assert {name: first[name] for name in wanted} == wanted
    assert second["published"] == "2024-02-02T01:02:03+00:00"


def test_a_line_break_in_a_text_does_not_break_a_line() -> None:
    an_article(1, text="one\ntwo\u2028three\u0085four")
    assert exported().count("\n") == 1
    assert json.loads(exported())["text"] == "one\ntwo\u2028three\u0085four"


def test_the_deleted_stay_out_and_filters_hold() -> None:
    an_article(1)
    an_article(2, deleted_at=datetime(2024, 1, 1, tzinfo=UTC))
    an_article(3, host="other.example", language="de")
    assert len(exported().splitlines()) == 2
    assert json.loads(exported("--source", "other.example"))["language"] == "de"
    assert (
        json.loads(exported("--language", "en"))["id"]
        == Article.objects.get(url="https://blog.example/1/").pk
    )
    with pytest.raises(CommandError, match="source"):
        exported("--source", "unknown.example")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        (" =1", "' =1"),
        ("\n=1", "'\n=1"),
        ("a=1", "a=1"),
        ("", ""),
        (None, ""),
        (-0.5, "-0.5"),
        (3, "3"),
        ("nul\0", "nul"),
    ],
)
def test_no_cell_is_a_formula(value: object, cell: str) -> None:
    assert defused(value) == cell


def test_csv_survives_hostile_values() -> None:
    an_article(
        1,
        title='=HYPERLINK("https://evil.example")',
        tags=["@x", '"'],
        text='a,"b"\r\nc',
    )
    header, row = csv.reader(
        io.StringIO("".join(table(Article.objects.all())), newline="")
    )
    values = dict(zip(header, row, strict=True))
    assert values["title"].startswith("'=")
    assert values["tags"].startswith("'@")
    assert values["text"] == 'a,"b"\r\nc'


def test_atom_is_well_formed_whatever_the_articles_hold() -> None:
    an_article(
        1,
        title="]]> & <script> \x0b\ufffe",
        html="<p>a & b</p>",
        tags=['"><x'],
        authors=["<b>"],
    )
    an_article(2, published=None)
    feed = etree.fromstring("".join(atom(Article.objects.order_by("pk"))).encode())
    titles = feed.xpath("a:entry/a:title/text()", namespaces=NS)
    assert titles[0].startswith("]]> & <script>")
    assert feed.xpath("a:entry[1]/a:content/text()", namespaces=NS) == ["<p>a & b</p>"]
    assert len(feed.xpath("a:entry/a:author/a:name", namespaces=NS)) == 2


def test_an_embed_has_its_name_in_every_format_that_has_markup() -> None:
    link = '<a href="https://video.example/1" class="embed"'
    an_article(1, html=f'<p>{link} title="The horn"></a></p>')
    named = f"<p>{link}>The horn</a></p>"
    assert json.loads(exported())["html"] == named
    feed = etree.fromstring("".join(atom(Article.objects.all())).encode())
    assert feed.findtext("a:entry/a:content", namespaces=NS) == named


def test_a_download_holds_exactly_what_the_page_shows(admin_client: Client) -> None:
    for number in range(60):
        an_article(number, language="de" if number % 3 else "en")
    shown, page = [], admin_client.get("/articles/?language=de").context["page"]
    shown += [article.pk for article in page.rows]
    while page.older:
        page = admin_client.get(
            "/articles/", {"language": "de", "before": page.older}
        ).context["page"]
        shown += [article.pk for article in page.rows]
    answer = admin_client.get("/articles.jsonl?language=de")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert [json.loads(line)["id"] for line in lines] == shown
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_of_an_empty_catalogue_is_whole(
    admin_client: Client, form: str
) -> None:
    answer = admin_client.get(f"/articles.{form}?q=nothing")
    content = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == FORMATS[form].kind
    assert (
        content.count(b"\n")
        == {"jsonl": 0, "csv": 1, "atom": 4, "md": 0, "warc": content.count(b"\n")}[
            form
        ]
    )


def test_an_unknown_format_is_not_found(admin_client: Client) -> None:
    assert admin_client.get("/articles.exe").status_code == 404


def test_the_rows_are_read_in_pieces(django_assert_num_queries: object) -> None:
    an_article(1)
    an_article(2)
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert len(list(jsonl(Article.objects.all()))) == 2


def test_the_first_line_does_not_wait_for_a_whole_piece(
    django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "FIRST_CHUNK", 2)
    monkeypatch.setattr(exports, "CHUNK", 3)
    for number in range(6):
        an_article(number)
    rows = Article.objects.order_by("-published")
    parts = [
        rows.filter(published__gte=FAR_OFF),
        rows,
    ]  # there is nothing in the first one
    with django_assert_num_queries(
        2 + 3
    ):  # the ids of each part; articles: two, three, and one
        assert [json.loads(line)["title"] for line in jsonl(parts)] == [
            f"Article {number}" for number in range(6)
        ]


def test_an_export_of_many_begins_with_the_newest_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(40):
        day = datetime(2025, 1, 1 + number % 20, tzinfo=UTC)
        an_article(number, published=None if number == 7 else day)
    known = [datetime(2025, 1, day, tzinfo=UTC) for day in range(1, 21)]
    monkeypatch.setattr(dates, "bounds", lambda: known)
    monkeypatch.setattr(export_order, "expected_rows", lambda rows: [40])
    monkeypatch.setattr(export_order, "SPLIT_ABOVE", 10)
    monkeypatch.setattr(export_order, "FIRST_ROWS", 6)
    parts = ordered_parts(Article.objects.live(), "")
    assert [part.count() for part in parts] == [0, 6, 33, 1]
    shown = [article.pk for page in walked({}) for article in page.rows]
    assert [article.pk for article in each(parts)] == shown


@pytest.mark.parametrize("name", ORDERS)
def test_an_export_is_in_the_order_of_the_list_and_begins_at_once(name: str) -> None:
    for number in range(40):
        an_article(
            number,
            published=None
            if number % 9 == 0
            else datetime(2025, 1, 1 + number % 5, tzinfo=UTC),
        )
    parts = ordered_parts(Article.objects.live(), name)
    shown = [article.pk for page in walked({"sort": name}) for article in page.rows]
    assert [article.pk for article in each(parts)] == shown
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
        plans = [part.values_list("pk").explain() for part in parts]
    assert [
        plan for plan in plans if "Sort" in plan
    ] == []  # or the first line would come after the last was sorted
