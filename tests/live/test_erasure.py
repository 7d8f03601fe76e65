"""An article is gathered, read, quoted and linked to, and erased by pattern; then every table, file,
queue, export and backup is looked through for a word of it."""

import gzip
import os
import re
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from backports import zstd

from infra.local.blog import Blog
from infra.local.postgres import binary
from infra.local.sample import Answer
from tests.product import Product
from tests.waiting import wait_until

pytestmark = pytest.mark.broker
WORD = "qzwordqz"  # in all that the article says
SLUG = "qzslugqz"  # in its URL
PATH = f"/posts/{SLUG}/"
FILL = "The counter keeps its number while the workers come and go all day. " * 40
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60
COLUMNS = """
SELECT table_name, column_name, data_type FROM information_schema.columns
JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
"""
STATISTICS = """
SELECT tablename, attname FROM pg_stats WHERE schemaname = 'public' AND concat_ws(' ',
    most_common_vals::text, most_common_elems::text, histogram_bounds::text) ~* %s
"""
READ = f"""
from django.contrib.auth.models import User
from catalog import highlights
from catalog.models import Article, SavedView
from catalog.search.indexing import index_all
from pipeline.access.models import Watch, WatchMatch
from pipeline.fetching import images
from pipeline.models import Import, ImportRow
index_all()
article = Article.objects.get(url__contains="{SLUG}")
user, _ = User.objects.get_or_create(username="reader")
highlights.add(user.pk, article, "counter keeps", "{WORD} is what I note", 0)
view = SavedView.objects.create(owner=user, name="all", query="")
watch = Watch.objects.create(owner=user, view=view, rhythm="daily", nonce="x")
WatchMatch.objects.create(watch=watch, article=article)
images.fetch(article.url.rstrip("/") + ".png")
parent = Import.objects.create(name="list", kind="text", owner=user)
ImportRow.objects.create(parent=parent, line=1, address=article.url, key=article.key,
    title="{WORD}", labels=["{WORD}"])
Article.objects.filter(pk=article.pk).update(labels=["{WORD}"])
"""
ERASE = f"""
from catalog.models import Article
from pipeline.privacy import requests
article = Article.objects.select_related("source").get(url__contains="{SLUG}")
print(requests.start(article.source.host, "*{SLUG}*", "ada").pk)
"""
# As on the command line, in a process that has loaded everything
CRAWL = """
from django.core.management import call_command
call_command("crawl", "{url}", json=True, refetch=True)
"""
EXPORT = """
from django.core.management import call_command
with open("{file}", "w", encoding="utf-8", newline="") as file:
    call_command("export", format="{form}", stdout=file)
"""
QUEUES = """
from celery import current_app
from pipeline.broker.queues import DEAD_LETTERS, STAGES
names = [*STAGES, DEAD_LETTERS, *(f"celery_delayed_{n}" for n in range(28))]
with current_app.connection_for_read() as broker:
    channel = broker.channel()
    for name in names:
        while message := channel.basic_get(name):
            print(name, message.body, message.headers)
"""
SESSIONS = """
from django.contrib.sessions.models import Session
for session in Session.objects.all():
    print(session.get_decoded())
"""


def a_post(title: str, author: str, tag: str, body: str) -> Answer:
    head = f'<meta name="author" content="{author}"><meta property="article:tag" content="{tag}">'
    page = (
        f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body><article>"
        f'<h1>{title}</h1><p>By <a rel="author" href="/about/">{author}</a></p>{body}'
        f'<p><a rel="tag" href="/tags/{tag}/">{tag}</a></p></article></body></html>'
    )
    return Answer(page.encode())


def an_item(base: str, path: str, title: str, author: str, tag: str) -> str:
    return (
        f"<item><title>{title}</title><link>{base}{path}</link><author>{author}</author>"
        f"<category>{tag}</category><description>{title}: {FILL[:200]}</description></item>"
    )


def answers(base: str, version: int) -> dict[str, Answer]:
    """A blog with an article that has the words everywhere, and another that links to it."""
    marked = f'<p>{FILL} {WORD} {version}</p><img src="{base}/posts/{SLUG}.png" alt="{WORD}">'
    linking = f'<p>{FILL} As <a href="{base}{PATH}">an earlier post</a> says.</p>'
    items = [
        an_item(base, PATH, f"On {WORD}", f"Ada {WORD}", f"tag{WORD}"),
        an_item(base, "/posts/other/", "On other counters", "Bob", "counters"),
    ]
    feed = (
        f'<rss version="2.0"><channel><title>B</title>{"".join(items)}</channel></rss>'
    )
    home = (
        '<html><head><title>B</title><link rel="alternate" type="application/rss+xml" '
        f'href="{base}/feed.xml"></head><body><h2><a href="{base}{PATH}">On {WORD}</a></h2>'
        f'<h2><a href="{base}/posts/other/">On other counters</a></h2></body></html>'
    )
    return {
        "/": Answer(home.encode()),
        "/feed.xml": Answer(feed.encode(), "application/rss+xml"),
        PATH: a_post(f"On {WORD}", f"Ada {WORD}", f"tag{WORD}", marked),
        "/posts/other/": a_post("On other counters", "Bob", "counters", linking),
        f"/posts/{SLUG}.png": Answer(PNG, "image/png"),
    }


