"""WARC and Markdown: complete, readable by others, and safe whatever the pages held."""

import gzip
import io
import json
import re
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from warcio.archiveiterator import ArchiveIterator

from catalog.models import Article
from pipeline.exports import markdown, warc
from pipeline.models import Snapshot
from tests.pages import a_run, a_snapshot, admin_user, an_article, journeys

__all__ = ["admin_user"]
pytestmark = pytest.mark.django_db
PAGE = "<!doctype html><title>Page é</title><p>words".encode()
AT = datetime(2024, 2, 3, 4, 5, 6, 789000, tzinfo=UTC)


def a_page(article: Article, body: bytes = PAGE, **values: Any) -> Snapshot:
    return a_snapshot(article, body, **{"fetched_at": AT} | values)


def records(content: bytes) -> list[dict[str, Any]]:
    """What warcio reads: type, headers, http headers and content of each record, digests checked."""
    found = []
    with closing(
        ArchiveIterator(io.BytesIO(content), check_digests="raise")
    ) as archive:
        for each in archive:
            http = each.http_headers
            found.append(
                {
                    "type": each.rec_type,
                    "headers": dict(each.rec_headers.headers),
                    "http": list(http.headers) if http else [],
                    "status": http.get_statuscode() if http else "",
                    "content": each.content_stream().read(),
                }
            )
    return found


def written() -> list[dict[str, Any]]:
    return records(b"".join(warc.write(Article.objects.order_by("pk"))))


def test_it_works() -> None:
    article = an_article(1, tags=["x"])
    a_page(article)
    info, response, metadata = written()
    assert info["type"] == "warcinfo"
    assert b"WARC File Format 1.1" in info["content"]
    assert (response["type"], response["status"], response["content"]) == (
        "response",
        "200",
        PAGE,
    )
    assert response["headers"]["WARC-Target-URI"] == article.url
    assert response["headers"]["WARC-Date"] == "2024-02-03T04:05:06.789000Z"
    assert dict(response["http"]) == {
        "content-type": "text/html; charset=utf-8",
        "x-archive-orig-content-encoding": "gzip",
        "x-archive-orig-content-length": "7",
        "content-length": str(len(PAGE)),
    }
    assert metadata["type"] == "metadata"
    assert (
        metadata["headers"]["WARC-Refers-To"] == response["headers"]["WARC-Record-ID"]
    )
    assert metadata["headers"]["Content-Type"] == "application/json"
    found = json.loads(metadata["content"])
    assert (found["title"], found["tags"], found["html"]) == (
        article.title,
        ["x"],
        article.html,
    )


def test_each_record_can_be_read_alone() -> None:
    a_page(an_article(1))
    content = b"".join(warc.write(Article.objects.all()))
    starts = [match.start() for match in re.finditer(b"\x1f\x8b\x08", content)]
    assert len(starts) >= 3
    assert gzip.decompress(content[starts[-1] :]).startswith(b"WARC/1.1\r\n")


def test_the_page_is_the_one_that_the_article_was_made_from() -> None:
    article = an_article(1)
    older = a_page(article, b"made from this")
    a_page(article, b"a newer look", fetched_at=datetime(2025, 1, 1, tzinfo=UTC))
    assert written()[1]["content"] == b"a newer look", (
        "the newest, where no journey says more"
    )
    journeys(a_run(), 1, "stored", "store", article=article, snapshot=older)
    assert written()[1]["content"] == b"made from this"


def test_an_article_without_a_page_has_its_metadata() -> None:
    an_article(1)
    assert [each["type"] for each in written()] == ["warcinfo", "metadata"]


HOSTILE_HEADERS = {
    "x-break": "a\r\nContent-Length: 0\r\n\r\n<script>",
    "x break: yes\r\n": "name with blanks",
    "": "no name",
    "x-bell": "a\x07b",
    "x-words": "naïve; name=ü",
    "x-long": "w" * 100_000,
    "transfer-encoding": "chunked",
    "x-surrogate": "a\ud800b".encode("utf-8", "replace").decode(),
    "x-formula": '=HYPERLINK("https://evil.example")',
}


