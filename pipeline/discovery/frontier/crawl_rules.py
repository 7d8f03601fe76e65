"""The rules that people made by hand, in one crawl: what is requested for them and what came of
each.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from pipeline.discovery.frontier.links import FrontierItem
from pipeline.discovery.frontier.source_fetch import SourceRequest
from pipeline.discovery.readers.parsed import ParsedSource
from pipeline.discovery.scoring.evidence import Evidence
from pipeline.discovery.scoring.items import key_of
from pipeline.discovery.scoring.site_profile import SiteProfile
from pipeline.discovery.urls.scope import Scope
from pipeline.discovery.urls.site_rules import (
    FORBID,
    LIST,
    PATTERN,
    PIN,
    SiteRule,
    SiteRules,
)

_ALWAYS_REQUESTED = ("start", "robots")
_READ = ("feed", "sitemap", "index", "page", "unchanged")


class CrawlRules:
    """The rules as the crawl of one site asks them."""

    def __init__(self, rules: SiteRules) -> None:
        self.rules = rules
        self.left_out: set[SiteRule] = set()  # because of which a source was left out

    def pinned_sources(self, scope: Scope) -> list[FrontierItem]:
        """Return what is to be requested because somebody pinned it."""
        return [
            FrontierItem(rule.value, _frontier_kind(rule), 1)
            for rule in self.rules.of_hosts(scope.hosts)
            if rule.verdict == PIN and rule.kind != PATTERN
        ]

    def is_pinned(self, item: FrontierItem) -> bool:
        """Whether somebody pinned this very source."""
        rule = self.rules.for_source(item.url)
        return rule is not None and rule.verdict == PIN

    def leaves_out(self, item: FrontierItem) -> bool:
        """Whether the source is not to be requested, because it or its URL is forbidden."""
        if item.kind in _ALWAYS_REQUESTED:
            return False
        return self.is_forbidden(item)

    def is_forbidden(self, item: FrontierItem) -> bool:
        """Whether nothing that the source names is to count."""
        for rule in self.rules.for_source(item.url), self.rules.for_url(item.url):
            if rule is not None and rule.verdict == FORBID:
                self.left_out.add(rule)
                return True
        return False

    def outcomes(
        self,
        evidence: Evidence,
        profile: SiteProfile,
        asked: Sequence[SourceRequest],
        fitted: Counter[SiteRule],
    ) -> tuple[str, ...]:
        """Return what came of each rule of the site, in a sentence; `fitted`: URLs by pattern's
        rule."""
        said = []
        for rule in self.rules.of_hosts(evidence.scope.hosts):
            if rule.kind == PATTERN:
                outcome = _pattern_outcome(rule, fitted[rule])
            elif rule.verdict == FORBID:
                outcome = "nothing named it"
                if rule in self.left_out:
                    outcome = "left out"
            else:
                outcome = _source_outcome(rule, evidence, profile, asked)
            said.append(f"{rule.text}: {outcome}")
        return tuple(said)


def parts_of_source(parsed: ParsedSource, further: Iterable[FrontierItem]) -> set[str]:
    """Return the URLs among what a source leads to that go on with it: pages of a list, parts of an
    index."""
    kinds = {"page", "feed-page"}
    if parsed.kind == "index":
        kinds = {"sitemap"}
    return {item.url for item in further if item.kind in kinds}


def _frontier_kind(rule: SiteRule) -> str:
    if rule.kind == LIST:
        return "archive"
    path = urlsplit(rule.value).path.lower()
    is_sitemap = "sitemap" in path or path.endswith((".gz", ".txt"))
    return "sitemap" if is_sitemap else "feed"


def _pattern_outcome(rule: SiteRule, count: int) -> str:
    noun = "URL" if count == 1 else "URLs"
    done = "taken" if rule.verdict == PIN else "left out"
    return f"{count} {noun} {done}"


def _source_outcome(
    rule: SiteRule,
    evidence: Evidence,
    profile: SiteProfile,
    asked: Sequence[SourceRequest],
) -> str:
    key = key_of(rule.value)
    requests = [request for request in asked if key_of(request.url) == key]
    if not requests:
        return "not requested"
    last = requests[-1]
    if last.outcome not in _READ:
        return f"not read ({last.outcome})"
    named: set[str] = set()
    for source, pin in evidence.pinned_sources.items():
        if pin == last.url:
            named.update(evidence.keys_of(source))
    taken = len(profile.pinned & named)
    noun = "URL" if taken == 1 else "URLs"
    return f"read, {taken} {noun} taken as articles"
