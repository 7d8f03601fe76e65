"""Article or not: points for and against each URL, from the lesson that its site taught, as a score with its reasons.

The points are on the scale of log odds: 0 is a coin's toss, +3 is 95 %. A URL is taken at a score of one half.
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

from pipeline.discovery.readers.parsed import ENTRY, ITEM, LINE, NAV, PROSE
from pipeline.discovery.scoring.evidence import Evidence, Item
from pipeline.discovery.scoring.site_profile import Lesson
from pipeline.discovery.urls.patterns import (
    Shape,
    is_asset,
    is_draft,
    is_list,
    is_paged,
    is_section,
    is_static,
)

THRESHOLD = 0.5
MANY = 4  # words of a slug; more tell nothing more


@dataclass(frozen=True, slots=True)
class Verdict:
    """A score from 0 to 1, the reasons for people, and the slug of the strongest one against."""

    score: float
    reasons: tuple[str, ...]
    against: str = "not-an-article"

    @property
    def taken(self) -> bool:
        """Whether the URL counts as an article."""
        return self.score >= THRESHOLD


class Tally:
    """Adds up points and keeps why."""

    def __init__(self) -> None:
        self.points = -1.0  # most URLs of a site are no articles
        self.reasons: list[tuple[float, str, str]] = []

    def add(self, points: float, reason: str, slug: str = "not-an-article") -> None:
        """`slug` groups refusals; it only matters where the points are negative."""
        self.points += points
        self.reasons.append((points, reason, slug))

    def verdict(self) -> Verdict:
        """The sum as a score; reasons strongest first."""
        strongest = sorted(self.reasons, key=lambda reason: -abs(reason[0]))
        against = next((slug for points, _, slug in strongest if points < 0), "not-an-article")
        return Verdict(
            round(1 / (1 + math.exp(-self.points)), 3),
            tuple(text for _, text, _ in strongest),
            against,
        )


class Looks(NamedTuple):
    """What the rules may know of a URL: not which one it is. Most of a site's look alike, and are judged once."""

    kinds: frozenset[str]  # of the sources that mention it
    places: frozenset[str]  # how they do
    listed_date: bool
    shape: Shape  # without its slug
    words: int  # of the slug, up to MANY
    sure: bool  # by its key in the lesson, as the next two
    listed: bool
    parent: bool
    draft: bool  # by its words, as the next three
    list: bool
    static: bool
    section: bool


class Judge:
    """Judges the URLs of one site. `lists` are the keys of pages that were read as lists."""

    def __init__(
        self, evidence: Evidence, lesson: Lesson, lists: frozenset[str] = frozenset()
    ) -> None:
        self.evidence = evidence
        self.lesson = lesson
        self.lists = lists
        self.scored = lru_cache(maxsize=1_000)(partial(_scored, lesson))

    def verdict(self, item: Item) -> Verdict:
        """The verdict on one URL."""
        if refusal := self._impossible(item):
            return Verdict(0.0, (refusal[1],), refusal[0])
        return self.scored(self._looks(item))

    def _impossible(self, item: Item) -> tuple[str, str] | None:
        if not self.evidence.scope.has(item.url):
            return "out-of-scope", f"not under {self.evidence.scope.folder}"
        if is_asset(item.url):
            return "asset", "a file, no page"
        if is_paged(item.url):
            return "list-page", "a numbered page of a list"
        if not (item.shape.last or item.shape.query):
            return "list-page", "the root of the site"
        if item.key in self.lists and item.key not in self.lesson.sure:
            return "list-page", "read as a list of articles"
        if item.shape.calendar and not self.lesson.taught(item.shape):
            return "list-page", "a year, month or day alone"
        return None

    def _looks(self, item: Item) -> Looks:
        shape = item.shape
        key = item.key
        lesson = self.lesson
        dirs, last, slug, query = shape
        return Looks(
            frozenset([self.evidence.kinds[source] for source, _ in item.places]),
            frozenset([how for _, how in item.places]),
            item.listed_date,
            Shape(dirs, last, "", query),
            _words_of(slug),
            key in lesson.sure,
            key in lesson.listed,
            key in lesson.parents,
            is_draft(shape),
            is_list(shape),
            is_static(shape),
            is_section(shape),
        )


