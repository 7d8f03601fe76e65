"""The catalogue: lists, searches, facets, and what is chosen for an action."""

from collections.abc import Callable
from datetime import timedelta
from itertools import combinations
from urllib.parse import urlencode

from tools.big.articles import CODE, IMPORTS, LABELS, TAGS, author
from tools.big.pages.world import COMMON, LANGUAGES, MIDDLING, RARE, Listed, World, to


def singles(w: World) -> Listed:
    """Each filter of the catalogue by itself, as a query string's values."""
    return {
        "source": lambda: f"source={w.host()}",
        "language": lambda: f"language={w.random.choice(LANGUAGES)}",
        "month": lambda: f"month={w.month()}",
        "tag": lambda: f"tag={w.random.choice(TAGS)}",
        "label": lambda: urlencode({"label": w.random.choice(LABELS)}),
        "author": lambda: urlencode({"author": author(w.random)}),
        "has code": lambda: f"has_code={w.random.choice(['yes', 'no'])}",
        "code": lambda: f"code={w.random.choice(CODE)}",
        "import": lambda: f"imports={w.random.choice(IMPORTS)}",
        "copies": lambda: f"copies={w.random.choice(['unique', 'copied', 'copy'])}",
        "gone": lambda: f"gone={w.random.choice(['yes', 'no'])}",
        "run": lambda: f"run={w.random.randint(1, len(w.plans))}",
        "days": lambda: (
            f"since={w.now - timedelta(days=w.random.randrange(900)):%Y-%m-%d}"
        ),
        "words": lambda: f"words_from={w.random.randrange(50, 190)}",
    }


FACETS = (
    "source",
    "language",
    "month",
    "tag",
    "label",
    "run",
    "has code",
    "code",
    "import",
    "copies",
)
MORE = (
    "author tag",
    "author month",
    "source language tag",
    "language tag month",
    "language code month",
    "tag code import",
    "source language month code",
    "language tag code days words",
)
COMBINATIONS = [*combinations(FACETS, 2), *(tuple(names.split()) for names in MORE)]


def combined(w: World, *names: str) -> str:
    """Several filters at once."""
    one = singles(w)
    return "&".join(one[name]() for name in names)


def lists(w: World) -> Listed:
    """Return the list without words, by filter and by order."""

    def there(number: int) -> str:
        day = w.now - timedelta(days=w.random.randrange(1, 3000))
        return f"{day.isoformat()}_{number}"

    listed: Listed = {
        "first page": lambda: "/articles/",
        "next pages": lambda: to("/articles/", before=there(w.article() + 1)),
        "previous pages": lambda: to("/articles/", after=there(w.article() + 1)),
    }
    for name in singles(w):
        listed[f"by {name}"] = lambda name=name: f"/articles/?{combined(w, name)}"
    for names in COMBINATIONS:
        listed[f"by {', '.join(names)}"] = lambda names=names: (
            f"/articles/?{combined(w, *names)}"
        )
    for order in ("newest", "oldest", "gathered", "words", "quality"):
        listed[f"sorted: {order}"] = lambda order=order: f"/articles/?sort={order}"
        listed[f"sorted: {order}, by language, tag"] = lambda order=order: (
            f"/articles/?sort={order}&{combined(w, 'language', 'tag')}"
        )
    return listed


def typed(w: World) -> Listed:
    """Return what people search for."""

    def some(*ranks: tuple[int, int]) -> Callable[[], str]:
        return lambda: " ".join(w.word(each) for each in ranks)

    return {
        "one common word": some(COMMON),
        "one middling word": some(MIDDLING),
        "one rare word": some(RARE),
        "one word in German": lambda: w.word(MIDDLING, "de"),
        "a word that is nowhere": lambda: f"zzq{w.random.randrange(10**6)}",
        "two common words": some(COMMON, COMMON),
        "two words, common and middling": some(COMMON, MIDDLING),
        "two words, middling": some(MIDDLING, MIDDLING),
        "two words, common and rare": some(COMMON, RARE),
        "five common words": some(*[COMMON] * 5),
        "five words, mixed": some(COMMON, COMMON, MIDDLING, MIDDLING, RARE),
        "a phrase of common words": w.phrase,
        "common, or rare": lambda: f"{w.word(COMMON)} or {w.word(RARE)}",
        "common, -middling": lambda: f"{w.word(COMMON)} -{w.word(MIDDLING)}",
        "middling, -common": lambda: f"{w.word(MIDDLING)} -{w.word(COMMON)}",
        "title: common": lambda: f"title:{w.word(COMMON)}",
        "title: middling": lambda: f"title:{w.word(MIDDLING)}",
        "title: and a word": lambda: f"title:{w.word(COMMON)} {w.word(MIDDLING)}",
        "author:": lambda: f"author:{author(w.random).split()[1]}",
        'author:"two words"': lambda: f'author:"{author(w.random)}"',
        "author: and a word": lambda: (
            f"author:{author(w.random).split()[0]} {w.word(COMMON)}"
        ),
    }


def searches(w: World) -> Listed:
    """Return the list with words."""
    listed: Listed = {}
    for name, text in typed(w).items():
        listed[f"search: {name}"] = lambda text=text: to("/articles/", q=text())
    common = typed(w)["one common word"]
    middling = typed(w)["one middling word"]
    return listed | {
        "search: common word, second page": lambda: to(
            "/articles/", q=common(), before="2"
        ),
        "search: common word, newest first": lambda: to(
            "/articles/", q=common(), sort="newest"
        ),
        "search: common word, oldest first": lambda: to(
            "/articles/", q=common(), sort="oldest"
        ),
        "search: middling word, newest first": lambda: to(
            "/articles/", q=middling(), sort="newest"
        ),
        "search: common word, by source": lambda: to(
            "/articles/", q=common(), source=w.host()
        ),
        "search: common word, by language, tag": lambda: (
            f"{to('/articles/', q=common())}&{combined(w, 'language', 'tag')}"
        ),
        "search: middling word, by month": lambda: (
            f"{to('/articles/', q=middling())}&{combined(w, 'month')}"
        ),
    }


def facets(w: World) -> Listed:
    """Return the counts beside the list."""
    listed: Listed = {"no filter": lambda: "/articles/facets"}
    for name in singles(w):
        listed[f"by {name}"] = lambda name=name: f"/articles/facets?{combined(w, name)}"
    for names in COMBINATIONS:
        listed[f"by {', '.join(names)}"] = lambda names=names: (
            f"/articles/facets?{combined(w, *names)}"
        )
    for name in (
        "one common word",
        "one rare word",
        "two common words",
        "a phrase of common words",
    ):
        listed[f"search: {name}"] = lambda name=name: to(
            "/articles/facets", q=typed(w)[name]()
        )
    return listed


def chosen(w: World) -> Listed:
    """How many an action on all that fit would be for."""
    listed: Listed = {"all": lambda: "/articles/all"}
    for name in singles(w):
        listed[f"all by {name}"] = lambda name=name: (
            f"/articles/all?{combined(w, name)}"
        )
    for name in (
        "one common word",
        "one rare word",
        "two common words",
        "five common words",
    ):
        listed[f"all with {name}"] = lambda name=name: to(
            "/articles/all", q=typed(w)[name]()
        )
    return listed
