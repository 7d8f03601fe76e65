"""Article or not: points for and against each URL, by the profile of its site, as a score with its
reasons.

The points are on the scale of log odds: 0 is a coin's toss, +3 is 95 %. A URL is taken at a score
of one half.
"""

import math
from collections import Counter
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

from pipeline.discovery.readers.parsed import ENTRY, ITEM, LINE, NAV, PROSE
from pipeline.discovery.scoring.evidence import Evidence
from pipeline.discovery.scoring.items import Item
from pipeline.discovery.scoring.site_profile import SiteProfile
from pipeline.discovery.urls.patterns import (
    MAX_WORDS,
    Shape,
    is_asset,
    is_draft,
    is_list,
    is_list_name,
    is_machinery,
    is_paged,
    is_placeholder,
    is_section,
    is_section_word,
    is_static,
    words_of,
)
from pipeline.discovery.urls.site_rules import FORBID, SiteRule

THRESHOLD = 0.5
_FIRST_POINTS = -1.0  # most URLs of a site are no articles
_PINNED_POINTS = 30.0  # more than all that can speak against a URL
_NO_ARTICLE = "not-an-article"


@dataclass(frozen=True, slots=True)
class ScoredUrl:
    """A score from 0 to 1, the reasons for people, and the slug of the strongest one against."""

    score: float
    reasons: tuple[str, ...]
    against: str = _NO_ARTICLE


class Score:
    """Adds up points and keeps why."""

    def __init__(self) -> None:
        self.points = _FIRST_POINTS
        self.reasons: list[tuple[float, str, str]] = []

    def add(self, points: float, reason: str, slug: str = _NO_ARTICLE) -> None:
        """`slug` groups refusals; it only matters where the points are negative."""
        self.points += points
        self.reasons.append((points, reason, slug))

    def result(self) -> ScoredUrl:
        """Return the sum as a score; reasons strongest first."""
        strongest = sorted(self.reasons, key=lambda reason: -abs(reason[0]))
        against = next(
            (slug for points, _, slug in strongest if points < 0), _NO_ARTICLE
        )
        probability = 1 / (1 + math.exp(-self.points))
        return ScoredUrl(
            round(probability, 3), tuple(text for _, text, _ in strongest), against
        )


class UrlFeatures(NamedTuple):
    """What the rules may know of a URL: not which one it is. Most of a site's are alike, and are
    scored once.
    """

    kinds: frozenset[str]  # of the sources that name it
    places: frozenset[str]  # how they do
    listed_date: bool
    shape: Shape  # without its slug
    words: int  # of the slug, up to MAX_WORDS
    sure: bool  # by its key in the profile, as the next three
    pinned: bool
    listed: bool
    parent: bool
    draft: bool  # by its words, as the next five
    list: bool
    list_name: bool  # the last segment is such a word, not only a folder
    machinery: bool
    static: bool
    section: bool
    section_folder: bool  # projects, talks
    placeholder: bool


class UrlScorer:
    """Scores the URLs of one site. `lists` are the keys of pages that were read as lists, or lead
    on from one.
    """

    def __init__(
        self, evidence: Evidence, profile: SiteProfile, lists: Set[str] = frozenset()
    ) -> None:
        self.evidence = evidence
        self.profile = profile
        self.lists = lists
        self.fitted: Counter[SiteRule] = Counter()  # URLs by the rule of a pattern
        self._scored = lru_cache(maxsize=1_000)(partial(_scored, profile))

    def score(self, item: Item) -> ScoredUrl:
        """Return the score of one URL."""
        refusal = self._outside(item)
        if refusal is None:
            rule = self.evidence.rules.for_url(item.url)
            if rule is not None:
                self.fitted[rule] += 1
                return _by_rule(rule)
            refusal = self._list_page(item)
        if refusal:
            slug, reason = refusal
            return ScoredUrl(0.0, (reason,), slug)
        return self._scored(self._features(item))

    def _outside(self, item: Item) -> tuple[str, str] | None:
        if not self.evidence.scope.has(item.url):
            return "out-of-scope", f"not under {self.evidence.scope.folder}"
        if is_asset(item.url):
            return "asset", "a file, no page"
        if not (item.shape.last or item.shape.query):
            return "list-page", "the root of the site"
        return None

    def _list_page(self, item: Item) -> tuple[str, str] | None:
        shape = item.shape
        if item.key in self.profile.sure:
            return None
        if item.key in self.lists:
            return "list-page", "read as a list of articles"
        if is_paged(item.url) and not self._is_named_as_article(item):
            return "list-page", "a numbered page of a list"
        if shape.calendar and not self.profile.known_pattern(shape):
            return "list-page", "a year, month or day alone"
        return None

    def _is_named_as_article(self, item: Item) -> bool:
        return bool(item.at(ENTRY)) or (
            item.listed_date and item.key in self.profile.listed
        )

    def _features(self, item: Item) -> UrlFeatures:
        shape = item.shape
        profile = self.profile
        kinds = self.evidence.kinds
        return UrlFeatures(
            kinds=frozenset([kinds[source] for source, _ in item.places]),
            places=frozenset([how for _, how in item.places]),
            listed_date=item.listed_date,
            shape=shape._replace(slug=""),
            words=words_of(shape.slug),
            sure=item.key in profile.sure,
            pinned=item.key in profile.pinned,
            listed=item.key in profile.listed,
            parent=item.key in profile.parents,
            draft=is_draft(shape),
            list=is_list(shape),
            list_name=is_list_name(shape),
            machinery=is_machinery(shape),
            static=is_static(shape),
            section=is_section(shape),
            section_folder=is_section_word(shape),
            placeholder=is_placeholder(shape),
        )


