"""Links between articles and to other sites, and what the writers call the articles they link to."""

from collections.abc import Iterator
from datetime import datetime
from math import gcd
from random import Random

from catalog.models import Link
from tools.big.articles import address, called, host
from tools.big.plan import Sizes, source_of
from tools.big.rows import Raw, Table

STEP = 7919  # a prime: from one article to the one that it names
OTHER_HOSTS = 3_000
POINTING = ["here", "this post", "read more", "docs", ""]


def named_by(article: int, sizes: Sizes) -> int:
    """Return the article (from 0) that this one links to by a name: another for each."""
    step = STEP
    while gcd(step, sizes.articles) != 1:
        step += 2
    return (article * step + 1) % sizes.articles


def links(
    sizes: Sizes, now: datetime, start: int, stop: int
) -> Iterator[tuple[Table, list[str]]]:
    """Yield the links of these articles: one by name, and up to four to what many link to."""
    table = Table(Link, now, numbered=False)
    random = Random(sizes.seed * 31 + start)
    lines = []
    for number in range(start, stop):
        targets = list(_targets(number, sizes, random))
        lines += [
            table.line(
                article_id=number + 1,
                place=place,
                target=Raw(target),
                host=Raw(there),
                text=text,
            )
            for place, (target, there, text) in enumerate(targets)
        ]
    yield table, lines


def _targets(
    number: int, sizes: Sizes, random: Random
) -> Iterator[tuple[str, str, str]]:
    """Yield the target, its host and the text of each link of an article."""
    named = named_by(number, sizes)
    yield (*_place_of(named, sizes), called(named))
    for _ in range(number % 3):
        popular = int(sizes.articles * random.random() ** 3)
        yield (*_place_of(popular, sizes), random.choice(POINTING))
    for _ in range(number % 4 // 2):
        outside = f"site-{int(OTHER_HOSTS * random.random() ** 3):04}.example"
        page = int(200 * random.random() ** 2)
        yield f"https://{outside}/{page}", outside, random.choice(POINTING)


def _place_of(article: int, sizes: Sizes) -> tuple[str, str]:
    return address(article, sizes)[:-1], host(source_of(article, sizes))