def test_hostile_headers_and_addresses_break_no_record() -> None:
    article = an_article(
        1,
        title="=1+1\r\nWARC/1.1\r\n",
        url="https://blog.example/é x\r\nWARC-Type: response",
    )
    a_page(
        article,
        headers=HOSTILE_HEADERS,
        final_url="https://blog.example/\u202e\r\nx: y",
        status=299,
    )
    an_article(2)
    info, response, metadata, other = written()
    assert [info["type"], response["type"], metadata["type"], other["type"]] == [
        *("warcinfo", "response", "metadata", "metadata")
    ]
    assert response["content"] == PAGE
    http = dict(response["http"])
    assert http["x-break"] == "a Content-Length: 0 <script>"
    assert http["content-length"] == str(len(PAGE))
    assert "transfer-encoding" not in http
    assert len(http) == len(response["http"]) == 8
    assert warc.http_headers({"x-nul": "a\0b", "a\0": "b"}, 1) == [
        ("x-nul", "a b"),
        ("content-length", "1"),
    ]
    assert "\n" not in response["headers"]["WARC-Target-URI"]
    assert json.loads(metadata["content"])["title"] == article.title


def test_a_download_is_exactly_what_is_filtered(admin_client: Client) -> None:
    for number in range(5):
        a_page(
            an_article(number, language="de" if number % 2 else "en"),
            b"page %d" % number,
        )
    answer = admin_client.get("/articles.warc?language=de")
    assert answer["Content-Disposition"] == 'attachment; filename="articles.warc.gz"'
    found = records(b"".join(answer.streaming_content))
    assert [each["content"] for each in found if each["type"] == "response"] == [
        b"page 1",
        b"page 3",
    ]


def test_the_command_writes_the_same(tmp_path: Any) -> None:
    a_page(an_article(1))
    out = io.TextIOWrapper(io.BytesIO())
    call_command("export", "--format", "warc", stdout=out)
    assert [each["type"] for each in records(out.buffer.getvalue())] == [
        "warcinfo",
        "response",
        "metadata",
    ]


def test_a_terminal_is_spared_bytes() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    with pytest.raises(CommandError, match=r"articles\.warc\.gz"):
        call_command("export", "--format", "warc", stdout=Terminal())


def test_pages_are_held_one_at_a_time(django_assert_max_num_queries: Any) -> None:
    for number in range(3):
        a_page(an_article(number), b"page %d" % number)
    rows = warc.write(Article.objects.order_by("pk"))
    next(rows)
    with django_assert_max_num_queries(4):
        next(rows)


def test_an_article_as_markdown(admin_client: Client) -> None:
    article = an_article(
        1,
        title="A [title]: *bold*",
        authors=["Ada"],
        html='<h2>Head</h2><p>Words <a href="https://x.example/a_(b)">there</a></p>'
        '<pre><code class="language-python">x = 1</code></pre>',
    )
    answer = admin_client.get(f"/articles/{article.pk}.md")
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer.text == (
        '---\ntitle: "A [title]: *bold*"\nurl: "https://blog.example/1/"\nauthors: ["Ada"]\n'
        'published: "2026-03-13T09:26:53+00:00"\nlanguage: "en"\nsource: "blog.example"\n---\n\n'
        "# A \\[title\\]: \\*bold\\*\n\n## Head\n\nWords [there](https://x.example/a_%28b%29)\n\n"
        "```python\nx = 1\n```\n"
    )


@pytest.mark.parametrize(
    "title",
    [
        "a\n---\nurl: javascript:alert(1)",
        'a"\nb: c',
        "a\u2028b\u0085c\x0b",
        "<script>alert(1)</script>",
        "=1+1",
        "\u202e",
    ],
)
def test_no_title_ends_the_front_matter_or_begins_html(title: str) -> None:
    lines = markdown.one(an_article(1, title=title)).splitlines()
    assert lines.count("---") == 2
    assert [line.partition(":")[0] for line in lines[1 : lines.index("---", 1)]] == [
        *("title", "url", "published", "language", "source")
    ]
    assert json.loads(lines[1].partition(": ")[2]) == title
    assert "<script>" not in "\n".join(lines[lines.index("---", 1) :]).replace(
        "\\<", ""
    )


def test_what_an_image_is_called_makes_no_link() -> None:
    article = an_article(
        1, html='<img src="https://x.example/a.png" alt="x](javascript:alert(1)) ![y">'
    )
    assert (
        "\n![x\\](javascript:alert(1)) !\\[y](https://x.example/a.png)\n"
        in markdown.one(article)
    )


def test_all_articles_as_one_markdown_file(admin_client: Client) -> None:
    an_article(1)
    an_article(2)
    text = b"".join(admin_client.get("/articles.md").streaming_content).decode()
    assert text.count("# Article") == 2


def test_a_formula_in_markdown_holds_no_tag_and_does_not_end_early() -> None:
    html = '<p><span class="math">a&lt;b $&lt;img src=x&gt;</span></p>'
    article = an_article(1, html=html)
    assert "$a\\lt b \\$\\lt img src=x>$" in markdown.one(article)