def texts_of(data: bytes) -> Iterator[bytes]:
    """The bytes, and what they are when they are unpacked."""
    yield data
    for unpack in (zstd.decompress, zlib.decompress, gzip.decompress):
        try:
            yield unpack(data)
        except (zstd.ZstdError, zlib.error, OSError, EOFError):
            continue


def quoting(product: Product, word: str) -> set[str]:
    """The columns, statistics, sessions and queues that have the word."""
    found = set()
    for table, column, kind in product.sql(COLUMNS):
        if kind == "bytea":
            rows = product.sql(f'SELECT "{column}" FROM "{table}"')
            parts = [text for (data,) in rows for text in texts_of(bytes(data or b""))]
            if any(word.encode() in part.lower() for part in parts):
                found.add(f"{table}.{column}")
            continue
        there = f'SELECT EXISTS (SELECT FROM "{table}" WHERE "{column}"::text ~* %s)'
        if product.sql(there, word)[0][0]:
            found.add(f"{table}.{column}")
    found.update(f"statistics of {t}.{c}" for t, c in product.sql(STATISTICS, word))
    for name, code in (("queues", QUEUES), ("sessions", SESSIONS)):
        if word in product.console.run(code).lower():
            found.add(name)
    return found


def exported(product: Product, form: str, file: Path) -> bytes:
    product.console.run(EXPORT.format(file=file, form=form))
    data = file.read_bytes()
    if form == "warc":
        return gzip.decompress(data)
    return data


def backed_up(product: Product, file: Path) -> str:
    """All that a backup made now holds, as SQL."""
    env = product.environment
    place = {
        "PGHOST": env["POSTGRES_HOST"],
        "PGPORT": env["POSTGRES_PORT"],
        "PGUSER": env["POSTGRES_USER"],
        "PGPASSWORD": env["POSTGRES_PASSWORD"],
        "PGDATABASE": env["POSTGRES_DB"],
    }
    command = [str(binary("pg_dump")), f"--file={file}"]
    subprocess.run(command, env={**os.environ, **place}, check=True)
    return file.read_text()


def crawl(product: Product, blog: Blog) -> int:
    product.console.run(CRAWL.format(url=blog.url))
    [[run]] = product.sql("SELECT max(id) FROM pipeline_run")
    return int(run)


def test_of_an_erased_article_no_word_is_left_anywhere(
    product: Product, tmp_path: Path
) -> None:
    product.forget()
    with Blog() as blog:
        for version in (1, 2):
            blog.answers = answers(blog.url.rstrip("/"), version)
            crawl(product, blog)
        product.console.run(READ)
        there = quoting(product, WORD)
        assert {
            "catalog_article.title", "catalog_article.search", "catalog_article.authors",
            "catalog_articleversion.text", "catalog_passage.note", "pipeline_body.data",
            "pipeline_importrow.title", "pipeline_journey.source_metadata",
            "pipeline_sourcecacheentry.memory", "catalog_wordcount.word",
        } <= there, there  # fmt: skip
        assert WORD in exported(product, "jsonl", tmp_path / "earlier").decode()

        erasure = int(product.console.run(ERASE))
        done = "SELECT state, erased FROM pipeline_erasure WHERE id = %s"
        wait_until(
            lambda: product.sql(done, erasure)[0][0] == "done", 180, "for the erasure"
        )

        assert product.sql(done, erasure) == [("done", 1)]
        assert quoting(product, WORD) == set()
        assert quoting(product, SLUG) == set()
        backup = backed_up(product, tmp_path / "later.sql")
        assert "COPY public.catalog_article" in backup
        assert not re.search(f"{WORD}|{SLUG}", backup, re.I)
        for form in ("jsonl", "csv", "atom", "md", "warc"):
            data = exported(product, form, tmp_path / f"later.{form}").lower()
            assert b"other counters" in data
            assert not re.search(f"{WORD}|{SLUG}".encode(), data)
        files = [path for path in product.root.rglob("*") if path.is_file()]
        assert files
        assert [path for path in files if WORD.encode() in path.read_bytes()] == []

        run = crawl(product, blog)
    rows = product.sql(
        "SELECT state, reason FROM pipeline_journey WHERE run_id = %s"
        " AND key LIKE 'erased:%%'",
        run,
    )
    assert rows == [("skipped", "erased")]
    assert quoting(product, WORD) == set()
