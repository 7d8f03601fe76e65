"""What is asked for: each page of the product by a name, with the addresses that it is asked
with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from random import Random
from urllib.parse import urlencode

from pipeline.monitor.models import LogEvent
from pipeline.summary.comparison import HOPELESS_URLS
from tools.big import plan, words
from tools.big.articles import CODE, IMPORTS, LABELS, TAGS, address, author, host
from tools.big.events import time_of
from tools.big.plan import RunPlan, Sizes, source_of

LANGUAGES = ["en", "de", "fr", "es", "ru"]
RARE = (20_000, 55_000)
MIDDLING = (300, 3_000)
COMMON = (0, 60)
FRAGMENT = {"HX-Request": "true"}
# What is asked for and cannot be had: by its part and name, the status that says so.
REFUSED = {("api", "run under way, too large, compared"): 422}


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `address` gives a fresh one at each call."""

    part: str
    name: str
    address: Callable[[], str]
    fragment: bool = False
    answers: int = 200


@dataclass(slots=True)
class World:
    """What the database holds, to ask for things that are there."""

    sizes: Sizes
    now: datetime
    plans: list[RunPlan]
    random: Random

    @classmethod
    def of(cls, sizes: Sizes, now: datetime) -> "World":
        return cls(sizes, now, plan.runs(sizes, now), Random(sizes.seed + 1))

    def article(self) -> int:
        """Return an article's number, from 0; not a deleted one."""
        number = self.random.randrange(self.sizes.articles)
        if number % 2000 == 1999:
            return number - 1
        return number

    def host(self) -> str:
        return host(source_of(self.article(), self.sizes))

    def word(self, ranks: tuple[int, int], language: str = "en") -> str:
        return words.word(language, self.random.randrange(*ranks))

    def phrase(self) -> str:
        return f'"{words.word("en", self.random.randrange(30))} {words.word("en", self.random.randrange(40))}"'

    def month(self) -> str:
        return f"{self.now - timedelta(days=self.random.randrange(3000)):%Y-%m}"

    def run(self, fits: Callable[[RunPlan], bool]) -> RunPlan:
        return self.random.choice([run for run in self.plans if fits(run)])

    def has_earlier(self, run: RunPlan) -> bool:
        """Whether a run of the same address has finished before it."""
        there = [
            each
            for each in self.plans[: run.id - 1]
            if each.state == "finished" and each.size
        ]
        return any(
            source_of(each.first_article, self.sizes)
            == source_of(run.first_article, self.sizes)
            for each in there
        )

    def journey(
        self, fits: Callable[[RunPlan], bool] = lambda run: run.size > 0
    ) -> int:
        run = self.run(lambda run: run.size > 0 and fits(run))
        return run.first_journey + self.random.randrange(run.size)

    def moment(self) -> datetime:
        return self.now - timedelta(days=plan.DAYS * self.random.random())


def pages(world: World) -> Iterator[Page]:
    """All pages."""
    for part, listed in (
        ("catalogue", {**lists(world), **searches(world)}),
        ("facets", facets(world)),
        ("chosen", chosen(world)),
        ("reader", reader(world)),
        ("personal", personal(world)),
        ("exports", exports(world)),
        ("runs", runs(world)),
        ("journeys", journeys(world)),
        ("logs", logs(world)),
        ("queues", queues(world)),
        ("people", rest(world)),
        ("api", api(world)),
    ):
        for name, make in listed.items():
            fragment = part == "facets" or "fragment" in name
            answers = REFUSED.get((part, name), 200)
            if name.startswith("step"):
                answers = 302
            yield Page(part, name, make, fragment, answers)


Listed = dict[str, Callable[[], str]]


