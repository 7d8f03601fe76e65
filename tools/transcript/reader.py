"""What a person does in the browser: follow the sign-in link, and from there links alone."""

import re
import time
from html import unescape
from urllib.parse import urljoin

import requests

from tools.transcript.journal import Journal, NotAsTold

SECONDS = 120  # until the first article of a crawl is there
ARTICLE = re.compile(r'href="(/articles/\d+/[^"]*)"')
SOURCES = re.compile(r'href="(/sources/)"')
SOURCE = re.compile(r'href="(/sources/\d+/)"')
TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.S)
BODY = re.compile(r"<article.*?</article>", re.S)
TAG = re.compile(r"<[^>]+>")
WORDS = 40  # that an article has at least


class Reader:
    """A browser that somebody is signed in with."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._session = requests.Session()
        self._session.trust_env = False
        self._home = ""

    def sign_in(self, link: str) -> None:
        """Open the link that was printed. Raises NotAsTold."""
        page = self._open(link)
        self._home = page.url
        if "sign-in" in page.url or 'type="password"' in page.text:
            raise NotAsTold("the sign-in link leads to a form, not to the first page")
        self._journal.done("signed in by the link: the first page")

    def read(self) -> None:
        """Read the first article that the first page shows, and look at the sources. Raises
        NotAsTold."""
        self._read_article(self._wait_for_article())
        self._see_sources()

    def _wait_for_article(self) -> str:
        until = time.monotonic() + SECONDS
        while True:
            found = ARTICLE.search(self._open(self._home).text)
            if found:
                self._journal.done("the first page shows an article")
                return unescape(found[1])
            if time.monotonic() > until:
                raise NotAsTold(
                    f"the first page shows no article after {SECONDS} s of the crawl"
                )
            time.sleep(0.2)

    def _read_article(self, path: str) -> None:
        page = self._open(urljoin(self._home, path)).text
        body = BODY.search(page)
        title = TITLE.search(page)
        words = len(TAG.sub(" ", body[0]).split()) if body else 0
        if title is None or words < WORDS:
            raise NotAsTold(f"{path} has {words} words, which is no article")
        self._journal.done("the first article is read")

    def _see_sources(self) -> None:
        link = SOURCES.search(self._open(self._home).text)
        if link is None:
            raise NotAsTold("the first page has no link to the sources")
        page = self._open(urljoin(self._home, link[1])).text
        if not SOURCE.search(page):
            raise NotAsTold("the page of sources lists none")
        self._journal.done("the page of sources lists the blog")

    def _open(self, url: str) -> requests.Response:
        try:
            page = self._session.get(url, timeout=60)
        except requests.RequestException as error:
            raise NotAsTold(f"{url} does not answer: {error}") from None
        if page.status_code != requests.codes.ok:
            raise NotAsTold(f"{url} answers {page.status_code}")
        return page
