"""An identity provider: a real one, which asks nobody for a password."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import requests
import werkzeug.serving
from oidc_provider_mock import User as Account
from oidc_provider_mock import app

SECONDS = 180


@contextmanager
def provider(accounts: Sequence[Account]) -> Iterator[str]:
    """Run a provider that knows these accounts; yield its address."""
    server = werkzeug.serving.make_server(
        "localhost", 0, app(user_claims=accounts), threaded=True
    )
    thread = threading.Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def choose(page: str, sub: str) -> str:
    """Choose an account on the provider's page; return where it sends the browser."""
    answer = requests.post(page, {"sub": sub}, allow_redirects=False, timeout=SECONDS)
    return str(answer.headers["Location"])