def _by_rule(rule: SiteRule) -> ScoredUrl:
    reason = f"site rule: {rule.text}"
    if rule.verdict == FORBID:
        return ScoredUrl(0.0, (reason,), "forbidden")
    return ScoredUrl(1.0, (reason,))


def _scored(profile: SiteProfile, url: UrlFeatures) -> ScoredUrl:
    score = Score()
    if url.pinned:
        score.add(_PINNED_POINTS, "site rule: named by a pinned source")
    _add_sources(score, url, profile)
    _add_shape(score, url, profile)
    _add_words(score, url, profile)
    return score.result()


def _add_sources(score: Score, url: UrlFeatures, profile: SiteProfile) -> None:
    if ENTRY in url.places:
        score.add(4.0, "in a feed of the site")
        is_about_site = url.static or url.section
        is_unlike_others = profile.shapes and not profile.known_pattern(url.shape)
        is_left_by_lists = profile.lists_hold_feed and not url.listed
        if is_about_site and (is_unlike_others or is_left_by_lists):
            score.add(
                -4.5,
                "named like a page about the site, unlike the feed's other entries",
                "static-page",
            )
    _add_sitemaps(score, url, profile)
    _add_links(score, url, profile)
    if not (ENTRY in url.places or LINE in url.places or url.listed):
        score.add(-1.0, "named by no feed, sitemap or list of articles")


def _add_sitemaps(score: Score, url: UrlFeatures, profile: SiteProfile) -> None:
    if "sitemap:posts" in url.kinds:
        score.add(3.0, "in the site's sitemap of posts")
    elif "sitemap:other" in url.kinds and profile.typed:
        score.add(-3.0, "in the site's sitemap of pages or lists", "static-page")
    elif LINE in url.places:
        score.add(0.3, "in a sitemap")


def _add_links(score: Score, url: UrlFeatures, profile: SiteProfile) -> None:
    if url.listed:
        score.add(2.5, "in a list beside other articles")
        if url.listed_date:
            score.add(1.0, "with a date beside it")
    elif ITEM in url.places:
        if profile.listed and profile.known_pattern(url.shape) != "own":
            score.add(-0.5, "a link that stands for itself, apart from the articles")
        else:
            score.add(0.2, "a link that stands for itself")
    elif NAV in url.places and ENTRY not in url.places:
        # sidebars name popular articles, too, but menus have short names
        if url.words >= MAX_WORDS:
            points = -0.3
        else:
            points = -1.0
        score.add(points, "linked from menus, sidebars or footers", "static-page")
    elif PROSE in url.places and LINE not in url.places:
        score.add(-0.5, "linked only from within texts")


def _add_shape(score: Score, url: UrlFeatures, profile: SiteProfile) -> None:
    pattern = profile.known_pattern(url.shape)
    if pattern == "own":
        score.add(3.0, f"of the shape {url.shape} that the site's articles have")
    elif pattern == "open":
        score.add(2.0, f"of the shape {url.shape}, as articles have in other folders")
    elif pattern == "loose":
        _add_loose_shape(score, url, profile)
    elif url.shape.dated:
        score.add(1.5, "a date in its path")
    elif profile.shapes and ENTRY not in url.places:
        score.add(-1.5, f"of the shape {url.shape}, which no known article has")


def _add_loose_shape(score: Score, url: UrlFeatures, profile: SiteProfile) -> None:
    score.add(
        1.0, f"of the shape {url.shape}, as articles and other pages of the site are"
    )
    if (profile.whole or profile.typed) and not url.listed and not url.sure:
        score.add(-2.5, "missing from the site's complete list", "static-page")
    if url.words >= MAX_WORDS:
        score.add(0.5, "a slug of several words")
    elif url.words == 1 and not profile.terse and not url.listed:
        score.add(-0.8, "a slug of one word", "static-page")


def _add_words(score: Score, url: UrlFeatures, profile: SiteProfile) -> None:
    """Add what the words of the URL say: only where no feed and no dated list names it, and less in
    a folder of articles."""
    if ENTRY in url.places:
        return
    if url.parent:
        score.add(-3.0, "a folder of articles", "list-page")
    if url.listed and url.listed_date:
        return
    pattern = profile.known_pattern(url.shape)
    is_own = pattern == "own" and not url.shape.calendar
    if url.placeholder and url.places == {LINE}:
        score.add(
            -5.0,
            "named like an article that is not written yet, and only in a sitemap",
            "draft",
        )
    is_elsewhere = profile.shapes and not pattern and not url.listed
    if url.section_folder and is_elsewhere:
        score.add(-3.0, "in a section of other things than articles", "static-page")
    is_in_menu = NAV in url.places and ITEM not in url.places
    if url.draft:
        score.add(-5.0, "in a folder of drafts", "draft")
    if url.list:
        is_own_folder = is_own and _is_known_folder(url.shape) and not url.list_name
        if not is_own_folder:
            score.add(-4.0, "named like a list of articles or a file", "list-page")
    elif url.machinery and not is_own and url.words < MAX_WORDS - 1:
        score.add(-4.0, "named like a list of articles or a file", "list-page")
    elif url.static and (not is_own or is_in_menu):
        score.add(-3.0, "named like a page about the site", "static-page")
    elif url.section and not is_own:
        score.add(-3.0, "named like a section of the site", "static-page")


def _is_known_folder(shape: Shape) -> bool:
    """Whether a word such as "tag" or "page" in the path is the name of the articles' own
    folder."""
    return shape.last.startswith(("*", "date", "#"))
