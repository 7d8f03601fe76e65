"""Servers on real sockets, as good or as bad as a test wants them."""

import http.client
import io
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import Any

Answer = Callable[[socket.socket, str], None]
HTML = b"<!doctype html><html><head><title>A post</title></head><body><p>Some text.</p></body></html>"


def response(status: int = 200, body: bytes = HTML, **headers: str) -> bytes:
    """A whole response; header names are written with _ for -. content_length="" leaves it out."""
    given = {
        "content_type": "text/html; charset=utf-8",
        "content_length": str(len(body)),
    } | headers
    lines = [
        f"{name.replace('_', '-')}: {value}" for name, value in given.items() if value
    ]
    return (
        "\r\n".join(
            [
                f"HTTP/1.1 {status} {http.client.responses.get(status, '')}",
                *lines,
                "",
                "",
            ]
        ).encode()
        + body
    )


class Server:
    """Answers each request with `answer(socket, path)`, or with `pages[path]`; 404 for all else.

    `connections` counts those who connected, `asked` is [(monotonic time, path)], `headers` those
    of the last request.
    """

    def __init__(
        self,
        pages: dict[str, bytes] | None = None,
        answer: Answer | None = None,
        *,
        address: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.pages, self._answer, self._tls = dict(pages or {}), answer, tls
        self.connections = 0
        self.asked: list[tuple[float, str]] = []
        self.headers: dict[str, str] = {}
        self._lock = threading.Lock()
        self._socket = socket.create_server(
            (address, port), backlog=128, family=_family(address)
        )
        self.address, self.port = address, self._socket.getsockname()[1]
        self.host = f"{f'[{address}]' if ':' in address else address}:{self.port}"
        self.url = f"{'https' if tls else 'http'}://{self.host}"

    def __enter__(self) -> "Server":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [path for _at, path in self.asked]

    @property
    def gaps(self) -> list[float]:
        """Seconds between one request and the next."""
        times = [at for at, _path in self.asked]
        return [later - earlier for earlier, later in pairwise(times)]

    def keeps(self, delay: float, since: float) -> bool:
        """Whether each request came at least `delay` seconds of slots after the one before, the
        first one after `since`.

        A request may be late on a busy machine, and the next follow it closely, but none is early.
        """
        times = sorted(at for at, _path in self.asked)
        return all(at >= since + number * delay for number, at in enumerate(times))

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _peer = self._socket.accept()
                with self._lock:
                    self.connections += 1
                threading.Thread(
                    target=self._serve, args=(connection,), daemon=True
                ).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                while request := _read(connection):
                    self._note(request)
                    self._reply(connection, request.split()[1])

    def _note(self, request: str) -> None:
        with self._lock:
            self.asked.append((time.monotonic(), request.split()[1]))
            parsed = http.client.parse_headers(
                io.BytesIO(request.partition("\r\n")[2].encode())
            )
            self.headers = {name.lower(): value for name, value in parsed.items()}

    def _reply(self, connection: socket.socket, path: str) -> None:
        if path in self.pages:
            connection.sendall(self.pages[path])
        elif self._answer and path != "/robots.txt":
            self._answer(connection, path)
        else:
            connection.sendall(response(404, b"no"))


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _read(connection: socket.socket) -> str:
    request = b""
    while not request.endswith(b"\r\n\r\n"):
        if not (more := connection.recv(65_536)):
            return ""
        request += more
    return request.decode("latin-1")


class Receiver(Server):
    """Takes what is posted: `received` is [(path, headers, body)]. Answers `status`, or nothing where `silent`."""

    def __init__(self) -> None:
        super().__init__()
        self.status, self.more, self.silent = 200, "", False
        self.received: list[tuple[str, dict[str, str], bytes]] = []

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            request = b""
            while b"\r\n\r\n" not in request and (more := connection.recv(65_536)):
                request += more
            head, _, body = request.partition(b"\r\n\r\n")
            first, _, rest = head.decode("latin-1").partition("\r\n")
            parsed = http.client.parse_headers(io.BytesIO(rest.encode() + b"\r\n\r\n"))
            headers = {name.lower(): value for name, value in parsed.items()}
            while len(body) < int(headers.get("content-length", 0)) and (
                more := connection.recv(65_536)
            ):
                body += more
            with self._lock:
                self.received.append((first.split()[1], headers, body))
            while self.silent and connection.recv(1):
                pass
            status = f"{self.status} {http.client.responses[self.status]}"
            connection.sendall(
                f"HTTP/1.1 {status}\r\n{self.more}Content-Length: 0\r\n\r\n".encode()
            )


class MailServer:
    """An SMTP server that keeps what it gets; it answers `status` to the end of a mail, or with 0
    is gone before it does."""

    def __init__(self, status: int = 250) -> None:
        self.status = status
        self.received: list[str] = []
        mails = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.reply(220)
                while line := self.rfile.readline().decode().strip():
                    verb = line.split()[0].upper()
                    if verb == "DATA":
                        self.reply(354)
                        mails.received.append(self.content())
                        if not mails.status:
                            return
                        self.reply(mails.status)
                    elif verb == "QUIT":
                        self.reply(221)
                        return
                    else:
                        self.reply(250)

            def content(self) -> str:
                lines = []
                while (line := self.rfile.readline().decode()) != ".\r\n":
                    lines.append(line)
                return "".join(lines)

            def reply(self, status: int) -> None:
                self.wfile.write(f"{status} x\r\n".encode())

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> "MailServer":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
