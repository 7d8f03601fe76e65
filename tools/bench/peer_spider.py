"""A peer: the same pages by Scrapy, extracted by trafilatura in an item pipeline and inserted into
the same PostgreSQL.

Runs in an environment of its own (requirements-bench.txt), as a script: `python peer_spider.py
FILE`, FILE a JSON list of addresses; the PG* variables say where the database is. Prints what it
took as JSON: from the opening of the spider to its closing, so that neither start nor imports
count.
"""

import json
import logging
import resource
import sys
import time
from pathlib import Path
from typing import Any

import psycopg2
import scrapy
import trafilatura
from scrapy.crawler import CrawlerProcess

INSERT = """INSERT INTO peer_article (url, title, author, published, text) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (url) DO UPDATE SET title = EXCLUDED.title, text = EXCLUDED.text"""
SETTINGS = {
    "ROBOTSTXT_OBEY": True,
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": 32,
    # all blogs have the same address and differ by their ports
    "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
    "COOKIES_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "LOG_LEVEL": "ERROR",
    "ITEM_PIPELINES": {"__main__.Extraction": 100},
}
TOLD: dict[str, float] = {"urls": 0}


class Blogs(scrapy.Spider):
    """Asks for the addresses that it is given."""

    name = "blogs"

    def __init__(self, urls: list[str]) -> None:
        super().__init__()
        self.start_urls = urls

    def parse(self, response: Any) -> Any:
        yield {"url": response.url, "body": response.body}


class Extraction:
    """Extracts and inserts, one item after the other, each in a transaction of its own."""

    def open_spider(self) -> None:
        self.connection = psycopg2.connect("")
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        TOLD["began"] = time.time()
        TOLD["before"] = cpu()

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        found = trafilatura.bare_extraction(
            item["body"], url=item["url"], with_metadata=True
        )
        if found is not None:
            self.cursor.execute(
                INSERT, (item["url"], found.title, found.author, found.date, found.text)
            )
            TOLD["urls"] += 1
        return item

    def close_spider(self) -> None:
        TOLD["ended"] = time.time()
        TOLD["cpu"] = cpu() - TOLD["before"]
        self.connection.close()


def cpu() -> float:
    """Seconds of CPU of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    process = CrawlerProcess(SETTINGS)
    process.crawl(Blogs, urls=json.loads(Path(sys.argv[1]).read_text()))
    process.start()
    print(json.dumps(TOLD))
