"""Rows for the tests of the pages."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from backports import zstd
from django.contrib.auth.models import User
from django.db import connection, models

from catalog.models import Article, Source
from pipeline.models import Batch, Body, Journey, Run, Snapshot

WHEN = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)


@pytest.fixture
def admin_user(db: None) -> User:
    """Takes the place of pytest-django's, which spends a third of a second on hashing a
    password."""
    return User.objects.create(username="admin", is_staff=True, is_superuser=True)


def an_article(
    number: int = 1, *, host: str = "blog.example", **values: Any
) -> Article:
    """An article that differs from every other by its number; the higher the number, the older."""
    source, _ = Source.objects.get_or_create(host=host)
    url = f"https://{host}/{number}/"
    given = {
        "url": url,
        "key": url.rstrip("/"),
        "title": f"Article {number}",
        "text": f"words of article {number}",
        "html": f"<p>words of article {number}</p>",
        "published": WHEN - timedelta(days=number),
        "published_precision": "second",
        "language": "en",
        "word_count": 100,
        "content_hash": f"{host}{number}",
    }
    return Article.objects.create(source=source, **given | values)


def a_run(state: str = "running", **values: Any) -> Run:
    """A run that began at a fixed moment."""
    parameters = {
        "addresses": ["https://blog.example/"],
        "skip": 0,
        "limit": None,
        "include": [],
        "exclude": [],
    }
    return Run.objects.create(
        state=state, started_at=WHEN, parameters=parameters, **values
    )


def journeys(
    run: Run, number: int, state: str = "pending", stage: str = "fetch", **values: Any
) -> list[Journey]:
    """So many journeys of a run at one place."""
    batch = run.batches.first() or Batch.objects.create(run=run, number=0, size=0)
    begun = run.journeys.count()
    urls = [f"https://blog.example/{run.pk}-{begun + n}" for n in range(number)]
    given = {"run": run, "batch": batch, "state": state, "stage": stage, **values}
    return Journey.objects.bulk_create(
        Journey(url=url, key=url, **given) for url in urls
    )


def a_snapshot(article: Article, body: bytes, **values: Any) -> Snapshot:
    """A stored page of an article."""
    content = {"data": zstd.compress(body), "size": len(body)}
    kept, _ = Body.objects.get_or_create(
        digest=hashlib.sha256(body).hexdigest(), defaults=content
    )
    given = {
        "key": article.key,
        "url": article.url,
        "final_url": article.url,
        "status": 200,
        "fetched_at": WHEN,
    }
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-encoding": "gzip",
        "content-length": "7",
    }
    return Snapshot.objects.create(body=kept, **given | {"headers": headers} | values)


def partition_of(row: models.Model) -> str:
    """Return the partition that a row of a partitioned table lies in."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT tableoid::regclass::text FROM {row._meta.db_table} WHERE id = %s",
            [row.pk],
        )
        return str(cursor.fetchone()[0])
