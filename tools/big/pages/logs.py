"""The log and the queues."""

from collections.abc import Callable
from datetime import datetime, timedelta

from pipeline.monitor.models import LogEvent
from tools.big import plan
from tools.big.articles import address
from tools.big.events import time_of
from tools.big.pages.world import Listed, World, to
from tools.big.plan import RunPlan


def logs(w: World) -> Listed:
    """Return the log by each filter, by tokens, by words and by time."""

    def recent(run: RunPlan) -> bool:
        return run.finished_at is None or run.finished_at > w.now - timedelta(
            days=plan.DAYS - 1
        )

    queries: dict[str, Callable[[], dict[str, object]]] = {
        "all": dict,
        "older": lambda: {"before": place_in_log(w.moment())},
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
        listed[name] = lambda query=query: to("/logs/", **query())
    return listed | {
        "new lines (fragment)": lambda: to(
            "/logs/tail", seen=place_in_log(w.now - timedelta(seconds=30))
        ),
        "completion": lambda: "/logs/complete.json?q=ev",
        "a line": lambda: f"/logs/{_line(w)}/",
        "a line, same run": lambda: f"/logs/{_line(w)}/?same=run",
        "fields of a line (fragment)": lambda: f"/logs/{_line(w)}/fields",
        "trace of a URL": lambda: to("/logs/trace", url=address(w.article(), w.sizes)),
        "trace of a journey": lambda: to("/logs/trace", journey=w.journey(recent)),
        "trace of a task": lambda: to(
            "/logs/trace", task=f"{w.random.randint(1, 500):08x}-{0:012x}"
        ),
        "errors by kind": lambda: to(
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


def place_in_log(at: datetime) -> str:
    """Return a place in the log, as a page of it names one."""
    return f"{int(at.timestamp() * 1_000_000)}-0"


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
    return listed | {
        "metrics": lambda: "/metrics",
        "healthz": lambda: "/healthz",
    }
