"""One request and its response: the turn, the wire, and what it taught about the host."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

import requests
from requests.utils import get_environ_proxies

from pipeline.core.failures import Rejected, Unavailable
from pipeline.fetching.policy import Policy
from pipeline.fetching.politeness import pace as manners
from pipeline.fetching.politeness.pace import Hosts, Pace
from pipeline.fetching.politeness.turn import Gate
from pipeline.fetching.transport.adapter import session_on, tls_context
from pipeline.fetching.transport.errors import TRANSPORT_ERRORS, Failed, outcome_of
from pipeline.fetching.transport.guard import Guard
from pipeline.fetching.transport.sockets import Line
from pipeline.fetching.transport.status import ASKS_TO_SLOW_DOWN, PASSING, retry_after
from pipeline.fetching.transport.target import Target

HOST_AT_FAULT = frozenset(
    {"timeout", "connection-refused", "connection-reset", "unreachable", "dns-failure"}
    | {f"http-{n}" for n in PASSING}
)
HEADER_ROOM_BYTES = 1_000_000  # bytes a response may take on the wire beside its body
MAX_DRAINED_BYTES = (
    65_536  # bytes; a connection with more left to read is closed and not kept
)


class RequestSender:
    """Makes single requests, each in its turn. One for all threads; each thread has its own
    session and line."""

    def __init__(self, policy: Policy, hosts: Hosts) -> None:
        self._policy = policy
        self._hosts = hosts
        self.guard = Guard(policy.allowed_networks, policy.own_sites)
        self._context = tls_context()
        self._mine = threading.local()

    @property
    def line(self) -> Line:
        """The calling thread's line."""
        if not hasattr(self._mine, "line"):
            self._mine.line = Line(self.guard, self._policy.connect_seconds)
            seconds = self._policy.max_seconds
            self._mine.session = session_on(
                self._mine.line, self._context, self._policy.user_agent, seconds
            )
        line: Line = self._mine.line
        return line

    @contextmanager
    def ask(
        self,
        target: Target,
        headers: Mapping[str, str],
        pace: Pace,
        max_wait_seconds: float,
        method: str = "GET",
    ) -> Iterator[requests.Response]:
        """Provide the response, its body unread. Raises Failed: "host-busy", or what goes wrong,
        while it is read too."""
        self.guard.check_literal(target.name, target.port)
        gate = Gate(self._hosts, target.host, pace, self.line)
        gate.reserve(max_wait_seconds)
        try:
            response = self._send(method, target, headers, gate)
            seconds = time.monotonic() - gate.opened_at
            with self.line.deadline.paused():
                self._note_answer(target.host, response, seconds)
            try:
                yield response
            finally:
                _release(response)
        except TRANSPORT_ERRORS as error:
            outcome = outcome_of(error)
            self._note_failure(target.host, outcome)
            raise Failed(outcome) from error
        except Failed as failed:
            self._note_failure(target.host, failed.outcome)
            raise

    def _send(
        self, method: str, target: Target, headers: Mapping[str, str], gate: Gate
    ) -> requests.Response:
        line = self.line
        session = self._mine.session
        line.await_turn = gate.wait
        largest = max(self._policy.max_bytes, self._policy.max_source_bytes)
        line.allowance = (
            largest + HEADER_ROOM_BYTES
        )  # what may be kept of it, `read_body` decides
        request = session.prepare_request(
            requests.Request(method, target.url, headers=dict(headers))
        )
        if self._policy.use_env_proxies:
            proxies = get_environ_proxies(target.url)
        else:
            proxies = {}
        left = line.deadline.left()
        sent: requests.Response = session.send(
            request, stream=True, timeout=(left, left), proxies=proxies
        )
        return sent

    def _note_answer(
        self, host: str, response: requests.Response, seconds: float
    ) -> None:
        status = response.status_code
        if status not in PASSING:
            return self._hosts.heard(host, seconds)
        self._hosts.failed(host, f"http-{status}")
        if status in ASKS_TO_SLOW_DOWN:
            asked = retry_after(
                {"retry-after": response.headers.get("retry-after", "")},
                datetime.now(UTC),
            )
            if asked is not None:
                rest = asked
            elif status == 429:
                rest = manners.SLOW_DOWN_SECONDS
            else:
                rest = 0.0
            if rest:
                self._hosts.park(host, rest, f"http-{status}")

    def _note_failure(self, host: str, outcome: Rejected | Unavailable) -> None:
        if (
            isinstance(outcome, Unavailable)
            and outcome.reason in HOST_AT_FAULT
            and not outcome.reason.startswith("http-")
        ):
            self._hosts.failed(host, outcome.reason)


def _release(response: requests.Response) -> None:
    """Keep the connection where little is left to read, else close it."""
    length = response.headers.get("content-length", "")
    if (
        length.isdigit()
        and int(length) <= MAX_DRAINED_BYTES
        and not response.raw.closed
    ):
        try:
            response.raw.drain_conn()
        except (Failed, *TRANSPORT_ERRORS):
            pass
    response.close()
