"""Serves the sample blog on a loopback port, and remembers what it was asked."""

import hashlib
import threading
import time
from collections import Counter
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit

from infra.local.ports import LOOPBACK
from infra.local.sample import Answer, site

NOT_FOUND = Answer(
    b"<!doctype html><title>Not found</title><p>There is no such page.</p>", status=404
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it was answered; `at` is time.monotonic() at its arrival, header names are
    lower-case."""

    at: float
    method: str
    path: str
    status: int
    headers: dict[str, str]


class Blog:
    """The sample blog on `port` (0: a free one), for the length of a `with` block.

    `latency` seconds pass before every answer. `requests` grows with each, in the order of their
    ends. `answers` may be changed while it serves: a test can break a page and mend it.
    """

    def __init__(self, port: int = 0, latency: float = 0.0) -> None:
        self._server = _Server((LOOPBACK, port), _Handler)
        self._server.blog = self
        self.latency = latency
        self.url = f"http://{LOOPBACK}:{self._server.server_address[1]}/"
        self.answers = site(self.url.rstrip("/"))
        self.requests: list[Request] = []

    def hits(self) -> Counter[str]:
        """How often each path was asked for, by any method."""
        return Counter(request.path for request in self.requests)

    def __enter__(self) -> Self:
        threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        ).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    blog: Blog
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hangs up is no event worth a traceback."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body in one packet

    def do_GET(self) -> None:
        began = time.monotonic()
        blog = cast(_Server, self.server).blog
        path = urlsplit(self.path).path
        answer = blog.answers.get(path, NOT_FOUND)
        time.sleep(answer.delay + blog.latency)
        tag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
        if answer.status == 200 and self.headers.get("If-None-Match") == tag:
            status = 304
        else:
            status = answer.status
        headers = {name.lower(): value for name, value in self.headers.items()}
        blog.requests.append(Request(began, self.command, path, status, headers))
        self._send(status, answer, tag)

    do_HEAD = do_GET  # noqa: N815 - http.server wants the name

    def _send(self, status: int, answer: Answer, tag: str) -> None:
        self.send_response(status)
        if answer.location:
            self.send_header("Location", answer.location)
        if answer.status == 200:
            self.send_header("ETag", tag)
        if status == 304:
            body = b""
        else:
            body = answer.body
        if status != 304:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the terminal: `requests` is the log."""
