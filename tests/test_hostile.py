"""Whatever strangers write: no page runs it or is broken by it, and every export is safe to
open."""

import csv
import io
import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.test import Client
from lxml import etree, html

from catalog.exports import FORMATS
from catalog.models import Article
from pipeline.models import Journey
from tests.hostile import TEXTS, hostile
from tests.pages import admin_user

__all__ = ["admin_user"]
pytestmark = pytest.mark.django_db
ASKED = (
    *(
        "/articles/?q={}",
        "/articles/?tag={}",
        "/articles/?source={}",
        "/why/?url={}",
        "/?addresses={}",
    ),
    *("/logs/?q={}", "/logs/?event={}", "/logs/trace?url={}", "/audit/?who={}"),
)
NEVER = {"style", "object", "embed", "base", "mglyph", "template", "frame", "applet"}
LEADS = (
    "href",
    "src",
    "action",
    "formaction",
    "hx-get",
    "hx-post",
    "data-tail-from",
    "data-chart",
    "poster",
    "srcset",
)
SAFE = re.compile(r"(https?://|[/?#]|$)")
FORMULA = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
MARKUP = re.compile(
    r"(?<!\\)<(script|img|svg|math|style|iframe|object|base|meta|form|div|h1|!)", re.I
)
NS = {"a": "http://www.w3.org/2005/Atom"}


def broken(page: str) -> Iterator[str]:
    """What is wrong with a page: something that runs, styles, sends or leads elsewhere, or a page
    that ends early."""
    for end in ("</main>", "</body>", "</html>"):
        if page.count(end) != 1:
            yield f"{page.count(end)} times {end}"
    tree = html.document_fromstring(page)
    for element in tree.iter(etree.Element):
        tag = str(element.tag)
        if tag in NEVER or (tag == "meta" and element.get("http-equiv")):
            yield f"<{tag}>"
        if tag == "script" and not (
            element.get("src", "").startswith("/static/")
            and not (element.text or "").strip()
        ):
            yield "a script that is not ours"
        if tag == "link" and not element.get("href", "").startswith("/static/"):
            yield f"a link to {element.get('href')}"
        if element.get("hx-get", "").endswith("/cancel"):
            yield "a request of theirs"
        yield from (
            f"{name} of <{tag}>"
            for name in element.attrib
            if name.startswith("on") or name == "style"
        )
        yield from (
            f"{name}={element.get(name)!r}"
            for name in LEADS
            if not SAFE.match(element.get(name, "").strip().lower())
        )


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_page_runs_it_or_is_broken_by_it(admin_client: Client, text: str) -> None:
    asked = {place: place.format(quote(text[:1_500])) for place in ASKED}
    for name, path in (hostile(text) | asked).items():
        answer = admin_client.get(path)
        assert answer.status_code == 200, name
        assert list(broken(answer.text)) == [], name
        assert len(answer.text) < 900_000 or name == "article", (
            f"{name}: {len(answer.text)}"
        )
        assert "unsafe" not in answer["Content-Security-Policy"], name


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_export_is_safe_to_open(admin_client: Client, text: str) -> None:
    hostile(text)
    article = Article.objects.get()
    files = {
        form: b"".join(admin_client.get(f"/articles.{form}").streaming_content)
        for form in FORMATS
    }
    csv.field_size_limit(10_000_000)
    head, row = csv.reader(io.StringIO(files["csv"].decode(), newline=""))
    for name, cell in zip(head, row, strict=True):
        assert not FORMULA.match(cell) or re.fullmatch(r"-?[\d.]+", cell), name
    [line] = files["jsonl"].decode().rstrip("\n").split("\n")
    assert json.loads(line)["title"] == article.title
    feed = etree.fromstring(
        files["atom"], etree.XMLParser(resolve_entities=False, huge_tree=True)
    )
    assert len(feed.xpath("a:entry", namespaces=NS)) == 1
    assert all(
        SAFE.match(to.strip().lower())
        for to in feed.xpath("//a:link/@href", namespaces=NS)
    )
    markdown = files["md"].decode()
    assert markdown.startswith("---\n")
    assert len(re.findall("^---$", markdown, re.M)) == 2
    _, _, body = markdown.partition("\n---\n")
    assert not MARKUP.search(body)
    log = admin_client.get("/logs.ndjson")
    lines = b"".join(log.streaming_content).decode().rstrip("\n").split("\n")
    assert all(isinstance(json.loads(each), dict) for each in lines)
    assert Journey.objects.count() == 2
