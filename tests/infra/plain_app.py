"""A WSGI application without Django, for tests of the web server's workers."""

from collections.abc import Callable, Iterable
from typing import Any

PART = b"x" * 100_000


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with the length of the body; /large is endless for those who do not read."""
    start("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/large":
        return (PART for _ in range(500))
    return [str(len(environ["wsgi.input"].read())).encode()]
