"""What discovery learned of a site, to be shown to people: sources, patterns and bounds."""

from dataclasses import dataclass

from pipeline.discovery.frontier.report import AddressReport
from pipeline.discovery.scoring.evidence import Evidence
from pipeline.discovery.scoring.site_profile import SiteProfile

MAX_PATTERNS = 10
MAX_SOURCES = 30


@dataclass(frozen=True, slots=True)
class LearnedSite:
    """What one start address taught."""

    address: str
    decided: str  # by what the articles were recognized
    articles: int
    # (pattern, how many known articles have it), most frequent first.
    patterns: tuple[tuple[str, int], ...]
    # (URL, "feed", "sitemap" or "list", how many articles it names), by that number.
    sources: tuple[tuple[str, str, int], ...]
    whole: bool  # its lists were read to their end, and hold all articles
    limits: tuple[str, ...]  # what kept discovery from seeing more


def learned_site(
    report: AddressReport, profile: SiteProfile, evidence: Evidence
) -> LearnedSite:
    """Sum up a crawl that is over."""
    articles = profile.articles
    sources = []
    for source, kind in evidence.kinds.items():
        named = sum(key in articles for key in set(evidence.keys_of(source)))
        if named:
            sources.append((source, _kind_of(kind), named))
    sources.sort(key=lambda source: -source[2])
    return LearnedSite(
        address=report.address,
        decided=report.decided,
        articles=report.articles,
        patterns=tuple(profile.shapes.most_common(MAX_PATTERNS)),
        sources=tuple(sources[:MAX_SOURCES]),
        whole=profile.whole,
        limits=report.limits,
    )


def _kind_of(kind: str) -> str:
    if kind == "page":
        return "list"
    return kind.partition(":")[0]
