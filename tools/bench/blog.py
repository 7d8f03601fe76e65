"""`python -m tools.bench.blog FILE COUNT`: blogs on loopback, out of a library, by a process that
does nothing else.

The pages are dealt out to HOSTS blogs, each with a port of its own, a start page, robots.txt, a
sitemap of all its posts and a feed of the newest. The first line on stdout is the list of their
addresses, as JSON.
"""

import asyncio
import json
import sys
from pathlib import Path
from xml.sax.saxutils import escape

from tools.bench.library import HOSTS, Entry, Library

LOOPBACK = "127.0.0.1"
NEWEST = 15  # posts on the start page and in the feed
Answer = tuple[bytes, bytes, Entry | bytes]  # (head of a 200, of a 304, what follows)


class Site:
    """What one blog answers, by path. Everything is rendered before the first request."""

    def __init__(self, library: Library, entries: list[Entry], base: str) -> None:
        self.library = library
        self.answers: dict[bytes, Answer] = {}
        for entry in entries:
            self._add(entry.path, "text/html; charset=utf-8", entry, entry.size)
        newest = sorted(entries, key=lambda entry: entry.published, reverse=True)[
            :NEWEST
        ]
        for path, kind, text in (
            ("/", "text/html; charset=utf-8", front(newest)),
            (
                "/robots.txt",
                "text/plain",
                f"User-agent: *\nDisallow: /private/\n\nSitemap: {base}/sitemap.xml\n",
            ),
            ("/sitemap.xml", "application/xml", sitemap(entries, base)),
            ("/feed.xml", "application/atom+xml", feed(newest, base)),
        ):
            body = text.encode()
            self._add(path, kind, body, len(body))

    def _add(self, path: str, kind: str, content: Entry | bytes, size: int) -> None:
        tag = f'ETag: "{len(self.answers)}-{size}"\r\n'
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\n{tag}\r\n"
        self.answers[path.encode()] = (
            head.encode(),
            f"HTTP/1.1 304 Not Modified\r\n{tag}\r\n".encode(),
            content,
        )

    def answer(self, request: bytes) -> bytes:
        """Return the whole answer to a whole request."""
        line, _, headers = request.partition(b"\r\n")
        known = self.answers.get(line.split(b" ")[1])
        if known is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\nNot found"
        head, unmodified, content = known
        if (
            b"if-none-match: " + unmodified.split(b"ETag: ")[1].strip()
            in headers.lower()
        ):
            return unmodified
        return head + (
            self.library.body(content) if isinstance(content, Entry) else content
        )


class Connection(asyncio.Protocol):
    """One client's connection, kept alive."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.got += data
        while b"\r\n\r\n" in self.got:
            request, _, self.got = self.got.partition(b"\r\n\r\n")
            self.transport.write(self.site.answer(request))  # type: ignore[attr-defined]


def front(newest: list[Entry]) -> str:
    items = "".join(
        f'<article><h2><a href="{e.path}">{e.title}</a></h2><time>{e.published[:10]}</time></article>'
        for e in newest
    )
    alternate = '<link rel="alternate" type="application/atom+xml" href="/feed.xml">'
    return f"<!doctype html><html lang=en><head><title>Notes</title>{alternate}</head><body><main>{items}</main></body>"


def sitemap(entries: list[Entry], base: str) -> str:
    rows = "\n".join(
        f"<url><loc>{base}{escape(e.path)}</loc><lastmod>{e.published}</lastmod></url>"
        for e in entries
    )
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}\n</urlset>'


def feed(newest: list[Entry], base: str) -> str:
    rows = "".join(
        f"<entry><id>{base}{escape(e.path)}</id><title>{escape(e.title)}</title><updated>{e.published}</updated>"
        f'<link href="{base}{escape(e.path)}"/><summary>{escape(e.title)}</summary></entry>'
        for e in newest
    )
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title>{rows}</feed>'


async def serve(library: Library) -> None:
    """Serve for ever."""
    loop = asyncio.get_running_loop()
    servers = []
    bases = []
    for number in range(HOSTS):
        site = Site.__new__(Site)
        server = await loop.create_server(
            lambda site=site: Connection(site), LOOPBACK, 0, backlog=256
        )
        base = f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
        site.__init__(library, library.entries[number::HOSTS], base)
        servers.append(server)
        bases.append(base)
    print(json.dumps(bases), flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(serve(Library(Path(sys.argv[1]), int(sys.argv[2]))))
