"""Obeying robots.txt: asking a host for it, once, and holding every URL against it."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urljoin

from pipeline.core.failures import STOPPED, Rejected, Unavailable
from pipeline.core.records import Fetched, Page
from pipeline.fetching.policy import Policy
from pipeline.fetching.politeness import robots
from pipeline.fetching.politeness.pace import UNDER_WAY_WAIT_SECONDS, Hosts, Pace
from pipeline.fetching.politeness.robots import RobotsFile
from pipeline.fetching.request import RequestSender
from pipeline.fetching.transport.body import ACCEPT_ENCODING, read_body
from pipeline.fetching.transport.errors import Failed
from pipeline.fetching.transport.guard import site_name
from pipeline.fetching.transport.status import REDIRECTS
from pipeline.fetching.transport.target import Target, redirected, target_of

HEADERS = {"Accept": "text/plain,*/*;q=0.5", "Accept-Encoding": ACCEPT_ENCODING}
FOR_GOOD = frozenset(
    {"internal-address", "unknown-host", "tls"}
)  # refusals of robots.txt that hold for its whole host
NOWHERE = frozenset(
    {"bad-address", "scheme", "credentials-in-url"}
)  # redirects that lead nowhere: no robots.txt
MAX_PACES_KEPT = 4096
TDMREP_PATH = "/.well-known/tdmrep.json"
TDMREP_HEADERS = {"Accept": "application/json", "Accept-Encoding": ACCEPT_ENCODING}
MAX_TDMREP_BYTES = 100_000  # a longer one is not read


class RobotsCheck:
    """What hosts allow. One for all threads of a process."""

    def __init__(self, policy: Policy, hosts: Hosts, sender: RequestSender) -> None:
        self._policy = policy
        self._hosts = hosts
        self._sender = sender
        self._paces: dict[str, Pace] = {}

    def pace(self, target: Target) -> Pace:
        """Return the pace for a host: the setting, or what its robots.txt asks for where that is
        slower, up to the cap."""
        return self._paces.get(target.host) or Pace(self._setting(target))

    def _setting(self, target: Target) -> float:
        site = site_name(target.name, target.port)
        return self._policy.own_sites.get(site, self._policy.host_delay)

    def check(self, target: Target, max_wait_seconds: float) -> None:
        """Check that `target` is allowed. Raises Failed where it is not, for good ("robots") or for
        now ("robots-unreachable").

        `max_wait_seconds`: seconds to wait for a slot where robots.txt must be asked for.
        """
        file = self._file(target, max_wait_seconds)
        if file.problem:
            raise Failed(file.problem)
        rules = robots.rules_of(file.text, self._policy.product)
        asked = min(rules.delay, self._policy.crawl_delay_cap)
        setting = self._setting(target)
        if len(self._paces) >= MAX_PACES_KEPT:
            self._paces.clear()
        if asked > setting:
            self._paces[target.host] = Pace(asked, "robots")
        else:
            self._paces[target.host] = Pace(setting)
        if rule := rules.refusal(target.url):
            raise Failed(
                Rejected("robots", f"robots.txt of {target.host}, {rule}", skipped=True)
            )

    def page(self, url: str, target: Target, max_wait_seconds: float) -> Fetched:
        """robots.txt itself as a page, from the same memory: discovery reads it too, the host is
        asked once."""
        file = self._file(target, max_wait_seconds)
        if file.problem:
            return file.problem
        if not 200 <= file.status < 300:
            return Rejected(f"http-{file.status}", f"robots.txt answered {file.status}")
        return Page(
            url,
            file.url,
            200,
            {"content-type": "text/plain; charset=utf-8"},
            file.text.encode(),
            file.fetched_at,
        )

    def _file(self, target: Target, max_wait_seconds: float) -> RobotsFile:
        max_age = self._policy.robots_max_age
        with self._sender.line.deadline.paused():
            file = self._hosts.robots(
                target.host, max_age, lambda: self._ask(target, max_wait_seconds)
            )
        if file is None:
            why = f"robots.txt of {target.host} is being asked for by another worker"
            raise Failed(Unavailable("host-busy", why, 2.0))
        return file

    def _ask(self, target: Target, max_wait_seconds: float) -> RobotsFile:
        """Return what the host answers. Raises Failed only where it could not be asked at all: no
        slot, or given up."""
        file = None
        for _ in range(robots.ATTEMPTS):
            try:
                file = self._follow(target_of(target.robots_url), max_wait_seconds)
            except Failed:
                if file is None:
                    raise
                break  # it now wants to be left alone; what it said first stands
            if not isinstance(file.problem, Unavailable):
                break
        assert file is not None
        if self._policy.read_tdmrep and not file.problem:
            return replace(file, tdmrep=self._tdmrep(target, file))
        return file

    def _tdmrep(self, target: Target, file: RobotsFile) -> str:
        """Return the host's tdmrep.json, "" where there is none that can be read: what mining it
        reserves. One request a host, with each look at robots.txt, and within that."""
        url = urljoin(target.url, TDMREP_PATH)
        if robots.rules_of(file.text, self._policy.product).refusal(url):
            return ""
        try:
            return self._read_tdmrep(target_of(url))
        except Failed as failed:
            if failed.outcome.reason == STOPPED:
                raise
            return ""

    def _read_tdmrep(self, at: Target) -> str:
        seconds = min(robots.ATTEMPT_SECONDS, self._policy.max_seconds)
        for _ in range(robots.MAX_REDIRECTS + 1):
            with (
                self._sender.line.deadline.aside(seconds),
                self._sender.ask(
                    at, TDMREP_HEADERS, self.pace(at), UNDER_WAY_WAIT_SECONDS
                ) as response,
            ):
                location = None
                if response.status_code in REDIRECTS:
                    location = response.headers.get("location")
                if response.status_code == 200:
                    body = read_body(response, MAX_TDMREP_BYTES)
                    return body.decode("utf-8-sig", "replace").replace("\0", "")
            if not location:
                return ""
            at = redirected(at, location)
        return ""

    def _follow(self, at: Target, max_wait_seconds: float) -> RobotsFile:
        for hop in range(robots.MAX_REDIRECTS + 1):
            now = datetime.now(UTC)
            try:
                pace = self.pace(at)
                seconds = min(robots.ATTEMPT_SECONDS, self._policy.max_seconds)
                with (
                    self._sender.line.deadline.aside(seconds),
                    self._sender.ask(
                        at,
                        HEADERS,
                        pace,
                        UNDER_WAY_WAIT_SECONDS if hop else max_wait_seconds,
                    ) as response,
                ):
                    if response.status_code in REDIRECTS:
                        location = response.headers.get("location")
                    else:
                        location = None
                    if not location:
                        readable = 200 <= response.status_code < 300
                        if readable:
                            body = read_body(response, robots.MAX_BYTES, cut=True)
                        else:
                            body = b""
                        return robots.file_from(at.url, response.status_code, body, now)
                at = redirected(at, location)
            except Failed as failed:
                return _without_answer(at.url, failed, hop, now)
        return RobotsFile(
            at.url, 310, "", now
        )  # more redirects than RFC 9309 asks to follow: as if there were none


def _without_answer(url: str, failed: Failed, hop: int, now: datetime) -> RobotsFile:
    outcome = failed.outcome
    if outcome.reason in ("host-busy", "host-given-up", STOPPED):
        raise failed
    detail = f"robots.txt: {outcome.detail}"
    if (
        isinstance(outcome, Rejected)
        and outcome.reason in FOR_GOOD
        and (hop == 0 or outcome.reason == "internal-address")
    ):
        return RobotsFile(url, 0, "", now, Rejected(outcome.reason, detail))
    if outcome.reason in NOWHERE:
        return RobotsFile(url, 310, "", now)
    return robots.unreachable(
        url, f"robots.txt: {outcome.reason}; {outcome.detail}"[:400], now
    )
