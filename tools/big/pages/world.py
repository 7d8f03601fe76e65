"""What is asked for, and the world that it is asked of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from urllib.parse import urlencode

from pipeline.models import Job
from tools.big import plan, words
from tools.big.articles import host
from tools.big.plan import RunPlan, Sizes, source_of

LANGUAGES = ["en", "de", "fr", "es", "ru"]
RARE = (20_000, 55_000)
MIDDLING = (300, 3_000)
COMMON = (0, 60)
FRAGMENT = {"HX-Request": "true"}
Listed = dict[str, Callable[[], str]]


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


def to(path: str, **query: object) -> str:
    """Return a path with a query; what is empty is left out."""
    return f"{path}?{urlencode({name: value for name, value in query.items() if value not in ('', None)})}"


def kinds(w: World) -> dict[str, Callable[[RunPlan], bool]]:
    """Return which runs are of each kind that pages are asked of."""
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


def one_job(w: World) -> int:
    """Return the number of a job."""
    return w.random.choice(list(Job.objects.values_list("pk", flat=True)))
