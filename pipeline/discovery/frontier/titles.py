"""Whether a list of titles without dates is one of articles: some of its pages tell."""

from collections.abc import Iterable

from pipeline.discovery.frontier.links import FrontierItem
from pipeline.discovery.readers.parsed import ParsedSource
from pipeline.discovery.scoring.evidence import Evidence
from pipeline.discovery.scoring.site_profile import SiteProfile

MIN_ARTICLE_LENGTH = 400  # characters of a page that says nothing of itself


def sample_pages(
    profile: SiteProfile, evidence: Evidence, start: str
) -> list[FrontierItem]:
    """Two or three pages of the list, from its whole length."""
    listed = sorted(profile.listed)
    chosen = listed[:: max(1, len(listed) // 2)]
    return [
        FrontierItem(evidence.items[key].url, "article", 1, start) for key in chosen
    ]


def are_no_articles(pages: Iterable[ParsedSource]) -> bool:
    """Whether pages were read, and none of them has a date, an author or a text."""
    read = list(pages)
    return bool(read) and not any(map(_reads_as_article, read))


def _reads_as_article(page: ParsedSource) -> bool:
    marks = page.article or page.dated or bool(page.authors)
    return marks or page.text_length >= MIN_ARTICLE_LENGTH
