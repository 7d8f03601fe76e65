"""Clients that send or read slowly take no thread of the web server from the others."""

import os
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from http.client import HTTPException
from pathlib import Path
from types import SimpleNamespace

import pytest
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher
from waitress.wasyncore import close_all, loop

from infra import web_worker
from infra.local.ports import LOOPBACK, free_port
from infra.local.process import Process
from infra.local.processes import commands
from infra.local.stack import CHECKOUT
from tests.infra.plain_app import application
from tests.waiting import wait_until

THREADS = 2
HALF_A_HEADER = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
HALF_A_BODY = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf"
UNREAD = b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n"
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Process]:
    """A web server with two threads in one process."""
    worker = next(
        word for word in commands()["web"].split() if word.startswith("--worker-class=")
    )
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "tests.infra.plain_app", worker]
    command += ["--workers=1", f"--threads={THREADS}", "--no-control-socket"]
    command += [f"--bind={LOOPBACK}:{port}"]
    log = tmp_path / "web.log"
    env = {**os.environ, "PORT": str(port)}
    process = Process("web", command, home=tmp_path, log=log, env=env, cwd=CHECKOUT)
    process.start()
    try:
        wait_until(lambda: answers(port), what="for the web server")
        yield process
    finally:
        process.terminate()
        process.wait(600)
        process.kill()


def answers(port: int, body: bytes | None = None) -> str:
    try:
        url = f"http://{LOOPBACK}:{port}/"
        with urllib.request.urlopen(url, data=body, timeout=180) as answer:
            return str(answer.read().decode())
    except (OSError, HTTPException):
        return ""


@pytest.mark.parametrize("sent", [HALF_A_HEADER, HALF_A_BODY])
def test_unfinished_requests_take_no_thread(web: Process, sent: bytes) -> None:
    port = int(web.env["PORT"])
    with ExitStack() as open_clients:
        for _ in range(20 * THREADS):
            client = socket.create_connection((LOOPBACK, port))
            open_clients.enter_context(client)
            client.sendall(sent)

        assert answers(port) == "0"
        assert answers(port, b"y" * 300_000) == "300000"


def test_a_stopping_server_first_sends_what_is_in_progress(web: Process) -> None:
    with socket.create_connection((LOOPBACK, int(web.env["PORT"]))) as client:
        client.settimeout(60)
        client.sendall(UNREAD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        received = len(client.recv(1_000))
        web.terminate()
        while part := client.recv(1_000_000):
            received += len(part)
    assert received > 50_000_000


class _Served:
    """The server of one worker, turned by a thread."""

    def __enter__(self) -> "_Served":
        listener = socket.create_server((LOOPBACK, 0))
        self.address = listener.getsockname()
        self._connections: dict[int, object] = {}
        self._over = threading.Event()
        self._dispatcher = ThreadedTaskDispatcher()
        self._dispatcher.set_thread_count(THREADS)
        web_worker.BoundedServer(
            application,
            self._connections,
            _sock=listener,
            dispatcher=self._dispatcher,
            adj=Adjustments(
                sockets=[listener], cleanup_interval=0, outbuf_high_watermark=100_000
            ),
            sockinfo=(listener.family, listener.type, listener.proto, None),
            bind_socket=False,
        )
        self._thread = threading.Thread(target=self._turn)
        self._thread.start()
        return self

    def _turn(self) -> None:
        while not self._over.is_set():
            loop(timeout=0.05, use_poll=True, map=self._connections, count=1)

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join(600)
        close_all(self._connections)
        self._dispatcher.shutdown()

    def is_closed(self, sent: bytes, read: Callable[[socket.socket], bytes]) -> bool:
        """Whether the server ends the connection of a client that sent no more than this."""
        with socket.create_connection(self.address) as client:
            client.settimeout(60)
            client.sendall(sent)
            try:
                while read(client):
                    time.sleep(0.01)
            except ConnectionError:
                pass
            return True


@pytest.mark.parametrize(
    ("limit", "sent"),
    [
        ("HEADER_SECONDS", HALF_A_HEADER),
        ("REQUEST_SECONDS", HALF_A_BODY),
        ("IDLE_SECONDS", REQUEST),
        ("IDLE_SECONDS", b""),
    ],
)
def test_who_takes_too_long_loses_the_connection(
    monkeypatch: pytest.MonkeyPatch, limit: str, sent: bytes
) -> None:
    monkeypatch.setattr(web_worker, limit, 0.2)
    with _Served() as served:
        assert served.is_closed(sent, lambda client: client.recv(10_000))


def test_unread_responses_give_their_threads_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(web_worker, "UNREAD_SECONDS", 0.2)
    with _Served() as served, ExitStack() as open_clients:
        for _ in range(3 * THREADS):
            client = open_clients.enter_context(
                socket.create_connection(served.address)
            )
            client.sendall(UNREAD)
        # a deadline this short can cut a busy machine's own client off, too
        port = served.address[1]
        wait_until(lambda: answers(port) == "0", what="for a thread")


def test_the_time_to_read_begins_with_the_response() -> None:
    owner = SimpleNamespace(active_channels={}, pull_trigger=lambda: None)
    client, server = socket.socketpair()
    with client, server:
        channel = web_worker.BoundedChannel(owner, server, None, Adjustments(), map={})
        _fill(server)
        channel.last_activity = time.time() - 1000

        channel.write_soon(b"a response that took long to make")

        assert not channel.overdue(time.time())
        assert channel.overdue(time.time() + 2 * web_worker.UNREAD_SECONDS)


def _fill(server: socket.socket) -> None:
    """Send until the system takes no more, as to a client that reads nothing."""
    with suppress(BlockingIOError):
        while True:
            server.send(b"x" * 10_000)


def test_who_keeps_sending_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    with _Served() as served, socket.create_connection(served.address) as client:
        client.settimeout(60)
        for piece in (HALF_A_BODY, b"z" * 50, b"z" * 46):
            client.sendall(piece)
            time.sleep(0.05)
        assert client.recv(10_000).startswith(b"HTTP/1.1 200 OK")
