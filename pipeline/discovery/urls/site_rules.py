"""What people decided of a site by hand: sources, lists and URLs that are pinned or forbidden.

A rule goes before everything that is learned. Where two contradict each other, forbidding wins.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from pipeline.core.url import BadURL, host_at, normal_form
from pipeline.discovery.urls.match import InvalidPattern, matches

PIN = "pin"
FORBID = "forbid"
SOURCE = "source"  # a feed or a sitemap
LIST = "list"  # a page that lists articles
PATTERN = "pattern"  # of URLs, as a run's patterns
DONE_TO = {PIN: "pinned", FORBID: "forbidden"}
NOUNS = {SOURCE: "feed or sitemap", LIST: "list page", PATTERN: "URL pattern"}
MAX_RULES = 100  # of one site
MAX_VALUE_LENGTH = 2_000


class InvalidRule(ValueError):
    """A rule that cannot be kept; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class SiteRule:
    """One decision: what to do (PIN, FORBID) with what (SOURCE, LIST, PATTERN)."""

    host: str  # as `rule_host` has it
    verdict: str
    kind: str
    value: str  # a URL or a pattern

    @property
    def text(self) -> str:
        """The rule in words."""
        return f"{DONE_TO[self.verdict]} {NOUNS[self.kind]} {self.value}"


class SiteRules:
    """The rules of all sites, to be asked by URL."""

    def __init__(self, rules: Iterable[SiteRule] = ()) -> None:
        self._rules = tuple(rules)
        self._addresses: dict[str, SiteRule] = {}
        self._patterns: dict[str, list[SiteRule]] = defaultdict(list)
        for rule in sorted(self._rules, key=lambda rule: rule.verdict != FORBID):
            if rule.kind == PATTERN:
                self._patterns[rule.host].append(rule)
            else:
                self._addresses.setdefault(_key(rule.value), rule)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def of_hosts(self, hosts: Collection[str]) -> list[SiteRule]:
        """All rules of these hosts, which may have ports, in the order in which they were made."""
        names = {_without_port(host) for host in hosts}
        return [rule for rule in self._rules if rule.host in names]

    def for_source(self, url: str) -> SiteRule | None:
        """Return the rule for this very source or list; a forbidding one before a pinning one."""
        return self._addresses.get(_key(url))

    def for_url(self, url: str) -> SiteRule | None:
        """Return the rule whose pattern fits the URL; a forbidding one before a pinning one."""
        if not self._patterns:
            return None
        for rule in self._patterns.get(rule_host(url), ()):
            if matches(url, (rule.value,)):
                return rule
        return None

    def forbids(self, url: str) -> bool:
        """Whether the URL fits a forbidden pattern."""
        rule = self.for_url(url)
        return rule is not None and rule.verdict == FORBID


def checked_rule(
    host: str, verdict: str, kind: str, value: str, base: str = ""
) -> SiteRule:
    """Return the rule, its URL whole. Raises `InvalidRule`.

    `host` is that of the site, with or without "www." and port; a URL may be given as a path, below
    `base`, a URL of the site.
    """
    if verdict not in DONE_TO:
        raise InvalidRule(f"{verdict!r} is neither {PIN} nor {FORBID}")
    if kind not in NOUNS:
        raise InvalidRule(f"{kind!r} is none of {', '.join(NOUNS)}")
    given = value.strip()
    if not given:
        raise InvalidRule(f"give the {NOUNS[kind]}")
    if len(given) > MAX_VALUE_LENGTH:
        raise InvalidRule(f"it is longer than {MAX_VALUE_LENGTH} characters")
    if not given.isprintable():
        raise InvalidRule("it holds a line break or another invisible character")
    home = f"https://{host.strip()}/"
    name = rule_host(home)
    if not name:
        raise InvalidRule(f"{host[:100]!r} is no host name")
    if kind == PATTERN:
        _check_pattern(home, given)
        return SiteRule(name, verdict, kind, given)
    url = urljoin(base or home, given)
    _check_address(url, name, may_be_elsewhere=kind == SOURCE)
    return SiteRule(name, verdict, kind, url)


def rule_host(url: str) -> str:
    """Return the host of a URL as rules have it: in ASCII, without "www." and port; empty for no
    URL."""
    try:
        return _without_port(host_at(url))
    except BadURL:
        return ""


def _check_pattern(home: str, pattern: str) -> None:
    try:
        fits_all = matches(home, (pattern,)) and matches(
            f"{home}any/folder/page.html?n=1", (pattern,)
        )
    except InvalidPattern as error:
        raise InvalidRule(str(error)) from None
    if fits_all:
        raise InvalidRule("it fits every URL of the site")


def _check_address(url: str, host: str, *, may_be_elsewhere: bool) -> None:
    try:
        normal_form(url)
    except BadURL as error:
        raise InvalidRule(str(error)) from None
    if "@" in urlsplit(url).netloc:
        raise InvalidRule("it holds a user name; use a URL that anybody may open")
    if not may_be_elsewhere and rule_host(url) != host:
        raise InvalidRule(f"it is not a page of {host}")


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    if colon and port.isdigit():
        return name
    return host


def _key(url: str) -> str:
    try:
        return normal_form(url)
    except BadURL:
        return url
