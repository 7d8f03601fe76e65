"""Article or not: points for and against each URL, from the lesson that its site taught, as a score with its reasons.

The points are on the scale of log odds: 0 is a coin's toss, +3 is 95 %. A URL is taken at a score of one half.
"""

import math
import re
from dataclasses import dataclass

from pipeline.discovery.evidence import Evidence, Item
from pipeline.discovery.learning import Lesson
from pipeline.discovery.readings import ENTRY, ITEM, LINE, NAV, PROSE
from pipeline.discovery.shapes import is_asset, is_draft, is_list, is_paged, is_section, is_static

THRESHOLD = 0.5


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
        return Verdict(round(1 / (1 + math.exp(-self.points)), 3), tuple(text for _, text, _ in strongest), against)


def judge(item: Item, evidence: Evidence, lesson: Lesson, lists: frozenset[str] = frozenset()) -> Verdict:
    """The verdict on one URL. `lists` are the keys of pages that were read as lists."""
    if refusal := _impossible(item, evidence, lists, lesson):
        return Verdict(0.0, (refusal[1],), refusal[0])
    tally = Tally()
    _sources(tally, item, evidence, lesson)
    _shape(tally, item, lesson)
    _words(tally, item, lesson)
    return tally.verdict()


def _impossible(item: Item, evidence: Evidence, lists: frozenset[str], lesson: Lesson) -> tuple[str, str] | None:
    if not evidence.scope.has(item.url):
        return "out-of-scope", f"not under {evidence.scope.folder}"
    if is_asset(item.url):
        return "asset", "a file, no page"
    if is_paged(item.url):
        return "list-page", "a numbered page of a list"
    if not (item.shape.last or item.shape.query):
        return "list-page", "the root of the site"
    if item.key in lists and item.key not in lesson.sure:
        return "list-page", "read as a list of articles"
    if item.shape.calendar and not lesson.taught(item.shape):
        return "list-page", "a year, month or day alone"
    return None


def _sources(tally: Tally, item: Item, evidence: Evidence, lesson: Lesson) -> None:
    kinds = {evidence.kinds[source] for source, _ in item.places}
    if item.at(ENTRY):
        tally.add(4.0, "in a feed of the site")
        if (is_static(item.shape) or is_section(item.shape)) and lesson.shapes and not lesson.taught(item.shape):
            tally.add(-4.5, "named like a page about the site, unlike the feed's other entries", "static-page")
    if "sitemap:posts" in kinds:
        tally.add(3.0, "in the site's sitemap of posts")
    elif "sitemap:other" in kinds:
        tally.add(-3.0, "in the site's sitemap of pages or lists", "static-page")
    elif item.at(LINE):
        tally.add(0.3, "in a sitemap")
    if item.key in lesson.listed:
        tally.add(2.5, "in a list beside other articles")
        if item.listed_date:
            tally.add(1.0, "with a date beside it")
    elif item.at(ITEM):
        beside = lesson.listed and lesson.taught(item.shape) != "own"
        tally.add(
            -0.5 if beside else 0.2, "a link that stands for itself" + (", apart from the articles" if beside else "")
        )
    elif item.at(NAV) and not item.at(ENTRY):
        # sidebars name popular articles, too, but menus have short names
        tally.add(-0.3 if _words_of(item) >= 4 else -1.0, "linked from menus, sidebars or footers", "static-page")
    elif item.at(PROSE) and not item.at(LINE):
        tally.add(-0.5, "linked only from within texts")
    if not (item.at(ENTRY) or item.at(LINE) or item.key in lesson.listed):
        tally.add(-1.0, "named by no feed, sitemap or list of articles")


def _shape(tally: Tally, item: Item, lesson: Lesson) -> None:
    taught = lesson.taught(item.shape)
    if taught == "own":
        tally.add(3.0, f"of the shape {item.shape} that the site's articles have")
    elif taught == "loose":
        tally.add(1.0, f"of the shape {item.shape}, as articles and other pages of the site are")
        if (lesson.whole or lesson.typed) and item.key not in lesson.listed and item.key not in lesson.sure:
            tally.add(-2.5, "missing from the site's complete list", "static-page")
        words = _words_of(item)
        if words >= 4:
            tally.add(0.5, "a slug of several words")
        elif words == 1 and not lesson.terse and item.key not in lesson.listed:
            tally.add(-0.8, "a slug of one word", "static-page")
    elif item.shape.dated:
        tally.add(1.5, "a date in its path")
    elif lesson.shapes and not item.at(ENTRY):
        tally.add(-1.5, f"of the shape {item.shape}, which no known article has")


def _words_of(item: Item) -> int:
    """Words of the slug; a script that does without spaces counts as many."""
    slug = item.shape.slug
    return len(re.split(r"[-_]+", slug)) if slug.isascii() else max(2, len(slug) // 2)


def _words(tally: Tally, item: Item, lesson: Lesson) -> None:
    own = lesson.taught(item.shape) == "own" and not item.shape.calendar
    if is_draft(item.shape) and not item.at(ENTRY):
        tally.add(-5.0, "in a folder of drafts", "draft")
    if is_list(item.shape) and not (own and item.shape.last.startswith(("*", "date", "#"))):
        tally.add(-4.0, "named like a list of articles or a file", "list-page")
    elif is_static(item.shape) and not item.at(ENTRY):
        tally.add(-3.0, "named like a page about the site", "static-page")
    elif is_section(item.shape) and not own and not item.at(ENTRY):
        tally.add(-3.0, "named like a section of the site", "static-page")
    if item.key in lesson.parents and not item.at(ENTRY):
        tally.add(-3.0, "a folder of articles", "list-page")
