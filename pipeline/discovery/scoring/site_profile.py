"""What the site's own evidence teaches: the shapes of its articles, the lists that hold them, whether a list is whole.

Everything here is learnt per site from what its feeds, sitemaps and lists agree on; no word of any host is known.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.discovery.readers.parsed import ENTRY, ITEM, LINE
from pipeline.discovery.scoring.evidence import Evidence, Item
from pipeline.discovery.urls.patterns import (
    Shape,
    is_asset,
    is_draft,
    is_list,
    is_paged,
    is_section,
    is_static,
)

_BLANKS = ("*", "*.html", "*.htm", "*.php")
# A feed that holds one of these numbers of entries was probably cut there; other numbers are what there is.
USUAL_CAPS = {
    5,
    8,
    10,
    12,
    15,
    16,
    18,
    20,
    24,
    25,
    30,
    40,
    50,
    60,
    64,
    75,
    100,
    150,
    200,
    250,
    300,
    500,
    512,
    1000,
}


@dataclass(slots=True)
class Lesson:
    """What was learnt. Keys are normal forms, shapes are `str(Shape)`."""

    sure: set[str] = field(default_factory=set)  # in a feed of articles, or in a sitemap of posts
    shapes: Counter[str] = field(
        default_factory=Counter
    )  # of the sure ones, or of dated lines of lists
    open_dirs: bool = False  # the first folder varies from article to article (a category)
    listed: set[str] = field(default_factory=set)  # stand in a list's lines beside articles
    parents: set[str] = field(default_factory=set)  # folders in which articles lie
    whole: bool = False  # the lists were read to their end and hold every entry of the feeds
    blurred: bool = False  # most articles are of a shape that other pages have, too
    typed: bool = False  # a sitemap holds the posts and nothing else
    terse: bool = False  # one word is a usual slug here
    base: tuple[str, ...] = ()

    def taught(self, shape: Shape) -> str:
        """How far the shape is that of the site's articles: "own", "loose" (others may have it too) or ""."""
        if str(shape) in self.shapes:
            if self.loose(shape):
                return "loose"
            return "own"
        if self.open_dirs and self.opened(shape) in self.shapes:
            return "loose"
        return ""

    def opened(self, shape: Shape) -> str:
        """The shape with a blank for its first folder below the base; empty where it has none."""
        at = len(self.base)
        if len(shape.dirs) <= at or shape.dirs[at] in ("Y", "#"):
            return ""
        return str(
            Shape((*shape.dirs[:at], "?", *shape.dirs[at + 1 :]), shape.last, "", shape.query)
        )

    def loose(self, shape: Shape) -> bool:
        """Articles at the root lie beside the pages about the site: their shape alone does not tell them apart."""
        return not shape.query and shape.dirs == self.base and shape.last.partition(".")[0] == "*"


def learn(evidence: Evidence, base: tuple[str, ...] = ()) -> Lesson:
    """The lesson of all evidence so far. `base` is the scope's folder."""
    lesson = Lesson(base=base)
    feeds = _named(evidence, "feed")
    posts = _named(evidence, "sitemap:posts")
    lesson.sure = {
        k
        for k in feeds | posts
        if plausible(evidence.items[k], evidence) and (k in feeds or _worded(evidence.items[k]))
    }
    shapes = [evidence.items[k].shape for k in lesson.sure]
    lesson.shapes = Counter(str(shape) for shape in shapes)
    _drop_strays(lesson)
    _open_shapes(lesson, shapes)
    _learn_lists(lesson, evidence)
    if not lesson.sure:
        _learn_without_feed(lesson, evidence)
        _learn_lists(lesson, evidence)
    lesson.parents = {parent for k in lesson.sure | lesson.listed for parent in _parents(k)}
    lesson.typed = bool(posts & lesson.sure) and len(feeds & posts) >= 0.9 * len(
        feeds & lesson.sure
    )
    lesson.terse = sum("-" not in s.slug and "_" not in s.slug for s in shapes) > 0.2 * len(shapes)
    lesson.blurred = sum(lesson.loose(s) for s in shapes) > 0.5 * len(shapes)
    return lesson


def is_whole(lesson: Lesson, evidence: Evidence) -> bool:
    """Lists that were read to their end are all there is if they hold the feeds' entries and more, or all of a feed
    that was not cut, and sitemaps do not know of far more."""
    entries = _named(evidence, "feed") & lesson.sure
    if len(entries & lesson.listed) < 0.9 * len(entries):
        return False
    if len(lesson.listed) <= 1.2 * len(entries) and len(entries) in USUAL_CAPS:
        return False
    alike = {
        i.key
        for i in evidence.items.values()
        if i.at(LINE) and lesson.loose(i.shape) and plausible(i, evidence) and _worded(i)
    }
    missing = len(alike - lesson.listed)
    return missing <= 30 or missing <= 0.4 * len(alike)


def plausible(item: Item, evidence: Evidence) -> bool:
    """Could be an article at all: in scope, a page, neither the root nor a list by its numbers (but feeds know)."""
    shape = item.shape
    return (
        evidence.scope.has(item.url)
        and not is_asset(item.url)
        and not is_paged(item.url)
        and bool(shape.last or shape.query)
        and (not shape.calendar or bool(item.at(ENTRY)))
    )


def _worded(item: Item) -> bool:
    return not is_list(item.shape) and not is_static(item.shape) and not is_section(item.shape)


def _named(evidence: Evidence, kind: str) -> set[str]:
    return {
        key
        for source, what in evidence.kinds.items()
        if what == kind
        for key in evidence.named[source]
    }


