"""robots.txt by RFC 9309, read by protego."""

import logging
import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from protego import Protego

from pipeline.core.failures import Rejected, Unavailable

MAX_BYTES = 500 * 1024  # RFC 9309 2.5: at least this much must be read; the rest is not
MAX_REDIRECTS = 5  # RFC 9309 2.3.1.2
ATTEMPT_SECONDS = 10.0  # of one attempt
ATTEMPTS = 3  # at what may pass; one unlucky answer should not shut a whole host out
MAX_LINES_COMPARED = 200  # to tell which line forbids a URL
MAX_LENGTH_COMPARED = 50_000  # characters, likewise
MAX_LINES_TRIED = 20
AGENT = re.compile(r"\s*user(?:-|\s+)?agent(?:\s*:|\s)\s*", re.IGNORECASE)
NOBODY = "-"  # stands for every crawler but this one
SMALL_LENGTH = 30_000  # characters; most are far smaller
RETRY_SECONDS = 30.0  # seconds for which "unreachable" is remembered

logging.getLogger("protego").setLevel(
    logging.ERROR
)  # it reports every odd line of every file


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What asking a host for its robots.txt brought. `problem` is set where nothing may be
    fetched because of it."""

    url: str
    status: int  # 0 where there was no answer
    text: str
    fetched_at: datetime  # aware, UTC
    problem: Rejected | Unavailable | None = None
    stale: bool = False  # old rules, kept because the host has since been unreachable
    tdmrep: str = ""  # the host's tdmrep.json

    def fresh(self, max_age: float, now: datetime) -> bool:
        """Whether it need not be asked for again. What is in doubt is remembered for a short time
        only."""
        age = (now - self.fetched_at).total_seconds()
        return age < (RETRY_SECONDS if self.problem or self.stale else max_age)

    @property
    def verdict(self) -> str:
        """In a word, for people: "rules", "no rules", "unreachable" or the reason of a refusal."""
        if self.problem:
            if isinstance(self.problem, Unavailable):
                return "unreachable"
            return self.problem.reason
        if self.text.strip():
            return "rules"
        return "no rules"


def better(old: RobotsFile | None, new: RobotsFile) -> RobotsFile:
    """Return the new one, but rather old rules than none while a host is unreachable (RFC 9309
    2.4)."""
    if isinstance(new.problem, Unavailable) and old is not None and not old.problem:
        return replace(old, fetched_at=new.fetched_at, stale=True)
    return new


def file_from(url: str, status: int, body: bytes, now: datetime) -> RobotsFile:
    """RFC 9309 2.3.1: 2xx is read, 4xx and endless redirects allow everything, 5xx disallows
    everything for now.

    429 counts as "for now" too: a host that asks to be left alone has not said that all is allowed.
    """
    if 200 <= status < 300:
        text = body[:MAX_BYTES].decode("utf-8-sig", "replace").replace("\0", "")
        return RobotsFile(url, status, text, now)
    if status >= 500 or status == 429:
        return unreachable(url, f"robots.txt answered {status}", now, status)
    return RobotsFile(url, status, "", now)


def unreachable(url: str, why: str, now: datetime, status: int = 0) -> RobotsFile:
    """No answer: RFC 9309 2.3.1.4 asks to assume that everything is disallowed, for now."""
    return RobotsFile(
        url, status, "", now, Unavailable("robots-unreachable", why, RETRY_SECONDS)
    )


class _Line(NamedTuple):
    """A line of robots.txt. `kind` is "u", "a" or "d" (user-agent, allow, disallow) or "" for any
    other.

    By its first letter, since protego takes "Disalow" and others for what they mean.
    """

    number: int
    kind: str
    pieces: tuple[str, ...]  # of the path, between its wildcards
    anchored: bool  # ends with "$"
    text: str

    def matches(self, path: str) -> bool:
        """Whether its pattern fits `path`. Takes the first place for each piece, so its time is
        linear."""
        first, *others = self.pieces
        if not first or not path.startswith(first):
            return False
        at = len(first)
        for piece in others:
            found = path.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        return not self.anchored or path.endswith(self.pieces[-1])


def _line_of(number: int, line: str) -> _Line:
    text = line.strip()
    kind = text[:1].lower()
    if kind not in "uad":
        kind = ""
    pattern = text.partition("#")[0].partition(":")[2].strip()
    anchored = pattern.endswith("$")
    pieces = unquote(pattern.removesuffix("$")).split("*")
    if pattern.startswith("*"):
        pieces[0] = "/"
    return _Line(number, kind, tuple(pieces), anchored, text)


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return unquote(f"{parts.path or '/'}{query}")


def for_one_crawler(text: str, product: str) -> str:
    """Return the same lines, with one name for all crawlers that this one is not.

    protego keeps each rule once for every crawler that is named above it: of 500 KiB it would make
    hundreds of millions.
    """
    lines = text.splitlines()
    named = [
        (number, found)
        for number, line in enumerate(lines)
        if (found := _agent_of(line))
    ]
    meant = [agent.name for _, agent in named if _is_for(agent.name, product.lower())]
    best = max(meant, key=len, default=NOBODY)
    for number, agent in named:
        name = best if agent.name == best else NOBODY
        lines[number] = agent.before + name
    return "\n".join(lines)


class _Agent(NamedTuple):
    """A line that names a crawler, in lower case without wildcards; "*" is any."""

    before: str
    name: str


def _agent_of(line: str) -> _Agent | None:
    """Read a line as protego does: with a colon or without one."""
    line = line.partition("#")[0].strip()
    found = AGENT.match(line)
    if not found:
        return None
    before = found[0]
    name = line[found.end() :].lower()
    _, colon, rest = name.partition(":")
    unknown = ":" not in before and colon and (not rest or rest[0].isspace())
    if not name or unknown:
        return None
    if name != "*":
        name = name.replace("*", "") or NOBODY
    return _Agent(before, name)


def _is_for(name: str, product: str) -> bool:
    """Whether a group of this name is for the product: the name is one of its words, or how one
    begins."""
    if name == "*":
        return True
    at = product.find(name)
    while at >= 0:
        if at == 0 or not (product[at - 1].isalnum() or product[at - 1] in "-_"):
            return True
        at = product.find(name, at + 1)
    return False


class Rules:
    """What a robots.txt says to one crawler. `delay` is the pace it asks for in seconds, 0 where
    it does not."""

    def __init__(self, text: str, product: str) -> None:
        self._text = for_one_crawler(text, product)
        self._product = product
        self._parsed = Protego.parse(self._text)
        rate = self._parsed.request_rate(product)
        if rate:
            by_rate = rate.seconds / rate.requests
        else:
            by_rate = 0.0
        self.delay = max(self._parsed.crawl_delay(product) or 0.0, by_rate)

    def refusal(self, url: str) -> str:
        """Return the line that forbids `url`, as people read it, or "" where it is allowed."""
        if self._parsed.can_fetch(url, self._product):
            return ""
        number, line = self._deciding_line(url)
        if number:
            return f"line {number}: {line}"
        return "disallowed"

    @cached_property
    def _lines(self) -> list[_Line]:
        return [
            _line_of(number, line)
            for number, line in enumerate(self._text.splitlines(), 1)
        ]

    def _deciding_line(self, url: str) -> tuple[int, str]:
        """Return (number, text) of the line without which `url` would be allowed; protego itself
        does not tell.

        Only lines that match are held against each other: a file of 500 KiB must not cost a parse
        for each URL.
        """
        path = _path_of(url)
        matching = [
            line for line in self._lines if line.kind != "u" and line.matches(path)
        ]
        forbidding = [line for line in matching if line.kind == "d"]
        groups = [line for line in self._lines if line.kind == "u"]
        relevant = sorted(groups + matching)
        length = sum(len(line.text) for line in relevant)
        if len(relevant) <= MAX_LINES_COMPARED and length <= MAX_LENGTH_COMPARED:
            for line in forbidding[:MAX_LINES_TRIED]:
                without = "\n".join(
                    other.text for other in relevant if other is not line
                )
                if Protego.parse(without).can_fetch(url, self._product):
                    return line.number, line.text
        if forbidding:
            return forbidding[0].number, forbidding[0].text
        return 0, ""


def rules_of(text: str, product: str) -> Rules:
    """Rules, parsed once for each text: of the large ones, with up to 40 MB each, few are kept."""
    if len(text) > SMALL_LENGTH:
        return _large_rules(text, product)
    return _small_rules(text, product)


_small_rules = lru_cache(maxsize=128)(Rules)
_large_rules = lru_cache(maxsize=4)(Rules)
