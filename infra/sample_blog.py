"""The sample blog as a WSGI application, for the container of its own: see docker-compose.yml,
profile sample."""

import hashlib
import os
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from infra.local.sample import Answer, site

Start = Callable[[str, list[tuple[str, str]]], object]
NOT_FOUND = Answer(
    b"<!doctype html><title>Not found</title><p>There is no such page.</p>", status=404
)


def blog(base: str) -> Callable[[dict[str, Any], Start], Iterable[bytes]]:
    """Serve the blog as if it lay at `base` (scheme and host, no slash at the end)."""
    answers = site(base)

    def serve(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        answer = answers.get(environ["PATH_INFO"], NOT_FOUND)
        time.sleep(answer.delay)
        tag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
        unchanged = answer.status == 200 and environ.get("HTTP_IF_NONE_MATCH") == tag
        start(_status(304 if unchanged else answer.status), _headers(answer, tag))
        if unchanged or environ["REQUEST_METHOD"] == "HEAD":
            return []
        return [answer.body]

    return serve


def _status(number: int) -> str:
    return f"{number} {HTTPStatus(number).phrase}"


def _headers(answer: Answer, tag: str) -> list[tuple[str, str]]:
    headers = [("Content-Type", answer.content_type)]
    headers += [("Location", answer.location)] if answer.location else []
    return headers + ([("ETag", tag)] if answer.status == 200 else [])


application = blog(os.environ.get("BLOG_URL", "http://127.0.0.1:8080"))
