"""URL -> Fetched: the one way to the network, for every stage."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

import requests

from pipeline.core.failures import Rejected, Unavailable
from pipeline.core.records import Fetched, NotModified, Page, Sighting, Validators
from pipeline.fetching.policy import Policy
from pipeline.fetching.politeness.concurrency import HostConcurrency
from pipeline.fetching.politeness.pace import UNDER_WAY_WAIT_SECONDS, Hosts
from pipeline.fetching.politeness.turn import refused
from pipeline.fetching.request import RequestSender
from pipeline.fetching.robots_check import RobotsCheck
from pipeline.fetching.transport.body import ACCEPT_ENCODING, read_body
from pipeline.fetching.transport.content_types import (
    ACCEPT,
    Purpose,
    content_type,
    may_be,
    turned_out_html,
)
from pipeline.fetching.transport.cookies import FetchCookies
from pipeline.fetching.transport.errors import (
    TRANSPORT_ERRORS,
    Failed,
    outcome_of,
    readable,
)
from pipeline.fetching.transport.sockets import always
from pipeline.fetching.transport.status import (
    ASKS_TO_SLOW_DOWN,
    REDIRECTS,
    failure_of,
)
from pipeline.fetching.transport.target import Target, redirected, target_of

NO_VALIDATORS = Validators()
# The name of a crawler before the directives that are for it alone.
CRAWLER = re.compile(r"\s*(?!unavailable_after|max-)[\w*-]+\s*:")
Hops = tuple[tuple[int, str], ...]


class Fetcher:
    """Fetches within a policy. One for all threads of a process; it keeps connections open per
    thread."""

    def __init__(self, policy: Policy, hosts: Hosts) -> None:
        self.policy = policy
        self._hosts = hosts
        self._sender = RequestSender(policy, hosts)
        self._robots = RobotsCheck(policy, hosts, self._sender)
        self._concurrency = HostConcurrency(policy.max_threads_per_host)

    def fetch(
        self,
        url: str,
        *,
        validators: Validators = NO_VALIDATORS,
        purpose: Purpose = "article",
        may_send: Callable[[], bool] = always,
    ) -> Fetched:
        """Fetch one URL, following redirects, each hop within robots.txt, pace, guard and caps.
        Never raises for what a URL, a server or the network does; errors of the keeper of hosts (a
        lost database) pass through.

        A slot that is too far away is Unavailable("host-busy") with `retry_after` in seconds:
        nothing was asked for.
        Sources wait up to a minute for theirs: whoever reads them is in the middle of something.

        `may_send` is asked before each request, and twice a second while one waits for its slot.
        Once it says no, nothing more is sent and the outcome is Unavailable(STOPPED); what was sent
        already comes to its end.
        """
        self._sender.line.may_send = may_send
        self._sender.line.deadline.start(self.policy.max_seconds)
        max_wait_seconds = max(
            self.policy.max_wait_seconds,
            UNDER_WAY_WAIT_SECONDS if purpose == "source" else 0.0,
        )
        try:
            target = target_of(url)
            self._sender.guard.check_literal(target.name, target.port)
            if self.policy.obey_robots and target.path == "/robots.txt":
                return self._robots.page(url, target, max_wait_seconds)
            return self._follow(
                url, target, _headers(validators, purpose), purpose, max_wait_seconds
            )
        except Failed as failed:
            return failed.outcome
        except TRANSPORT_ERRORS as error:
            return outcome_of(error)

    def look(
        self, url: str, may_send: Callable[[], bool] = always
    ) -> Sighting | Rejected | Unavailable:
        """Look whether a page is there: HEAD, then GET where HEAD brings no page.

        Redirects are followed, each hop within robots.txt, pace, guard and caps, as with `fetch`;
        no body is read. Returns what the last server answered, whatever its status, or why nobody
        could be asked. Never raises for what a URL, a server or the network does.
        """
        self._sender.line.may_send = may_send
        self._sender.line.deadline.start(self.policy.max_seconds)
        try:
            target = target_of(url)
            seen = self._look(target, "HEAD", self.policy.max_wait_seconds)
            if seen.is_page or seen.status in ASKS_TO_SLOW_DOWN:
                return seen
            return self._look(target, "GET", UNDER_WAY_WAIT_SECONDS)
        except Failed as failed:
            return failed.outcome
        except TRANSPORT_ERRORS as error:
            return outcome_of(error)

    def _look(self, target: Target, method: str, max_wait_seconds: float) -> Sighting:
        headers = _headers(NO_VALIDATORS, "article")
        with self._answered(target, headers, max_wait_seconds, method) as answered:
            last, response, hops = answered
            return Sighting(last.url, response.status_code, hops)

    def _follow(
        self,
        url: str,
        target: Target,
        headers: Mapping[str, str],
        purpose: Purpose,
        max_wait_seconds: float,
    ) -> Fetched:
        with self._answered(target, headers, max_wait_seconds) as answered:
            last, response, hops = answered
            return self._outcome(url, last, response, hops, purpose)

    @contextmanager
    def _answered(
        self,
        target: Target,
        headers: Mapping[str, str],
        max_wait_seconds: float,
        method: str = "GET",
    ) -> Iterator[tuple[Target, requests.Response, Hops]]:
        """Provide the answer that is no redirect, its body unread, with its target and the hops
        that led there."""
        hops: Hops = ()
        seen: set[tuple[str, str]] = set()
        cookies = FetchCookies()
        cookie = ""
        while (
            len(hops) <= self.policy.max_redirects and (target.url, cookie) not in seen
        ):
            seen.add((target.url, cookie))
            sent = {**headers, "Cookie": cookie} if cookie else headers
            with self._asked(target, sent, max_wait_seconds, method) as response:
                cookies.take(target.host, response.raw.headers.getlist("set-cookie"))
                if response.status_code in REDIRECTS:
                    location = response.headers.get("location")
                else:
                    location = None
                if not location:
                    yield target, response, hops
                    return
            hops = (*hops, (response.status_code, readable(location)))
            target = redirected(target, location)
            cookie = cookies.header(target.host)
            # to start over would spend the first slot again and again
            max_wait_seconds = UNDER_WAY_WAIT_SECONDS
        raise Failed(
            Rejected(
                "too-many-redirects",
                " -> ".join(location for _status, location in hops[-3:]),
            )
        )

    @contextmanager
    def _asked(
        self,
        target: Target,
        headers: Mapping[str, str],
        max_wait_seconds: float,
        method: str,
    ) -> Iterator[requests.Response]:
        with self._within_concurrency(target):
            self._sender.guard.check_literal(target.name, target.port)
            if self.policy.obey_robots:
                self._robots.check(target, max_wait_seconds)
            pace = self._robots.pace(target)
            with self._sender.ask(
                target, headers, pace, max_wait_seconds, method
            ) as response:
                yield response

    @contextmanager
    def _within_concurrency(self, target: Target) -> Iterator[None]:
        pace = self._robots.pace(target)
        if not self._concurrency.acquire(target.host, full_speed=pace.delay == 0):
            # Takes no slot: this only tells when to come back, spread over the time to come.
            raise Failed(
                refused(target.host, self._hosts.slot(target.host, pace, -1.0))
            )
        try:
            yield
        finally:
            self._concurrency.release(target.host)

    def _outcome(
        self,
        url: str,
        target: Target,
        response: requests.Response,
        hops: Hops,
        purpose: Purpose,
    ) -> Fetched:
        now = datetime.now(UTC)
        deadline = self._sender.line.deadline
        given = response.headers.items()
        headers = {
            name.lower(): readable(value)
            for name, value in given
            if name.lower() != "set-cookie"
        }
        lines = response.raw.headers.getlist("x-robots-tag")
        if len(lines) > 1:
            headers["x-robots-tag"] = readable(one_line(lines))
        asked = response.request.headers
        if response.status_code == 304 and (
            "If-None-Match" in asked or "If-Modified-Since" in asked
        ):
            return NotModified(url, now, deadline.spent())
        if failure := failure_of(response.status_code, headers, now):
            return failure
        kind = content_type(headers.get("content-type", ""))
        if not may_be(purpose, kind):
            return _unwanted(kind, purpose)
        max_bytes = self.policy.max_bytes_of(purpose)
        announced = headers.get("content-length", "")
        if announced.isdigit() and int(announced) > max_bytes:
            return Rejected(
                "too-large", f"{announced} bytes are announced, the cap is {max_bytes}"
            )
        body = read_body(response, max_bytes)
        if purpose == "article" and not turned_out_html(kind, body):
            return _unwanted(kind)
        return Page(
            url,
            target.url,
            response.status_code,
            headers,
            body,
            now,
            deadline.spent(),
            hops,
        )


def _unwanted(kind: str, purpose: Purpose = "article") -> Rejected:
    if purpose == "image":
        return Rejected("not-an-image", f"the content type is {kind}")
    return Rejected(
        "not-html", f"the content type is {kind or 'not stated'}, and so is the content"
    )


def one_line(lines: list[str]) -> str:
    """Return several X-Robots-Tag headers as one. A crawler's name holds for what follows it, so
    that lines without one come first."""
    return ", ".join(sorted(lines, key=lambda line: bool(CRAWLER.match(line))))


def _headers(validators: Validators, purpose: Purpose) -> dict[str, str]:
    headers = {"Accept": ACCEPT[purpose], "Accept-Encoding": ACCEPT_ENCODING}
    if validators.etag:
        headers["If-None-Match"] = validators.etag
    if validators.last_modified:
        headers["If-Modified-Since"] = validators.last_modified
    return headers