def _scored(lesson: Lesson, looks: Looks) -> Verdict:
    tally = Tally()
    _sources(tally, looks, lesson)
    _shape(tally, looks, lesson)
    _words(tally, looks, lesson)
    return tally.verdict()


def _words_of(slug: str) -> int:
    """Words of the slug, up to MANY; a script that does without spaces counts as many."""
    if slug.isascii():
        return len(re.split(r"[-_]+", slug, maxsplit=MANY - 1))
    return min(MANY, max(2, len(slug) // 2))


def _sources(tally: Tally, looks: Looks, lesson: Lesson) -> None:
    if ENTRY in looks.places:
        tally.add(4.0, "in a feed of the site")
        if (looks.static or looks.section) and lesson.shapes and not lesson.taught(looks.shape):
            tally.add(
                -4.5,
                "named like a page about the site, unlike the feed's other entries",
                "static-page",
            )
    if "sitemap:posts" in looks.kinds:
        tally.add(3.0, "in the site's sitemap of posts")
    elif "sitemap:other" in looks.kinds:
        tally.add(-3.0, "in the site's sitemap of pages or lists", "static-page")
    elif LINE in looks.places:
        tally.add(0.3, "in a sitemap")
    if looks.listed:
        tally.add(2.5, "in a list beside other articles")
        if looks.listed_date:
            tally.add(1.0, "with a date beside it")
    elif ITEM in looks.places:
        beside = lesson.listed and lesson.taught(looks.shape) != "own"
        tally.add(
            -0.5 if beside else 0.2,
            "a link that stands for itself" + (", apart from the articles" if beside else ""),
        )
    elif NAV in looks.places and ENTRY not in looks.places:
        # sidebars name popular articles, too, but menus have short names
        tally.add(
            -0.3 if looks.words >= MANY else -1.0,
            "linked from menus, sidebars or footers",
            "static-page",
        )
    elif PROSE in looks.places and LINE not in looks.places:
        tally.add(-0.5, "linked only from within texts")
    if not (ENTRY in looks.places or LINE in looks.places or looks.listed):
        tally.add(-1.0, "named by no feed, sitemap or list of articles")


def _shape(tally: Tally, looks: Looks, lesson: Lesson) -> None:
    taught = lesson.taught(looks.shape)
    if taught == "own":
        tally.add(3.0, f"of the shape {looks.shape} that the site's articles have")
    elif taught == "loose":
        tally.add(1.0, f"of the shape {looks.shape}, as articles and other pages of the site are")
        if (lesson.whole or lesson.typed) and not looks.listed and not looks.sure:
            tally.add(-2.5, "missing from the site's complete list", "static-page")
        if looks.words >= MANY:
            tally.add(0.5, "a slug of several words")
        elif looks.words == 1 and not lesson.terse and not looks.listed:
            tally.add(-0.8, "a slug of one word", "static-page")
    elif looks.shape.dated:
        tally.add(1.5, "a date in its path")
    elif lesson.shapes and ENTRY not in looks.places:
        tally.add(-1.5, f"of the shape {looks.shape}, which no known article has")


def _words(tally: Tally, looks: Looks, lesson: Lesson) -> None:
    own = lesson.taught(looks.shape) == "own" and not looks.shape.calendar
    if looks.draft and ENTRY not in looks.places:
        tally.add(-5.0, "in a folder of drafts", "draft")
    if looks.list and not (own and looks.shape.last.startswith(("*", "date", "#"))):
        tally.add(-4.0, "named like a list of articles or a file", "list-page")
    elif looks.static and ENTRY not in looks.places:
        tally.add(-3.0, "named like a page about the site", "static-page")
    elif looks.section and not own and ENTRY not in looks.places:
        tally.add(-3.0, "named like a section of the site", "static-page")
    if looks.parent and ENTRY not in looks.places:
        tally.add(-3.0, "a folder of articles", "list-page")
