"""Where the right answers stand in what the search finds."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.db import connection, transaction

from catalog.models import Article, Link
from catalog.search.indexing import write_anchors
from catalog.search.query import Search, parse_search
from catalog.search.ranking import SIGNALS, Signals, rank
from catalog.search.words import ENOUGH
from tools.search.questions import Linked, Question

FIRST = 10  # places that count for hit@10


@dataclass(frozen=True, slots=True)
class Way:
    """A way to search: how many of the words are enough, what ranks, and whose anchors count."""

    name: str
    enough: float = ENOUGH
    signals: Signals = SIGNALS
    own_anchors: bool = False


WAYS = (
    Way("all words", enough=1.0),
    Way("any word", enough=0.0),
    Way("enough words: the product"),
    Way("  without anchors", signals=replace(SIGNALS, anchors=0.0)),
    Way("  without title", signals=replace(SIGNALS, title=SIGNALS.text)),
    Way("  without rarity", signals=replace(SIGNALS, rarity=False)),
    Way("  with the question's own links", own_anchors=True),
)


@dataclass(frozen=True, slots=True)
class Score:
    """How well a way to search does, as shares of the questions."""

    first: float  # hit@1
    first_ten: float  # hit@10
    reciprocal: float  # MRR

    @classmethod
    def of(cls, places: list[int]) -> "Score":
        """Return the score of these places, counted from 1; 0 is not found."""
        number = max(len(places), 1)
        return cls(
            sum(place == 1 for place in places) / number,
            sum(0 < place <= FIRST for place in places) / number,
            sum(1 / place for place in places if place) / number,
        )


def links_within() -> list[Linked]:
    """Return the links whose target is an article, too."""
    ids = dict(Article.objects.live().values_list("key", "pk"))
    rows = Link.objects.filter(target__in=ids).values_list(
        "pk", "article_id", "target", "text"
    )
    return [Linked(pk, writer, ids[target], text) for pk, writer, target, text in rows]


def places(asked: list[Question], ways: tuple[Way, ...] = WAYS) -> Iterator[list[int]]:
    """Yield for each question the place of the first right answer by each way."""
    for question in asked:
        search = parse_search(question.text)
        with_own = [_place(question, search, way) for way in ways if way.own_anchors]
        with without_links(question.links, question.answers):
            without = [
                _place(question, search, way) for way in ways if not way.own_anchors
            ]
        own = iter(with_own)
        others = iter(without)
        yield [next(own if way.own_anchors else others) for way in ways]


@contextmanager
def without_links(links: Iterable[int], targets: Iterable[int]) -> Iterator[None]:
    """Take these links to these articles away for a while: no link is its own answer."""
    with transaction.atomic(), connection.cursor() as cursor:
        Link.objects.filter(pk__in=links).delete()
        write_anchors(cursor, sorted(targets))
        yield
        transaction.set_rollback(True)


def _place(question: Question, search: Search, way: Way) -> int:
    narrowed = search.narrowed(way.enough)
    if narrowed.words is None:
        return 0
    ids = list(narrowed.apply(Article.objects.live()).values_list("pk", flat=True))
    ranks = sorted(rank(ids, narrowed, way.signals), reverse=True)
    return place_of(question.answers, [pk for _, pk in ranks])


def place_of(answers: set[int], found: list[int]) -> int:
    """Return the place of the first right answer, counted from 1; 0 where there is none."""
    return next((place for place, pk in enumerate(found, 1) if pk in answers), 0)


def scores(
    asked: list[Question],
    ways: tuple[Way, ...] = WAYS,
    said: Callable[[int], None] = lambda _: None,
) -> dict[str, Score]:
    """Return the score of each way."""
    columns: list[list[int]] = [[] for _ in ways]
    for number, row in enumerate(places(asked, ways), 1):
        for column, place in zip(columns, row, strict=True):
            column.append(place)
        said(number)
    return {
        way.name: Score.of(column) for way, column in zip(ways, columns, strict=True)
    }
