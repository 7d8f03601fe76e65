"""What a large catalogue does to the cost of a URL: the same run on an empty one and on a full one."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.bench import library
from tools.bench.product import FLUSH, WARM_UP, Blog, Product, Servers
from tools.bench.report import cpu_a_url
from tools.big.plan import Sizes

EVENTS_AN_ARTICLE = 5  # lines of the log
# The rows come with runs under way, which the workers would take up.
END_RUNS = """UPDATE pipeline_run SET state = 'cancelled', finished_at = now() WHERE finished_at IS NULL"""
COUNT = "SELECT count(*) FROM catalog_article"


def measure(servers: Servers, home: Path, blog: Blog, articles: int) -> dict[str, Any]:
    """Measure a run of the blog on an empty catalogue, then on one of `articles`.

    Milliseconds of CPU and bytes of PostgreSQL's log are those of a URL; `ratio` is the CPU of the
    full catalogue by that of the empty one.
    """
    servers.empty()
    empty = _run(servers, home, blog)
    servers.empty()
    fill(articles)
    servers.sql(END_RUNS)
    full = _run(servers, home, blog)
    return {
        "articles": articles,
        "urls": full["urls"],
        "empty": empty,
        "full": full,
        "ratio": round(full["cpu_ms"] / empty["cpu_ms"], 3),
    }


def fill(articles: int) -> None:
    """Fill the empty tables as `make pages` does."""
    from tools.big import load

    sizes = Sizes(articles, articles, articles * EVENTS_AN_ARTICLE)
    load.fill(sizes, datetime.now(UTC), lambda line: None)


def _run(servers: Servers, home: Path, blog: Blog) -> dict[str, Any]:
    with (
        Product(servers) as product,
        Blog(library.tiny(home, WARM_UP), home) as other,
    ):
        product.wait_for(product.launch(other), 120)
        time.sleep(FLUSH)
        servers.sql("CHECKPOINT")
        before = servers.sql(COUNT)[0][0]
        result = product.measure(blog)
        added = servers.sql(COUNT)[0][0] - before
    return {
        "urls": result["urls"],
        "stored": added,
        "cpu_ms": round(cpu_a_url(result), 2),
        "postgres_ms": round(1000 * result["cpu"]["postgres"] / result["urls"], 2),
        "wal": round(result["wal"] / result["urls"]),
        "urls_a_second": round(result["urls"] / result["seconds"], 1),
    }


def shown(found: dict[str, Any]) -> str:
    """Return what was measured, in words."""
    part = found.get("catalogue")
    if not part:
        return "What a large catalogue changes was not measured."
    empty = part["empty"]
    full = part["full"]
    return (
        f"A run of {part['urls']:,} URLs costs {part['ratio']:g} times as much CPU where the catalogue "
        f"holds {part['articles']:,} articles as where it is empty: {full['cpu_ms']:g} ms a URL and "
        f"{empty['cpu_ms']:g}, of which PostgreSQL {full['postgres_ms']:g} and {empty['postgres_ms']:g}; "
        f"{full['wal'] / 1000:.0f} KB and {empty['wal'] / 1000:.0f} KB of its log."
    )
