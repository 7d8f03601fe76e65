"""Sources, articles, their versions and stored pages."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from backports import zstd

from catalog.markup import pack
from catalog.models import Article, ArticleVersion, Source
from pipeline.models import Body, Host, Snapshot
from tools.big import records, words
from tools.big.plan import RunPlan, Sizes, source_of
from tools.big.rows import Raw, Table

BODIES = 500
# Every so many articles one is nearly the same as the one before it, sometimes three in a row.
NEAR = 40
CALLED = 2  # every so many articles another one links to it by a name
VERSIONED = 30  # every so many articles have an earlier version
YEARS = 14
TAGS = """
    python django web testing async data databases postgresql performance security typing
    packaging devops docker kubernetes linux algorithms machine-learning numpy pandas flask
    fastapi celery rabbitmq redis git career teaching opensource releases conferences books
    tools editors debugging design refactoring api rest graphql html css
""".split()
CODE = [
    "python",
    "bash",
    "sql",
    "javascript",
    "html",
    "yaml",
    "rust",
    "c",
    "go",
    "toml",
]
IMPORTS = """
    os sys re json asyncio django requests flask numpy pandas pytest typing datetime collections
    functools itertools celery sqlalchemy fastapi pydantic httpx aiohttp structlog click rich
    matplotlib scipy torch
""".split()
LABELS = ["read again", "cite", "wrong"]
GONE = 700  # every so many articles are not at their URL any more
LABELLED = 400  # every so many articles somebody gave one a label
NAMES = "Ada Ben Cleo Dan Eva Finn Gita Hugo Ines Jan Kim Lea Max Nora Otto Pia Ravi Sara Tom Uma".split()


def host(source: int) -> str:
    """Return the host of a source (from 0)."""
    return f"blog-{source:04}.example"


def address(article: int, sizes: Sizes) -> str:
    """Return the URL of an article (from 0)."""
    return f"https://{host(source_of(article, sizes))}/posts/{article}-{words.word('en', article * 7 % 5000)}/"


def sources(sizes: Sizes, now: datetime) -> Iterator[tuple[Table, list[str]]]:
    """Yield the blogs and their hosts."""
    blog = Table(Source, now)
    server = Table(Host, now)
    random = Random(sizes.seed)
    numbers = range(sizes.sources)
    yield (
        blog,
        [
            blog.line(
                id=n + 1,
                host=host(n),
                name=f"{words.word('en', 60 + n).title()} notes",
                language="en",
                authors=[author(random)],
                last_crawled_at=now - timedelta(days=random.random() * 30),
            )
            for n in numbers
        ],
    )
    yield (
        server,
        [
            server.line(
                name=host(n),
                delay=1.0,
                latency=random.random(),
                answered=n * 100,
                robots_fetched_at=now,
                robots_text="User-agent: *\nDisallow: /admin/",
            )
            for n in numbers
        ],
    )


def called(article: int) -> str:
    """Return what another article calls this one (from 0), "" where none has a name for it."""
    if article % CALLED:
        return ""
    random = Random(article)
    return " ".join(words.text(random, "en", random.randint(2, 5)))


def author(random: Random) -> str:
    """One of some thousand, few of whom write most."""
    return f"{NAMES[int(20 * random.random() ** 2)]} {words.word('en', 100 + int(random.random() ** 3 * 200)).title()}"


def bodies(sizes: Sizes, now: datetime) -> Iterator[tuple[Table, list[str]]]:
    """Yield stored pages; snapshots share them."""
    table = Table(Body, now)
    random = Random(sizes.seed)
    lines = []
    for number in range(BODIES):
        page = f"<html><body><h1>{number}</h1><p>{' '.join(words.text(random, 'en', 900))}</p></body></html>".encode()
        lines.append(
            table.line(digest=digest(number), data=zstd.compress(page), size=len(page))
        )
    yield table, lines


def digest(number: int) -> str:
    """Return the key of a stored page."""
    return hashlib.sha256(str(number % BODIES).encode()).hexdigest()


def snapshots(
    sizes: Sizes, now: datetime, start: int, stop: int
) -> Iterator[tuple[Table, list[str]]]:
    """One for each article."""
    table = Table(Snapshot, now)
    headers = {
        "content-type": "text/html; charset=utf-8",
        "etag": '"5f1"',
        "server": "x",
    }
    lines = []
    for number in range(start, stop):
        url = address(number, sizes)
        values = {
            "id": number + 1,
            "key": url[:-1],
            "url": url,
            "final_url": url,
            "status": 200,
            "headers": headers,
        }
        at = now - timedelta(days=number % 300)
        lines.append(
            table.line(**values, fetched_at=at, seconds=0.2, body_id=digest(number))
        )
    yield table, lines


def articles(
    sizes: Sizes, now: datetime, plans: list[RunPlan], start: int, stop: int
) -> Iterator[tuple[Table, list[str]]]:
    """Articles (from `start`, counted from 0), and their earlier versions."""
    table = Table(Article, now)
    older = Table(ArticleVersion, now)
    random = Random(sizes.seed * 1_000_003 + start)
    stored = _stored_by(sizes, plans, start, stop)
    lines = []
    versions = []
    before: dict[str, Any] = {}
    for number in range(start, stop):
        if number % NEAR in (1, 2) and number % 80 < 60 and before:
            near = before
        else:
            near = None
        values = before = _article(random, sizes, now, number, near)
        values["runs"] = stored[number - start]
        row = {**values, "html": _packed(values["html"], values["text"])}
        lines.append(
            table.line(**{name: value for name, value in row.items() if name in table})
        )
        if number % VERSIONED == 0:
            kept = {
                name: row[name]
                for name in (
                    "title",
                    "text",
                    "html",
                    "authors",
                    "published",
                    "word_count",
                )
            }
            versions.append(
                older.line(
                    id=number // VERSIONED + 1,
                    article_id=number + 1,
                    content_hash="",
                    **kept,
                )
            )
    yield table, lines
    yield older, versions


def _packed(html: str, text: str) -> bytes:
    """Return the html as its column has it; both are in COPY's form."""
    return pack(html.replace("\\n", "\n"), text.replace("\\n", "\n"))


