"""The web server's workers: gunicorn starts them, waitress speaks to the clients.

A thread gets a request when the whole of it is there, and hands its response to a buffer. So a
client that sends or reads slowly holds a connection, never a thread, and each deadline below ends
it.
"""

import logging
import socket
import time
from collections.abc import Callable, Sequence
from typing import Any

from gunicorn.workers.base import Worker
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from waitress.wasyncore import loop

HEADER_SECONDS = 20  # for a client to send its header
REQUEST_SECONDS = 120  # for a client to send its header and body
UNREAD_SECONDS = 30  # that a client may leave its response unread
IDLE_SECONDS = 30  # between two requests of a connection
LOOK_EVERY_SECONDS = 2

MAX_CONNECTIONS = 400  # of one process; below the usual 1,024 open files
MAX_HEADER_BYTES = 65_536
MAX_BODY_BYTES = 6_000_000  # Django refuses more than 5 MB with words of its own
BUFFER_BYTES = 1_000_000  # of a response, before its thread waits for the client


class BoundedChannel(HTTPChannel):
    """One connection, which knows since when it has been receiving a request."""

    receiving_since: float | None = None  # of time.monotonic

    def received(self, data: bytes) -> bool:
        """Take what the client sent."""
        if self.receiving_since is None:
            self.receiving_since = time.monotonic()
        taken = bool(super().received(data))
        if self.request is None:
            self.receiving_since = None
        return taken

    def write_soon(self, data: Any) -> int:
        """Buffer a part of the response; the client has from now on to read it."""
        if not self.total_outbufs_len:
            self.last_activity = time.time()
        return int(super().write_soon(data))

    def overdue(self, now: float) -> bool:
        """Whether the client takes longer than it may; `now` is of time.time."""
        silent_seconds = now - self.last_activity
        if self.total_outbufs_len:
            return silent_seconds > UNREAD_SECONDS
        if self.requests:
            return False
        if self.receiving_since is None:
            return silent_seconds > IDLE_SECONDS
        receiving_seconds = time.monotonic() - self.receiving_since
        if self.request is not None and self.request.headers_finished:
            return receiving_seconds > REQUEST_SECONDS
        return receiving_seconds > HEADER_SECONDS

    @property
    def busy(self) -> bool:
        """Whether a request is being answered or its response sent."""
        return bool(self.requests or self.total_outbufs_len)


class BoundedServer(TcpWSGIServer):
    """Accepts connections, and closes those of clients that take too long."""

    channel_class = BoundedChannel

    def maintenance(self, now: float) -> None:
        """Close what is overdue, at once: a client that reads nothing is never writable."""
        for channel in list(self.active_channels.values()):
            if channel.overdue(now):
                channel.handle_close()

    def stop_accepting(self) -> None:
        """Leave new connections to the other workers."""
        self.accepting = False
        self.del_channel()
        self.socket.close()


class BufferingWorker(Worker):
    """A worker of gunicorn that reads requests and sends responses as waitress does."""

    def run(self) -> None:
        """Serve until gunicorn says that it is enough, then finish what is in progress."""
        serve(
            [listener.sock for listener in self.sockets],
            self.wsgi,
            threads=self.cfg.threads,
            is_wanted=lambda: self.alive,
            notify=self.notify,
            grace_seconds=self.cfg.graceful_timeout,
        )


def serve(
    listeners: Sequence[socket.socket],
    wsgi: Any,
    *,
    threads: int,
    is_wanted: Callable[[], bool],
    notify: Callable[[], None] = lambda: None,
    grace_seconds: float = 30,
) -> None:
    """Serve while it is wanted, then finish what is in progress, for so long at most.

    `notify` is called with each turn, a second or less apart.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    connections: dict[int, Any] = {}
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(threads)
    servers = [
        _server(listener, wsgi, threads, connections, dispatcher)
        for listener in listeners
    ]
    while is_wanted():
        notify()
        _turn(connections)
    for server in servers:
        server.stop_accepting()
    deadline = time.monotonic() + grace_seconds
    while _busy(servers) and time.monotonic() < deadline:
        notify()
        _turn(connections)
    dispatcher.shutdown()


def _server(
    listener: Any,
    wsgi: Any,
    threads: int,
    connections: dict[int, Any],
    dispatcher: ThreadedTaskDispatcher,
) -> BoundedServer:
    settings = Adjustments(
        sockets=[listener],
        threads=threads,
        ident=None,
        # the product reads X-Forwarded-Proto alone, and only where its settings say so
        clear_untrusted_proxy_headers=False,
        connection_limit=MAX_CONNECTIONS,
        cleanup_interval=LOOK_EVERY_SECONDS,
        max_request_header_size=MAX_HEADER_BYTES,
        max_request_body_size=MAX_BODY_BYTES,
        outbuf_overflow=BUFFER_BYTES,
        outbuf_high_watermark=BUFFER_BYTES,
        log_socket_errors=False,
    )
    address = (listener.family, listener.type, listener.proto, None)
    return BoundedServer(
        wsgi,
        connections,
        _sock=listener,
        dispatcher=dispatcher,
        adj=settings,
        sockinfo=address,
        bind_socket=False,
    )


def _turn(connections: dict[int, Any]) -> None:
    """Serve what is ready, for a second at most."""
    loop(timeout=1, use_poll=True, map=connections, count=1)


def _busy(servers: list[BoundedServer]) -> bool:
    return any(
        channel.busy
        for server in servers
        for channel in list(server.active_channels.values())
    )
