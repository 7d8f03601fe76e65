"""The folders of the known articles as further lists: a menu may call them anything."""

from collections import Counter

from pipeline.discovery.frontier.links import FrontierItem
from pipeline.discovery.scoring.evidence import Evidence
from pipeline.discovery.scoring.site_profile import SiteProfile
from pipeline.discovery.urls.patterns import shape_of

MAX_PARENTS = 3
MIN_ARTICLES = 3  # in a folder


def parent_lists(
    profile: SiteProfile, evidence: Evidence, start: str
) -> list[FrontierItem]:
    """Return the folders in which most of the known articles lie, if a page links to them."""
    folders = Counter(key.rpartition("/")[0] for key in profile.articles)
    found = []
    for key, count in folders.most_common(MAX_PARENTS):
        if count < MIN_ARTICLES or key not in evidence.items:
            continue
        url = evidence.items[key].url
        if evidence.scope.has(url) and not shape_of(url).calendar:
            found.append(FrontierItem(url, "section", 1, start))
    return found


def lists_in_menus(profile: SiteProfile, evidence: Evidence) -> set[str]:
    """Return sources that were clicked in a menu and turned out to list articles."""
    found = set()
    for (source, _), keys in evidence.lists():
        shown = len(keys & profile.articles)
        if shown >= MIN_ARTICLES and shown >= 0.5 * len(keys):
            found.add(source)
    return found
