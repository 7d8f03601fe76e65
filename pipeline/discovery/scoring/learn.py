"""Learn from a site's own evidence: the shapes of its articles and the lists that hold them.

Everything here is learned per site from what its feeds, sitemaps and lists agree on; no word of any
host is known.
"""

from collections import Counter
from collections.abc import Iterable

from pipeline.discovery.readers.parsed import ENTRY, ITEM, LINE
from pipeline.discovery.scoring.evidence import Evidence
from pipeline.discovery.scoring.items import Item
from pipeline.discovery.scoring.site_profile import (
    DATED_LIST,
    DATED_PATHS,
    DATED_SECTION,
    FEED,
    PINNED,
    SITEMAP,
    SITEMAP_FOLDER,
    TITLE_LIST,
    USUAL_CAPS,
    SiteProfile,
    has_article_words,
    is_plausible,
    opened,
)
from pipeline.discovery.urls.patterns import (
    MAX_WORDS,
    Shape,
    is_draft,
    is_list,
    is_list_name,
    is_section_word,
    shape_of,
    words_of,
)

_BLANKS = ("*", "*.html", "*.htm", "*.php")
_MIN_CATEGORIES = 3  # folders with the rest alike, after which any folder may come next
_MIN_DATED_LINES = 3  # of a list that no feed speaks for


def build_profile(evidence: Evidence, base: tuple[str, ...] = ()) -> SiteProfile:
    """Return the profile by all evidence so far. `base` is the scope's folder."""
    evidence.merge_variants()
    profile = SiteProfile(base=base, title_shapes=_title_shapes(evidence))
    feeds = evidence.keys_of_kind("feed")
    posts = evidence.keys_of_kind("sitemap:posts")
    for key in feeds | posts:
        item = evidence.items[key]
        if is_plausible(item, evidence) and (key in feeds or has_article_words(item)):
            profile.sure.add(key)
    if evidence.pinned_sources:
        profile.pinned = _pinned(evidence)
        profile.sure |= profile.pinned
    shapes = [evidence.items[key].shape for key in profile.sure]
    if feeds & profile.sure:
        profile.basis = FEED
    elif profile.pinned:
        profile.basis = PINNED
    elif profile.sure:
        profile.basis = SITEMAP
    profile.shapes = Counter(str(shape) for shape in shapes)
    _drop_strays(profile)
    _open_shapes(profile, shapes)
    _learn_lists(profile, evidence)
    if not profile.sure:
        _learn_without_feed(profile, evidence)
        _learn_lists(profile, evidence)
    elif not profile.listed:
        _learn_unspoken_list(profile, evidence)
    _describe(profile, shapes, feeds, posts)
    return profile


def _pinned(evidence: Evidence) -> set[str]:
    """Return the keys of what pinned sources name: all of a feed or sitemap, the articles of a
    list."""
    found = set()
    for source in evidence.pinned_sources:
        is_page = evidence.kinds.get(source) == "page"
        for key in evidence.keys_of(source):
            item = evidence.items[key]
            is_line = not is_page or _is_line_of(source, item)
            if is_line and is_plausible(item, evidence):
                found.add(key)
    return found


def _is_line_of(source: str, item: Item) -> bool:
    if (source, ITEM) not in item.places:
        return False
    return item.listed_date or has_article_words(item)


def _describe(
    profile: SiteProfile, shapes: list[Shape], feeds: set[str], posts: set[str]
) -> None:
    profile.parents = {parent for key in profile.articles for parent in _parents(key)}
    in_both = len(feeds & posts)
    profile.typed = bool(posts & profile.sure) and in_both >= 0.9 * len(
        feeds & profile.sure
    )
    in_lists = len(profile.sure & profile.listed)
    profile.lists_hold_feed = bool(in_lists) and in_lists >= 0.8 * len(profile.sure)
    terse = sum("-" not in shape.slug and "_" not in shape.slug for shape in shapes)
    profile.terse = terse > 0.2 * len(shapes)
    profile.blurred = sum(profile.loose(shape) for shape in shapes) > 0.5 * len(shapes)


