"""Log events and samples of the queues."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from pipeline.broker.queues import DEAD_LETTERS, STAGES
from pipeline.monitor.models import LogEvent, QueueMinute, QueueSample
from pipeline.monitor.queues.sampler import EVERY
from tools.big.articles import address
from tools.big.plan import DAYS, RunPlan, Sizes
from tools.big.rows import Raw, Table, encoded

SPAN = timedelta(days=DAYS)
TRACEBACK = "Traceback (most recent call last):\n" + "".join(
    f'  File "/app/pipeline/extraction/step_{n}.py", line {n * 7}, in step_{n}\n    return step_{n + 1}(page)\n'
    for n in range(12)
)
# event, level, stage, of how many in a thousand, what else it says
OF_JOURNEYS: list[tuple[str, int, str, int, dict[str, Any]]] = [
    ("stage_finished", 20, "fetch", 300, {"seconds": 0.213}),
    ("stage_finished", 20, "extract", 250, {"seconds": 0.121}),
    (
        "journey_ended",
        20,
        "store",
        230,
        {"state": "stored", "reason": "", "detail": "new", "seconds": 0.014},
    ),
    (
        "journey_ended",
        20,
        "extract",
        50,
        {"state": "skipped", "reason": "not-an-article", "detail": "a list"},
    ),
    (
        "journey_ended",
        30,
        "fetch",
        60,
        {"state": "failed", "reason": "http-404", "status": 404},
    ),
    ("try_later", 20, "fetch", 80, {"reason": "http-503", "status": 503, "wait": 4}),
    ("worker_lost", 30, "extract", 5, {"crash_count": 1, "wait": 3}),
    (
        "stage_crashed",
        40,
        "extract",
        5,
        {"error": "ValueError: no page", "exception": TRACEBACK},
    ),
]
OF_NONE: list[tuple[str, int, str, int, dict[str, Any]]] = [
    ("request_started", 20, "", 480, {"request": "GET /runs/"}),
    ("request_finished", 20, "", 480, {"request": "GET /runs/", "code": 200}),
    ("server_away", 30, "beat", 20, {"error": "connection refused"}),
    ("reconciling_failed", 40, "", 5, {"exception": TRACEBACK}),
]
SLOTS = 24 * DAYS  # an hour each: which runs were on


def _dealt(
    kinds: list[tuple[str, int, str, int, dict[str, Any]]],
) -> list[tuple[str, int, str, Raw]]:
    return [
        (event, level, stage, Raw(encoded(data)))
        for event, level, stage, n, data in kinds
        for _ in range(n // 5)
    ]


def runs_by_hour(plans: list[RunPlan], now: datetime) -> list[list[RunPlan]]:
    """Which runs were on in each hour of the log."""
    began = now - SPAN
    hours: list[list[RunPlan]] = [[] for _ in range(SLOTS)]
    for plan in plans:
        first = plan.created_at - began
        last = (plan.finished_at or now) - began
        if plan.size and last >= timedelta(0):
            for hour in range(
                max(0, int(first.total_seconds() // 3600)),
                int(last.total_seconds() // 3600) + 1,
            ):
                hours[min(hour, SLOTS - 1)].append(plan)
    return hours


def time_of(number: int, sizes: Sizes, now: datetime) -> datetime:
    """When the event of this number was."""
    return now - SPAN + SPAN / sizes.events * number


def events(
    sizes: Sizes, now: datetime, plans: list[RunPlan], start: int, stop: int
) -> Iterator[tuple[Table, list[str]]]:
    """Yield the events `start` to `stop`, in the order of their time."""
    table = Table(LogEvent, now)
    random = Random(sizes.seed + start)
    hours = runs_by_hour(plans, now)
    of_journeys = _dealt(OF_JOURNEYS)
    of_none = _dealt(OF_NONE)
    lines = []
    began = now - SPAN
    for number in range(start, stop):
        at = time_of(number, sizes, now)
        on = hours[min(int((at - began).total_seconds() // 3600), SLOTS - 1)]
        alone = not on or random.random() < 0.15
        event, level, stage, data = random.choice(of_none if alone else of_journeys)
        values = {
            "id": number + 1,
            "at": at,
            "level": level,
            "event": event,
            "stage": stage,
            "data": data,
        }
        if level >= 40 and "signature" in table:
            values["signature"] = (
                f"{event} ValueError pipeline/extraction/step_11.py:step_11"
            )
        if alone:
            more = {"process": "web"}
        else:
            more = _of(random.choice(on), at, now, sizes, stage)
        lines.append(table.line(**values, **more))
    yield table, lines


def _of(
    plan: RunPlan, at: datetime, now: datetime, sizes: Sizes, stage: str
) -> dict[str, Any]:
    """Return what says which journey of the run it is of."""
    journey = _journey_at(plan, at, now)
    url = address((plan.first_article + journey) % sizes.articles, sizes)
    return {
        "run": plan.id,
        "journey": plan.first_journey + journey,
        "url": Raw(url),
        "process": f"{stage}@w{journey % 4}",
        "task": f"{plan.id:08x}-{journey:012x}",
    }


def _journey_at(plan: RunPlan, at: datetime, now: datetime) -> int:
    share = (at - plan.created_at) / ((plan.finished_at or now) - plan.created_at)
    return min(max(int(share * plan.size), 0), plan.size - 1)


def samples(now: datetime, begins: datetime) -> Iterator[tuple[Table, list[str]]]:
    """Yield what RabbitMQ said from `begins` until now: each sample of the last day, and a line a
    minute."""
    random = Random(5)
    level = dict.fromkeys((*STAGES, DEAD_LETTERS), 40)
    fine = max(begins, now - timedelta(days=1))
    for table, since, until, step in (
        (Table(QueueMinute, now, numbered=False), begins, now, timedelta(minutes=1)),
        (Table(QueueSample, now, numbered=False), fine, now, timedelta(seconds=EVERY)),
    ):
        lines = []
        number = 0
        while since < until:
            for queue in level:
                if queue != DEAD_LETTERS:
                    level[queue] = max(0, level[queue] + random.randint(-5, 5))
                else:
                    level[queue] = 3
                values = {
                    "taken_at": since,
                    "queue": queue,
                    "waiting": level[queue],
                    "in_progress": level[queue] % 7,
                }
                counted = {
                    "published": number * 10,
                    "acked": number * 10,
                    "waiting_most": level[queue] + 3,
                }
                counted = {
                    name: value for name, value in counted.items() if name in table
                }
                lines.append(table.line(**values, **counted, consumers=1))
            since = since + step
            number = number + 1
        yield table, lines
