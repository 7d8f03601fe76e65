"""What PostgreSQL cannot do without for an article: parts of storing one, measured alone, one session,
nothing else at work in the server."""

from statistics import median
from typing import Any

from pipeline.core.failures import Rejected
from pipeline.extraction.extract import extract
from tools.bench import machine, usage
from tools.bench.library import Library
from tools.bench.product import Servers
from tools.bench.tables import table, wrapped

ARTICLES = 500
ROUNDS = 5
MAKE = """
DROP TABLE IF EXISTS bench_texts, bench_rows, bench_words;
CREATE UNLOGGED TABLE bench_texts (body text, words tsvector);
CREATE TABLE bench_rows (id bigserial PRIMARY KEY, body text, words tsvector);
CREATE TABLE bench_words (id bigserial PRIMARY KEY, body text, words tsvector);
CREATE INDEX ON bench_words USING gin (words);
ALTER TABLE bench_texts ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE bench_rows ALTER COLUMN words SET STORAGE EXTERNAL;
ALTER TABLE bench_words ALTER COLUMN words SET STORAGE EXTERNAL
"""
FILL = "INSERT INTO bench_texts SELECT text, to_tsvector('english', text) FROM unnest(%s::text[]) AS text"
REMOVE = "DROP TABLE bench_texts, bench_rows, bench_words"
PARTS = {
    "to find and stem the words of its text (`to_tsvector`)": "SELECT count(to_tsvector('english', body)) FROM bench_texts",
    "a row of its text, compressed, and of its words": "INSERT INTO bench_rows (body, words) SELECT body || '', words FROM bench_texts",
    "the same with an index of the words": "INSERT INTO bench_words (body, words) SELECT body || '', words FROM bench_texts",
}
WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), %s)::bigint"


def measure(servers: Servers, pages: Library) -> dict[str, Any]:
    """Return milliseconds of CPU and bytes of PostgreSQL's log of each part, an article.

    A checkpoint goes before each round, so that each page that is changed is written whole, once.
    """
    texts = _texts(pages)
    servers.sql(MAKE)
    servers.sql(FILL, texts)
    (pid,) = servers.sql("SELECT pg_backend_pid()")[0]
    found = {}
    for part, statement in PARTS.items():
        rounds = [_round(servers, pid, statement) for _ in range(ROUNDS)]
        found[part] = [
            round(median(ms for ms, _ in rounds) / len(texts), 3),
            round(median(size for _, size in rounds) / len(texts)),
        ]
    servers.sql(REMOVE)
    mean_characters = round(sum(map(len, texts)) / len(texts))
    return {
        "articles": len(texts),
        "characters": mean_characters,
        "processor": machine.facts()["processor"],
        "parts": found,
    }


def _round(servers: Servers, pid: int, statement: str) -> tuple[float, int]:
    servers.sql("CHECKPOINT")
    (begin,) = servers.sql("SELECT pg_current_wal_insert_lsn()")[0]
    before = usage.cpu(pid)
    servers.sql(statement)
    milliseconds = 1000 * (usage.cpu(pid) - before)
    (size,) = servers.sql(WRITTEN, begin)[0]
    return milliseconds, size


def _texts(pages: Library) -> list[str]:
    drafts = [
        extract(pages.body(entry), f"https://blog.example{entry.path}")
        for entry in pages.entries[:ARTICLES]
    ]
    return [draft.text for draft in drafts if not isinstance(draft, Rejected)]


def shown(found: dict[str, Any]) -> str:
    """Return the floor under what PostgreSQL does for an article."""
    if not (part := found.get("floors")):
        return "Not measured yet."
    rows = [
        [name, f"{milliseconds:.2f}", f"{size:,}"]
        for name, (milliseconds, size) in part["parts"].items()
    ]
    head = (
        f"Parts of storing an article, measured alone with {part['articles']} texts of {part['characters']:,} "
        f"characters, many in one statement ({part['processor']}): the floor under what storing can take."
    )
    heads = ["an article", "ms of CPU", "bytes of the log"]
    return f"{wrapped(head)}\n\n{table(heads, rows)}"