def _stored_by(
    sizes: Sizes, plans: list[RunPlan], start: int, stop: int
) -> list[list[int]]:
    """Return the runs that stored each of these articles."""
    stored: list[list[int]] = [[] for _ in range(start, stop)]
    for plan in plans:
        for shift in (
            0,
            sizes.articles,
        ):  # a run's articles may go on from the first one
            first = plan.first_article - shift
            for number in range(max(start, first), min(stop, first + plan.size)):
                if plan.outcome(number - first)[0] == "stored":
                    stored[number - start].append(plan.id)
    return stored


def _article(
    random: Random,
    sizes: Sizes,
    now: datetime,
    number: int,
    near: dict[str, Any] | None,
) -> dict[str, Any]:
    source = source_of(number, sizes)
    url = address(number, sizes)
    first_seen_at = now - timedelta(days=1000)
    first_seen_at += timedelta(days=999) * (number / sizes.articles)
    quality = round(0.4 + 0.6 * random.random(), 3)
    common = {
        "id": number + 1,
        "anchors": called(number),
        "source_id": source + 1,
        "url": url,
        "key": url[:-1],
        "first_seen_at": first_seen_at,
        "changed_at": first_seen_at,
        "quality": quality,
        "quality_reasons": records.reasons(number, quality),
        "left_out": records.left_out(source, number),
        "deleted_at": now if number % 2000 == 1999 else None,
        "gone_at": now if number % GONE == 3 else None,
        "labels": [LABELS[number // LABELLED % 3]] if number % LABELLED == 7 else [],
        "content_hash": hashlib.sha256(b"%d" % number).hexdigest(),
    }
    if near:
        flipped = 1 << random.randrange(63)
        return {
            **near,
            **common,
            "simhash": near["simhash"] ^ flipped,
            "text": Raw(near["text"].replace(" ", "  ", 1)),
            "original_id": near["original_id"] or number,
        }
    language = random.choices(list(words.SHARES), weights=list(words.SHARES.values()))[
        0
    ]
    length = 50 + int(150 * random.random())
    sentences = _sentences(words.text(random, language, length))
    if random.random() < 0.6:
        code = [random.choice(CODE[: 1 + number % 10])]
    else:
        code = []
    if "python" in code:
        imported = sorted({IMPORTS[int(28 * random.random() ** 2)] for _ in range(4)})
    else:
        imported = []
    block = "\\n".join(f"import {name}" for name in imported) or "echo hello"
    paragraphs = [
        " ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4)
    ]
    text = "\\n\\n".join([*paragraphs, block] if code else paragraphs)
    marked = "".join(f"<p>{each}</p>" for each in paragraphs)
    if code:
        html = (
            marked + f'<pre><code class=\\"language-{code[0]}\\">{block}</code></pre>'
        )
    else:
        html = marked
    published = now - timedelta(
        days=365 * YEARS * random.random() ** 1.6, seconds=random.randrange(86400)
    )
    title = " ".join(words.text(random, language, 4 + number % 6))
    return common | {
        "title": title[:1].upper() + title[1:],
        "text": Raw(text),
        "html": Raw(html.replace('\\"', '"')),
        "authors": [author(random)] if number % 12 else [],
        "language": language,
        "excerpt": sentences[0][:300],
        "published": published if number % 50 else None,
        "published_precision": "second" if number % 50 else "",
        "tags": sorted(
            {TAGS[int(40 * random.random() ** 2.2)] for _ in range(number % 5)}
        ),
        "word_count": length,
        "has_code": bool(code),
        "code_languages": code,
        "imports": imported,
        "methods": {"title": "og:title", "published": "json-ld"},
        "simhash": random.getrandbits(64) - (1 << 63),
        "original_id": None,
    }


def _sentences(text: list[str]) -> list[str]:
    cut = (" ".join(text[at : at + 12]) for at in range(0, len(text), 12))
    return [f"{each[:1].upper()}{each[1:]}." for each in cut]
