"""All that the sources of one site say of each URL, gathered under its key."""

from collections import defaultdict
from dataclasses import replace
from typing import Any, NamedTuple

from pipeline.core.records import Said
from pipeline.core.url import BadURL, normal_form
from pipeline.discovery.readers.parsed import ENTRY, ITEM, LINE, NAV, PROSE, Mention, Reading
from pipeline.discovery.scoring.compact import Folded, Rest, cut, cut_address
from pipeline.discovery.urls.patterns import Shape, shape_of
from pipeline.discovery.urls.scope import Scope

_RANK = {ENTRY: 0, LINE: 1, ITEM: 2, PROSE: 3, NAV: 4}
_NOTHING_SAID = Said()
_MORE = (
    "read",
    "continue",
    "more",
    "weiter",
    "lire",
    "leer",
    "permalink",
    "comment",
    "share",
    "»",
    "→",
    "#",
    "¶",
)


class Item(NamedTuple):
    """One URL and everything said of it."""

    url: str  # as the best source writes it
    key: str
    shape: Shape
    rank: int = 9
    places: tuple[
        tuple[str, str], ...
    ] = ()  # (source, how it mentions the URL), each once, in the order of asking
    said: Said = _NOTHING_SAID
    listed_date: bool = False  # a list shows a date beside it

    def at(self, place: str) -> int:
        """How many sources mention it so."""
        return [how for _, how in self.places].count(place)

    @property
    def sources(self) -> tuple[str, ...]:
        """All that mention it, each once."""
        return tuple(dict.fromkeys(source for source, _ in self.places))

    def folded(self) -> Rest:
        """All but the key, as `Folded` holds it."""
        (dirs, last, slug, query) = self.shape
        key = self.key
        written = cut_address(self.url, key), cut(slug, key, slug)
        return (*written, dirs, last, query, self.rank, self.places, self.listed_date), self.said


def unfolded(key: str, plain: tuple[Any, ...], said: Said) -> Item:
    """The reverse of `Item.folded`."""
    url, slug, dirs, last, query, rank, places, listed_date = plain
    return Item(
        url.of(key), key, Shape(dirs, last, slug.of(key), query), rank, places, said, listed_date
    )


class Evidence:
    """Items by key, and for each source its kind and the keys that it names."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.items: Folded[Item] = Folded(Item.folded, unfolded)
        self.kinds: dict[str, str] = {}  # source -> feed, sitemap:<type>, page
        self.named: dict[str, list[str]] = defaultdict(list)
        self.members: dict[tuple[str, str], set[str]] = defaultdict(set)  # (page, slot) -> keys
        self.alone: dict[
            tuple[str, str], tuple[tuple[str, str]]
        ] = {}  # a place -> what has it for its only one
        self.foreign = 0

    def add(self, reading: Reading, source: str, kind: str) -> int:
        """Takes in what a source says; returns how many URLs of the site it was the first to name as no furniture."""
        self.kinds[source] = kind
        news = 0
        for mention in reading.mentions:
            if not self.scope.has_host(mention.url):
                self.foreign += 1
                continue
            if key := key_of(mention.url):
                news += self._note(key, mention, source)
        return news

    def _note(self, key: str, mention: Mention, source: str) -> int:
        if key in self.items:
            item = self.items[key]
        else:
            item = Item(mention.url, key, shape_of(mention.url))
        new = all(how in (NAV, PROSE) for _, how in item.places)
        if not item.places or item.places[-1][0] != source:
            self.named[source].append(key)
        places = item.places
        if (place := (source, mention.place)) not in places:
            places += self.alone.setdefault(
                place, (place,)
            )  # the first one alone is this very tuple
        url = item.url
        rank = _RANK[mention.place]
        if rank < item.rank:
            url = mention.url.partition("#")[0]
        dated = item.listed_date
        if mention.place == ITEM:
            self.members[source, mention.slot].add(key)
            dated |= mention.said.published is not None
        said = _merged(item.said, mention)
        self.items[key] = Item(url, key, item.shape, min(rank, item.rank), places, said, dated)
        return int(new and mention.place in (ENTRY, LINE, ITEM))


def _merged(known: Said, mention: Mention) -> Said:
    """What is known, filled up; a feed's word goes before a link's, and a date beside a title before one without."""
    new = mention.said
    if mention.place == ENTRY and not known.html:
        first = new
        second = known
    elif mention.place in (NAV, PROSE) or new.title.lower().startswith(_MORE):
        first = known
        second = replace(new, title="", published=None)
    elif new.published and not known.published:
        if known.html or known.summary:
            first = known
        else:
            first = replace(known, title=new.title or known.title)
        second = new
    else:
        first = known
        second = new
    if (
        first is _NOTHING_SAID or first == _NOTHING_SAID
    ):  # it mostly is; to compare takes all fields
        return second
    if second == _NOTHING_SAID:
        return first
    names = Said.__dataclass_fields__
    return Said(**{name: getattr(first, name) or getattr(second, name) for name in names})


def key_of(url: str) -> str:
    """The normal form of a URL; empty for what is no address of a page."""
    try:
        return normal_form(url)
    except BadURL:
        return ""