def _drop_strays(profile: SiteProfile) -> None:
    """Drop a few shapes at the root where another one rules: some feeds hold the pages about the
    site, too."""
    total = profile.shapes.total()
    is_ruled = any(count >= 0.6 * total for count in profile.shapes.values())
    if not is_ruled or total < 5:
        return
    at_root = {"/" + "/".join((*profile.base, blank)) for blank in _BLANKS}
    for text, count in list(profile.shapes.items()):
        if text in at_root and count < 0.2 * total:
            del profile.shapes[text]


def _open_shapes(profile: SiteProfile, shapes: Iterable[Shape]) -> None:
    """Where several folders have the rest alike, they are categories: any folder may come there."""
    names: dict[str, set[str]] = {}
    for shape in {shape._replace(slug="") for shape in shapes}:
        for place in range(len(profile.base), len(shape.dirs)):
            text = opened(shape, place)
            if text:
                names.setdefault(text, set()).add(shape.dirs[place])
    for text, folders in names.items():
        if len(folders) >= _MIN_CATEGORIES:
            profile.open_shapes[text] += len(folders)


def _learn_lists(profile: SiteProfile, evidence: Evidence) -> None:
    """Lines of one slot are of one kind: where most look like articles, and some are known ones,
    all are articles.

    A slot that held known articles on one page is trusted on the others: templates repeat it.
    """
    trusted: set[str] = set()
    fitting: list[tuple[str, list[str], int]] = []
    for (_, slot), keys in evidence.lists():
        items = [evidence.items[key] for key in keys if key in evidence.items]
        items = [item for item in items if not _is_of_other_part(item, profile)]
        if not items:
            continue
        fit = [item for item in items if _fits_list(item, profile, evidence)]
        likely = [item for item in fit if _is_likely(item, profile)]
        sure = sum(
            item.key in profile.sure or profile.known_pattern(item.shape) == "own"
            for item in fit
        )
        is_mostly_likely = len(likely) >= 0.6 * len(items)
        is_pure = len(fit) == len(items) and sure >= 0.4 * len(items)
        if is_mostly_likely or is_pure:
            lines = fit
            if 0.6 <= len(likely) / len(items) < 0.8:
                lines = likely
            fitting.append((slot, [item.key for item in lines], sure))
            if sure >= 2:
                trusted.add(slot)
    for slot, listed, sure in fitting:
        if slot in trusted or sure == len(listed) > 0:
            profile.listed.update(listed)


def _is_of_other_part(item: Item, profile: SiteProfile) -> bool:
    """Whether the line is of projects, talks and the like, where feeds that were not cut know
    articles elsewhere.
    """
    may_be_cut = len(profile.sure) in USUAL_CAPS
    if not profile.sure or may_be_cut or item.key in profile.sure:
        return False
    return is_section_word(item.shape) and not profile.known_pattern(item.shape)


def _fits_list(item: Item, profile: SiteProfile, evidence: Evidence) -> bool:
    is_of_list = is_list(item.shape) and str(item.shape) not in profile.title_shapes
    if is_of_list or not is_plausible(item, evidence):
        return False
    return item.listed_date or not is_draft(item.shape)


def _is_likely(item: Item, profile: SiteProfile) -> bool:
    return (
        item.key in profile.sure
        or item.listed_date
        or item.shape.dated
        or bool(profile.known_pattern(item.shape))
    )


def _learn_unspoken_list(profile: SiteProfile, evidence: Evidence) -> None:
    """Learn from the dated lists where none shows an entry of the feed: it speaks for another part
    of the site."""
    dated = [
        item
        for item in _dated_lines(_candidates(profile, evidence))
        if item.key not in profile.sure
    ]
    if len(dated) >= _MIN_DATED_LINES:
        _teach(profile, dated)
        _learn_lists(profile, evidence)


def _learn_without_feed(profile: SiteProfile, evidence: Evidence) -> None:
    """No feed and no sitemap of posts: dated lines of lists teach, then dated paths, then lists of
    titles.
    """
    fit = _candidates(profile, evidence)
    dated = _dated_lines(fit)
    titles: list[Item] = []
    unnamed = [item for item in fit if not is_section_word(item.shape)]
    if evidence.titles_are_articles:
        titles = _long_lists(unnamed, evidence)
    dated_basis = DATED_LIST
    if all(is_section_word(item.shape) for item in dated):
        dated_basis = DATED_SECTION
    for basis, chosen, enough in (
        (dated_basis, dated, 2),
        (DATED_PATHS, _dated_paths(fit), 3),
        (TITLE_LIST, titles, 3),
        (SITEMAP_FOLDER, _long_folders(unnamed), 5),
    ):
        if len(chosen) >= enough:
            profile.basis = basis
            _teach(profile, chosen)
            profile.sure |= {item.key for item in chosen}
            return