def _drop_strays(lesson: Lesson) -> None:
    """Some feeds hold the pages about the site, too. Where one shape rules, a few at the root teach nothing."""
    total = lesson.shapes.total()
    ruling = [text for text, count in lesson.shapes.items() if count >= 0.6 * total]
    for text, count in list(lesson.shapes.items()):
        if (
            ruling
            and total >= 5
            and count < 0.2 * total
            and text in ("/" + "/".join((*lesson.base, blank)) for blank in _BLANKS)
        ):
            del lesson.shapes[text]


def _open_shapes(lesson: Lesson, shapes: Iterable[Shape]) -> None:
    """Three or more first folders with the rest alike are categories: any folder may come next."""
    firsts: dict[str, set[str]] = {}
    for shape in shapes:
        if opened := lesson.opened(shape):
            firsts.setdefault(opened, set()).add(shape.dirs[len(lesson.base)])
    for opened, names in firsts.items():
        if len(names) >= 3:
            lesson.open_dirs = True
            lesson.shapes[opened] += len(names)


def _learn_lists(lesson: Lesson, evidence: Evidence) -> None:
    """Lines of one slot are of one kind: where most look like articles, and some are known ones, all are articles.

    A slot that held known articles on one page is trusted on the others: templates repeat it.
    """
    trusted: set[str] = set()
    fitting: list[tuple[str, list[str], int]] = []
    for (_, slot), keys in evidence.members.items():
        items = [evidence.items[k] for k in keys]
        fit = [
            i
            for i in items
            if plausible(i, evidence) and not is_list(i.shape) and not is_draft(i.shape)
        ]
        likely = [
            i
            for i in fit
            if i.key in lesson.sure or lesson.taught(i.shape) or i.shape.dated or i.listed_date
        ]
        sure = sum(i.key in lesson.sure or lesson.taught(i.shape) == "own" for i in fit)
        if len(likely) >= 0.6 * len(items) or (len(fit) == len(items) and sure >= 0.4 * len(items)):
            if 0.6 <= len(likely) / len(items) < 0.8:
                lines = likely
            else:
                lines = fit
            fitting.append((slot, [i.key for i in lines], sure))
            if sure >= 2:
                trusted.add(slot)
    for slot, listed, sure in fitting:
        if slot in trusted or sure == len(listed) > 0:
            lesson.listed.update(listed)


def _learn_without_feed(lesson: Lesson, evidence: Evidence) -> None:
    """No feed and no sitemap of posts: dated lines of lists teach, then dated paths, then lists of titles."""
    fit = [
        i
        for i in evidence.items.values()
        if plausible(i, evidence) and _worded(i) and not is_draft(i.shape)
    ]
    for choose, enough in (
        (_dated_lines, 2),
        (_dated_paths, 3),
        (_long_lists, 3),
        (_long_folders, 5),
    ):
        chosen = choose(fit, evidence)
        if len(chosen) >= enough:
            lesson.shapes.update(str(i.shape) for i in chosen)
            _open_shapes(lesson, [i.shape for i in chosen])
            lesson.listed |= {i.key for i in chosen if i.at(ITEM)}
            lesson.sure |= {i.key for i in chosen}
            return


def _dated_lines(fit: list[Item], evidence: Evidence) -> list[Item]:
    return [i for i in fit if i.listed_date]


def _dated_paths(fit: list[Item], evidence: Evidence) -> list[Item]:
    return [i for i in fit if i.shape.dated and (i.at(ITEM) or i.at(LINE) or i.at(ENTRY))]


def _long_lists(fit: list[Item], evidence: Evidence) -> list[Item]:
    """The lines of the slots that hold most titles of several words; all of them of a shape that the slot repeats."""
    allowed = {i.key for i in fit}
    best: set[str] = set()
    for keys in evidence.members.values():
        lines = [evidence.items[k] for k in keys if k in allowed]
        worded = [
            i
            for i in lines
            if len(i.said.title.split()) >= 3
            or i.shape.slug.count("-") + i.shape.slug.count("_") >= 2
        ]
        if len(worded) >= 3 and len(worded) >= 0.6 * len(keys):
            common, count = Counter(_build(i.shape) for i in lines).most_common(1)[0]
            if count >= 0.6 * len(lines):
                best |= {i.key for i in lines if _build(i.shape) == common}
    return [i for i in fit if i.key in best]


def _build(shape: Shape) -> tuple[int, str, str]:
    """The shape but for the names of its folders, which may be the categories of its articles."""
    return len(shape.dirs), shape.last, shape.query


def _long_folders(fit: list[Item], evidence: Evidence) -> list[Item]:
    """The lines of sitemaps in the folder that holds most of them, if its slugs have the words of titles."""
    lines = [i for i in fit if i.at(LINE) and i.shape.dirs]
    if not lines:
        return []
    common, count = Counter(str(i.shape) for i in lines).most_common(1)[0]
    chosen = [i for i in lines if str(i.shape) == common]
    worded = sum(i.shape.slug.count("-") + i.shape.slug.count("_") >= 2 for i in chosen)
    if count >= 0.5 * len(lines) and worded >= 0.5 * count:
        return chosen
    return []


def _parents(key: str) -> Iterable[str]:
    """The folders above a key, the root left out."""
    host, _, path = key.removeprefix("https://").partition("/")
    steps = path.split("/")[:-1]
    return (f"https://{host}/{'/'.join(steps[:n])}" for n in range(1, len(steps) + 1))