def _to(path: str, **query: object) -> str:
    return f"{path}?{urlencode({name: value for name, value in query.items() if value not in ('', None)})}"


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
        "next pages": lambda: _to("/articles/", before=there(w.article() + 1)),
        "previous pages": lambda: _to("/articles/", after=there(w.article() + 1)),
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
        listed[f"search: {name}"] = lambda text=text: _to("/articles/", q=text())
    common = typed(w)["one common word"]
    middling = typed(w)["one middling word"]
    return listed | {
        "search: common word, second page": lambda: _to(
            "/articles/", q=common(), before="2"
        ),
        "search: common word, newest first": lambda: _to(
            "/articles/", q=common(), sort="newest"
        ),
        "search: common word, oldest first": lambda: _to(
            "/articles/", q=common(), sort="oldest"
        ),
        "search: middling word, newest first": lambda: _to(
            "/articles/", q=middling(), sort="newest"
        ),
        "search: common word, by source": lambda: _to(
            "/articles/", q=common(), source=w.host()
        ),
        "search: common word, by language, tag": lambda: (
            f"{_to('/articles/', q=common())}&{combined(w, 'language', 'tag')}"
        ),
        "search: middling word, by month": lambda: (
            f"{_to('/articles/', q=middling())}&{combined(w, 'month')}"
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
        listed[f"search: {name}"] = lambda name=name: _to(
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
        listed[f"all with {name}"] = lambda name=name: _to(
            "/articles/all", q=typed(w)[name]()
        )
    return listed


def reader(w: World) -> Listed:
    """Return an article and its parts."""

    def one(of: int = 1) -> int:
        return w.article() // of * of + 1

    return {
        "article": lambda: f"/articles/{one()}/",
        "article, beside the original": lambda: f"/articles/{one()}/?beside",
        "as Markdown": lambda: f"/articles/{one()}.md",
        "versions": lambda: f"/articles/{one(30)}/versions",
        "nearly the same (fragment)": lambda: f"/articles/{one()}/similar",
        "nearly the same, in a group (fragment)": lambda: (
            f"/articles/{one(80) + 1}/similar"
        ),
        "runs that met it (fragment)": lambda: f"/articles/{one()}/journeys/",
        "stored page": lambda: f"/snapshots/{one()}/",
        "original": lambda: f"/articles/{one()}/original",
        "log of it (fragment)": lambda: f"/articles/{one()}/log",
    }


def personal(w: World) -> Listed:
    """Return what a reader has read and starred, the way along a list, and what completes
    typing."""

    def step(way: str, query: str) -> str:
        return _to(f"/articles/{w.article() + 1}/{way}", list=query)

    listed: Listed = {
        f"state {state}": lambda state=state: f"/articles/?state={state}"
        for state in ("unread", "read", "starred", "archived")
    }
    listed |= {
        "unread by language, tag": lambda: (
            f"/articles/?state=unread&{combined(w, 'language', 'tag')}"
        ),
        "unread, searched": lambda: _to(
            "/articles/", state="unread", q=typed(w)["one common word"]()
        ),
        "facets of unread (fragment)": lambda: "/articles/facets?state=unread",
        "step forward": lambda: step("next", ""),
        "step back, unread": lambda: step("previous", "state=unread"),
        "step forward by language": lambda: step("next", combined(w, "language")),
        "dates of all (fragment)": lambda: "/articles/histogram",
        "dates of a tag (fragment)": lambda: (
            f"/articles/histogram?{combined(w, 'tag')}"
        ),
        "dates of a search (fragment)": lambda: _to(
            "/articles/histogram", q=typed(w)["one common word"]()
        ),
        "one facet": lambda: "/articles/facets/tag",
        "one facet, searched": lambda: "/articles/facets/source?find=1",
        "completion": lambda: "/articles/complete.json?q=tag:p",
        "palette": lambda: "/articles/jump.json?q=blog",
        "trash": lambda: "/articles/trash/",
        "highlights": lambda: "/articles/highlights/",
    }
    return listed


def exports(w: World) -> Listed:
    """Their first lines."""
    listed: Listed = {}
    for form in ("jsonl", "csv", "atom", "md", "warc"):
        listed[f"{form}: all"] = lambda form=form: f"/articles.{form}"
        listed[f"{form}: by language, tag"] = lambda form=form: (
            f"/articles.{form}?{combined(w, 'language', 'tag')}"
        )
    return listed | {
        "jsonl: middling word": lambda: _to(
            "/articles.jsonl", q=typed(w)["one middling word"]()
        ),
        "jsonl: by source": lambda: f"/articles.jsonl?{combined(w, 'source')}",
    }


def _kinds(w: World) -> dict[str, Callable[[RunPlan], bool]]:
    most = max(run.size for run in w.plans)
    moving = max(run.size for run in w.plans if run.active)
    middle = sorted(run.size for run in w.plans)[len(w.plans) // 2]
    return {
        "small": lambda run: not run.active and 0 < run.size <= middle,
        "large": lambda run: not run.active and middle < run.size < most,
        f"{most:,} journeys": lambda run: run.size == most,
        f"{moving:,} journeys, under way": lambda run: (
            run.active and run.size == moving
        ),
        "under way": lambda run: run.active,
    }


def runs(w: World) -> Listed:
    """Launch, the list, a run of each kind and its parts."""
    listed: Listed = {
        "launch": lambda: "/",
        "launch, run again": lambda: f"/?again={w.random.randint(1, len(w.plans))}",
        "list": lambda: "/runs/",
        "list, older": lambda: f"/runs/?before={w.random.randint(1, len(w.plans))}",
        "list, failed": lambda: "/runs/?state=failed",
        "list, previews": lambda: "/runs/?kind=preview",
        "list, of a source": lambda: _to("/runs/", source=w.host()),
        "list, text that is nowhere": lambda: "/runs/?q=zzqx",
        "sources": lambda: "/sources/",
    }
    for kind, fits in _kinds(w).items():
        listed[f"run: {kind}"] = lambda fits=fits: f"/runs/{w.run(fits).id}/"
        listed[f"live (fragment): {kind}"] = lambda fits=fits: (
            f"/runs/{w.run(fits).id}/live"
        )
        listed[f"timeline (fragment): {kind}"] = lambda fits=fits: (
            f"/runs/{w.run(fits).id}/timeline"
        )
        listed[f"hosts (fragment): {kind}"] = lambda fits=fits: (
            f"/runs/{w.run(fits).id}/hosts"
        )
        listed[f"settings: {kind}"] = lambda fits=fits: (
            f"/runs/{w.run(fits).id}/settings"
        )
        listed[f"log (fragment): {kind}"] = lambda fits=fits: (
            f"/runs/{w.run(fits).id}/log"
        )
        listed[f"its errors (fragment): {kind}"] = lambda fits=fits: (
            f"/runs/{w.run(fits).id}/log?level=40"
        )
        listed[f"compared: {kind}"] = lambda fits=fits: (
            f"/runs/{w.run(fits).id}/compare"
        )
    on = _kinds(w)["under way"]
    return listed | {
        "preview": lambda: f"/runs/{w.random.randint(1, len(w.plans))}/preview",
        "change: under way": lambda: f"/runs/{w.run(on).id}/change",
    }


def journeys(w: World) -> Listed:
    """Journeys of runs, one journey, and "why is this article not here?"."""
    filters = {
        "all": dict,
        "stored": lambda: {"state": "stored"},
        "failed": lambda: {"state": "failed"},
        "pending": lambda: {"state": "pending"},
        "state and stage": lambda: {
            "state": w.random.choice(["failed", "skipped", "unchanged"]),
            "stage": "fetch",
        },
        "reason": lambda: {
            "reason": w.random.choice(
                ["http-404", "crashed", "robots", "list-page", "timeout"]
            )
        },
        "state, stage, reason": lambda: {
            "state": "failed",
            "stage": "extract",
            "reason": "crashed",
        },
        "host": lambda: {"host": w.host()},
        "text that is common": lambda: {"q": "posts"},
        "text that is rare": lambda: {"q": f"posts/{w.article()}-"},
        "text that is nowhere": lambda: {"q": f"zzq{w.random.randrange(10**6)}"},
    }
    listed: Listed = {}
    for kind, fits in list(_kinds(w).items())[1:4]:
        for name, query in filters.items():
            listed[f"{kind}: {name}"] = lambda fits=fits, query=query: _to(
                f"/runs/{w.run(fits).id}/journeys/", **query()
            )
        listed[f"{kind}: older"] = lambda fits=fits: _older(w, w.run(fits))
    return listed | {
        "journey": lambda: f"/journeys/{w.journey()}/",
        "journey of the newest runs": lambda: (
            f"/journeys/{w.journey(lambda run: run.created_at > w.now - timedelta(days=9))}/"
        ),
        "why: it is here": lambda: _to("/why/", url=address(w.article(), w.sizes)),
        "why: it failed": lambda: _to(
            "/why/", url=address(w.article(), w.sizes).replace("/posts/", "/lost/")
        ),
        "why: never met": lambda: _to(
            "/why/", url=f"https://{w.host()}/never/{w.random.randrange(10**6)}"
        ),
    }


def _older(w: World, run: RunPlan) -> str:
    return _to(
        f"/runs/{run.id}/journeys/",
        before=run.first_journey + w.random.randint(1, max(1, run.size)),
    )


def logs(w: World) -> Listed:
    """Return the log by each filter, by tokens, by words and by time."""

    def recent(run: RunPlan) -> bool:
        return run.finished_at is None or run.finished_at > w.now - timedelta(
            days=plan.DAYS - 1
        )

    queries: dict[str, Callable[[], dict[str, object]]] = {
        "all": dict,
        "older": lambda: {"before": _place(w.moment())},
        "following": lambda: {"tail": 1},
        "info": lambda: {"level": 20},
        "warnings": lambda: {"level": 30},
        "errors": lambda: {"level": 40},
        "stage": lambda: {"stage": w.random.choice(["fetch", "extract", "store"])},
        "stage, warnings": lambda: {
            "stage": w.random.choice(["fetch", "extract"]),
            "level": 30,
        },
        "stage, event": lambda: {
            "stage": "fetch",
            "event": w.random.choice(["stage_finished", "stage_crashed"]),
        },
        "stage that logs nothing": lambda: {"stage": "summarise"},
        "run": lambda: {"run": w.run(lambda run: run.size > 0 and recent(run)).id},
        "run, large": lambda: {"run": max(w.plans, key=lambda run: run.size).id},
        "run, older than the log": lambda: {
            "run": w.run(lambda run: not recent(run)).id
        },
        "run, errors": lambda: {
            "run": w.run(lambda run: run.size > 0 and recent(run)).id,
            "level": 40,
        },
        "run, event": lambda: {
            "run": w.run(recent).id,
            "event": w.random.choice(["try_later", "stage_crashed"]),
        },
        "run, large, stage": lambda: {
            "run": max(w.plans, key=lambda run: run.size).id,
            "stage": "extract",
        },
        "run, large, words": lambda: {
            "run": max(w.plans, key=lambda run: run.size).id,
            "q": "ValueError",
        },
        "journey": lambda: {"journey": w.journey(recent)},
        "event": lambda: {
            "event": w.random.choice(
                ["stage_finished", "try_later", "worker_lost", "stage_crashed"]
            )
        },
        "event, a day": lambda: {
            **_hours(w, 24),
            "event": w.random.choice(["try_later", "worker_lost"]),
        },
        "event that is nowhere": lambda: {"event": f"zzq{w.random.randrange(10**6)}"},
        "url, part": lambda: {"url": f"posts/{w.article()}-"},
        "url that is nowhere": lambda: {"url": f"zzq{w.random.randrange(10**6)}"},
        "an hour": lambda: _hours(w, 1),
        "a day": lambda: _hours(w, 24),
        "a week": lambda: _hours(w, 168),
        "a day, warnings": lambda: {**_hours(w, 24), "level": 30},
        "a day, stage": lambda: {**_hours(w, 24), "stage": "store"},
        "since": lambda: {"since": w.moment().isoformat()},
        "until": lambda: {"until": w.moment().isoformat()},
        "last": lambda: {"last": w.random.choice(["15m", "1h", "24h", "7d"])},
        "last, errors": lambda: {
            "last": w.random.choice(["15m", "1h", "24h", "7d"]),
            "level": 40,
        },
        "last, q: word that is nowhere": lambda: {
            "last": "7d",
            "q": f"zzq{w.random.randrange(10**6)}",
        },
        "q: common word": lambda: {"q": "finished"},
        "q: rare word": lambda: {"q": "ValueError"},
        "q: word that is nowhere": lambda: {"q": f"zzq{w.random.randrange(10**6)}"},
        "q: part of a URL": lambda: {"q": f"posts/{w.article()}-"},
        "q: status:503": lambda: {"q": "status:503"},
        "q: status that is nowhere": lambda: {
            "q": f"status:{w.random.randrange(600, 999)}"
        },
        "q: event:try_later": lambda: {"q": "event:try_later"},
        "q: -event:stage_finished": lambda: {"q": "-event:stage_finished"},
        "q: reason:http-404 stage:fetch": lambda: {"q": "reason:http-404 stage:fetch"},
        "q: run: journey:": lambda: {"q": f"journey:{w.journey(recent)}"},
        'q: a "phrase" -word': lambda: {"q": '"no page" -worker_lost'},
    }
    listed: Listed = {}
    for name, query in queries.items():
        listed[name] = lambda query=query: _to("/logs/", **query())
    return listed | {
        "new lines (fragment)": lambda: _to(
            "/logs/tail", seen=_place(w.now - timedelta(seconds=30))
        ),
        "a line": lambda: f"/logs/{_line(w)}/",
        "a line, same run": lambda: f"/logs/{_line(w)}/?same=run",
        "fields of a line (fragment)": lambda: f"/logs/{_line(w)}/fields",
        "trace of a URL": lambda: _to("/logs/trace", url=address(w.article(), w.sizes)),
        "trace of a journey": lambda: _to("/logs/trace", journey=w.journey(recent)),
        "trace of a task": lambda: _to(
            "/logs/trace", task=f"{w.random.randint(1, 500):08x}-{0:012x}"
        ),
        "errors by kind": lambda: _to(
            "/logs/errors", last=w.random.choice(["1h", "24h", "7d"])
        ),
        "export: first lines": lambda: "/logs.ndjson",
        "export, errors: first lines": lambda: "/logs.ndjson?level=40",
    }


def _hours(w: World, hours: int) -> dict[str, object]:
    since = min(w.moment(), w.now - timedelta(hours=hours))
    return {
        "since": since.isoformat(),
        "until": (since + timedelta(hours=hours)).isoformat(),
    }


def _line(w: World) -> str:
    number = w.random.randrange(w.sizes.events)
    return LogEvent(at=time_of(number, w.sizes, w.now), id=number + 1).place


def queues(w: World) -> Listed:
    """Return the queues, their chart, and the figures for Prometheus."""
    listed: Listed = {
        "page": lambda: "/queues/",
        "live (fragment)": lambda: "/queues/live",
    }
    for length in ("15m", "1h", "24h", "7d"):
        listed[f"series of {length}"] = lambda length=length: (
            f"/queues/series.json?range={length}"
        )
    return listed | {"metrics": lambda: "/metrics", "healthz": lambda: "/healthz"}


def rest(_w: World) -> Listed:
    """Return what belongs to people: what they keep, and who did what."""
    paths = (
        "/articles/views/",
        "/jobs/",
        "/jobs/new",
        "/audit/",
        "/account/",
        "/webhooks/",
        "/watches/",
        "/imports/",
    )
    return {path: lambda path=path: path for path in paths}


def _place(at: datetime) -> str:
    """Return a place in the log, as a page of it names one."""
    return f"{int(at.timestamp() * 1_000_000)}-0"


def api(w: World) -> Listed:
    """Return what a program reads: the same as the pages."""
    most = max(w.plans, key=lambda run: run.size).id
    moving = max((run for run in w.plans if run.active), key=lambda run: run.size)
    word = typed(w)["one middling word"]
    # Two runs of so many URLs are not compared while one of them is on: the answer is what to do.
    refused = {
        "run under way, too large, compared": lambda: f"/api/runs/{moving.id}/compare"
    }
    return (
        refused if moving.size >= HOPELESS_URLS and w.has_earlier(moving) else {}
    ) | {
        "articles": lambda: "/api/articles",
        "articles by language, tag": lambda: (
            f"/api/articles?{combined(w, 'language', 'tag')}"
        ),
        "articles, searched": lambda: _to("/api/articles", q=word()),
        "facets": lambda: "/api/articles/facets",
        "facets by source": lambda: f"/api/articles/facets?{combined(w, 'source')}",
        "article": lambda: f"/api/articles/{w.article() + 1}",
        "versions": lambda: f"/api/articles/{w.article() + 1}/versions",
        "nearly the same": lambda: f"/api/articles/{w.article() + 1}/similar",
        "runs that met an article": lambda: f"/api/articles/{w.article() + 1}/journeys",
        "sources": lambda: "/api/sources",
        "labels": lambda: "/api/labels",
        "runs": lambda: "/api/runs",
        "run": lambda: f"/api/runs/{w.random.randint(1, len(w.plans))}",
        "run, the largest": lambda: f"/api/runs/{most}",
        "run, the largest under way": lambda: f"/api/runs/{moving.id}",
        "run, compared": lambda: (
            f"/api/runs/{w.run(lambda run: not run.active and w.has_earlier(run)).id}/compare"
        ),
        "run, the largest, compared": lambda: f"/api/runs/{most}/compare",
        "journeys": lambda: f"/api/runs/{w.random.randint(1, len(w.plans))}/journeys",
        "journeys of the largest, failed": lambda: (
            f"/api/runs/{most}/journeys?state=failed"
        ),
        "journey": lambda: f"/api/journeys/{w.journey()}",
        "log": lambda: "/api/logs",
        "log, errors": lambda: "/api/logs?level=40",
        "log of a run": lambda: f"/api/logs?run={most}",
        "queues": lambda: "/api/queues",
        "workers": lambda: "/api/workers",
        "history of the queues": lambda: "/api/queues/history?range=24h",
        "why": lambda: _to("/api/why", url=address(w.article(), w.sizes)),
    }
