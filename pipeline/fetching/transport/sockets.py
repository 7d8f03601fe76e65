"""The line of a thread: its sockets connect where the guard allows, take turns, keep a deadline
and a byte count."""

import socket
import ssl
from collections.abc import Callable
from typing import Any

from pipeline.core.failures import STOPPED, Rejected, Unavailable
from pipeline.fetching.transport.deadline import Deadline
from pipeline.fetching.transport.errors import Failed, outcome_of
from pipeline.fetching.transport.guard import Guard, resolve


def always() -> bool:
    """Nobody stops it."""
    return True


class Line:
    """What the connections of one thread share: the guard, the deadline, the bytes still allowed,
    and the turn."""

    def __init__(self, guard: Guard, connect_seconds: float) -> None:
        self.guard = guard
        self.deadline = Deadline()
        self.connect_seconds = connect_seconds
        self.allowance = 0  # bytes that may still be received
        self.may_send: Callable[[], bool] = (
            always  # asked before each request, and while it waits
        )
        self.await_turn: Callable[[], None] | None = (
            None  # called once, when connected, right before sending
        )

    def received(self, count: int) -> None:
        """Count what was received. Raises Failed("too-large") when a response, headers and all, is
        bigger than any good one can be."""
        self.allowance -= count
        if self.allowance < 0:
            raise Failed(Rejected("too-large", "the response is larger than the cap"))

    def check_may_send(self) -> None:
        """Check that something may still be sent. Raises Failed(STOPPED) where it may not."""
        if not self.may_send():
            raise Failed(Unavailable(STOPPED, "whoever asked for it was stopped"))

    def take_turn(self) -> None:
        """Wait until the request may be sent. Everything else is ready by then: what takes time
        after it makes the gap that a server sees shorter than the true one."""
        if self.await_turn:
            wait = self.await_turn
            self.await_turn = None
            wait()

    def connect(self, host: str, port: int, *, guarded: bool = True) -> socket.socket:
        """Return a socket connected to the first address of `host` that answers; all of them have
        passed the guard.

        Raises Failed. Not `guarded` is for the proxy that the installation itself names.
        """
        outcome = Failed(Rejected("unknown-host", f"{host} has no address"))
        if guarded:
            endpoints = self.guard.endpoints
        else:
            endpoints = resolve
        for family, address in endpoints(host, port, self.deadline.left()):
            connection = LineSocket(family, socket.SOCK_STREAM)
            connection.line = self
            try:
                connection.settimeout(min(self.connect_seconds, self.deadline.left()))
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.connect(
                    address
                )  # numeric: nothing is resolved a second time
                connection.settimeout(self.deadline.left())
                return connection
            except OSError as error:
                connection.close()
                outcome = Failed(outcome_of(error))
        raise outcome


class _OnTheLine:
    """A socket whose timeout is what is left of the deadline, at every call: dribbling does not
    help a server."""

    line: Line

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """As socket.recv_into, within the deadline."""
        self.settimeout(self.line.deadline.left())  # type: ignore[attr-defined]
        count: int = super().recv_into(*args, **kwargs)  # type: ignore[misc]
        self.line.received(count)
        return count

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        """As socket.sendall, in turn and within the deadline."""
        self.line.take_turn()
        self.settimeout(self.line.deadline.left())  # type: ignore[attr-defined]
        super().sendall(*args, **kwargs)  # type: ignore[misc]


class LineSocket(_OnTheLine, socket.socket):
    """The plain one."""


class LineTLSSocket(_OnTheLine, ssl.SSLSocket):
    """The same for TLS. The ssl module makes it, so it learns its line only after the handshake."""