def _teach(profile: SiteProfile, chosen: list[Item]) -> None:
    profile.shapes.update(str(item.shape) for item in chosen)
    _open_shapes(profile, [item.shape for item in chosen])
    profile.listed |= {item.key for item in chosen if item.at(ITEM)}


def _candidates(profile: SiteProfile, evidence: Evidence) -> list[Item]:
    return [
        item
        for item in evidence.items.values()
        if is_plausible(item, evidence)
        and (has_article_words(item) or str(item.shape) in profile.title_shapes)
        and not is_draft(item.shape)
    ]


def _title_shapes(evidence: Evidence) -> set[str]:
    """Shapes with a word such as "archives" or "topics" for a folder, in which dated lists show
    titles."""
    dated: Counter[str] = Counter()
    titled: Counter[str] = Counter()
    for key in evidence.dated:
        shape = shape_of(key)
        if is_list(shape) and not (shape.calendar or is_list_name(shape)):
            dated[str(shape)] += 1
            titled[str(shape)] += words_of(shape.slug) >= MAX_WORDS - 1
    return {
        text
        for text, count in titled.items()
        if count >= _MIN_DATED_LINES and count >= 0.6 * dated[text]
    }


def _dated_lines(fit: list[Item]) -> list[Item]:
    """Return the lines with a date beside them; those of talks or projects only where there are no
    others."""
    dated = [item for item in fit if item.listed_date]
    unnamed = [item for item in dated if not is_section_word(item.shape)]
    if len(unnamed) >= _MIN_DATED_LINES:
        return unnamed
    return dated


def _dated_paths(fit: list[Item]) -> list[Item]:
    return [
        item
        for item in fit
        if item.shape.dated and (item.at(ITEM) or item.at(LINE) or item.at(ENTRY))
    ]


def _long_lists(fit: list[Item], evidence: Evidence) -> list[Item]:
    """Return the lines of the slots that hold most titles of several words; all of them of a shape
    that the slot repeats."""
    allowed = {item.key for item in fit}
    best: set[str] = set()
    for _, keys in evidence.lists():
        lines = [evidence.items[key] for key in keys if key in allowed]
        worded = [line for line in lines if _has_title(line)]
        if len(worded) < 3 or len(worded) < 0.6 * len(keys):
            continue
        common, count = Counter(_build(line.shape) for line in lines).most_common(1)[0]
        if count >= 0.6 * len(lines):
            best |= {line.key for line in lines if _build(line.shape) == common}
    return [item for item in fit if item.key in best]


def _has_title(item: Item) -> bool:
    slug = item.shape.slug
    return (
        len(item.source_metadata.title.split()) >= 3
        or slug.count("-") + slug.count("_") >= 2
    )


def _build(shape: Shape) -> tuple[int, str, str]:
    """Return the shape but for the names of its folders, which may be the categories of its
    articles."""
    return len(shape.dirs), shape.last, shape.query


def _long_folders(fit: list[Item]) -> list[Item]:
    """Return the lines of sitemaps in the folder that holds most of them, if its slugs have the
    words of titles."""
    lines = [item for item in fit if item.at(LINE) and item.shape.dirs]
    if not lines:
        return []
    common, count = Counter(str(line.shape) for line in lines).most_common(1)[0]
    chosen = [line for line in lines if str(line.shape) == common]
    worded = sum(
        line.shape.slug.count("-") + line.shape.slug.count("_") >= 2 for line in chosen
    )
    is_main_folder = count >= 0.5 * len(lines) and worded >= 0.5 * count
    if is_main_folder:
        return chosen
    return []


def _parents(key: str) -> Iterable[str]:
    """Yield the folders above a key, the root left out."""
    host, _, path = key.removeprefix("https://").partition("/")
    steps = path.split("/")[:-1]
    return (f"https://{host}/{'/'.join(steps[:n])}" for n in range(1, len(steps) + 1))
