"""The numbers of the pages for Prometheus, in its text format."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

from pipeline.core.database import execute
from pipeline.monitor.logs.dropped import all_dropped
from pipeline.monitor.queues.state import rows
from pipeline.monitor.workers.status import counts, workers

Sample = tuple[dict[str, Any], float]

RUNS = "SELECT state, count(*) FROM pipeline_run GROUP BY 1"
ACTIVE = """
SELECT j.state, j.stage, count(*) FROM pipeline_run r JOIN pipeline_journey j ON j.run_id = r.id
WHERE r.state IN ('discovering', 'running', 'paused', 'cancelling') GROUP BY 1, 2
"""
# Of the last hour, and only hosts where something failed; the worst of them, as a run may have thousands of hosts.
SOURCES = """
SELECT split_part(key, '/', 3), count(*) FILTER (WHERE state = 'failed') AS failed, count(*) FROM pipeline_journey
WHERE ended > now() - interval '1 hour' GROUP BY 1 HAVING count(*) FILTER (WHERE state = 'failed') > 0
ORDER BY failed DESC, 1 LIMIT 20
"""
ARTICLES = (
    "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'catalog_article'::regclass"
)


def exposition() -> str:
    """The text."""
    return "".join(_lines())


def _lines() -> Iterator[str]:
    queues = rows()
    now = timezone.now()
    for name, text in (
        ("waiting", "messages ready"),
        ("in_hand", "messages delivered, not acknowledged"),
        ("consumers", ""),
    ):
        samples: list[Sample] = [({"queue": row.queue}, getattr(row, name)) for row in queues]
        yield from _gauge(f"queue_{name}", text or name, samples)
    yield from _gauge(
        "queue_sample_age_seconds",
        "age of the last sample",
        [({}, (now - row.taken).total_seconds()) for row in queues[:1]],
    )
    oldest: list[Sample] = [
        ({"queue": row.queue}, row.oldest) for row in queues if row.oldest is not None
    ]
    yield from _gauge("queue_oldest_seconds", "how long the oldest journey waits", oldest)
    waited: list[Sample] = [
        ({"queue": row.queue, "quantile": quantile}, round(seconds, 3))
        for row in queues
        if row.waits
        for quantile, seconds in (("0.5", row.waits.median), ("0.95", row.waits.p95))
    ]
    yield from _gauge(
        "queue_wait_seconds",
        "how long messages waited for a worker, over the last 15 minutes",
        waited,
    )
    for name, text in (("in", "messages that came"), ("out", "messages that were dealt with")):
        paces: list[Sample] = [
            ({"queue": row.queue}, round(pace, 3))
            for row in queues
            if (pace := row.flow.into if name == "in" else row.flow.out) is not None
        ]
        yield from _gauge(f"queue_{name}_per_second", f"{text}, over the last minute", paces)
    found = workers(now)
    yield from _gauge(
        "workers",
        "workers by sign of life",
        [({"stage": stage, "state": state}, n) for (stage, state), n in counts(found).items()],
    )
    for name, text in (
        ("slots", "tasks that it can do at once"),
        ("busy", "tasks in hand"),
        ("memory", "bytes"),
    ):
        own: list[Sample] = [
            (
                {"worker": worker.beat.name, "pid": worker.beat.pid, "stage": worker.beat.stage},
                value,
            )
            for worker in found
            if worker.state == "live" and (value := getattr(worker.beat, name)) is not None
        ]
        yield from _gauge(f"worker_{name}", text, own)
    yield from _gauge(
        "runs", "runs by state", [({"state": state}, n) for state, n in execute(RUNS)]
    )
    active: list[Sample] = [
        ({"state": state, "stage": stage}, n) for state, stage, n in execute(ACTIVE)
    ]
    yield from _gauge("active_journeys", "journeys of runs that are not over", active)
    sources = execute(SOURCES)
    for name, text, column in (
        ("failed", "URLs that failed", 1),
        ("ended", "URLs that ended, in whichever way", 2),
    ):
        of_source: list[Sample] = [({"source": row[0]}, row[column]) for row in sources]
        yield from _gauge(
            f"source_{name}",
            f"{text} in the last hour, of the 20 hosts with most failures",
            of_source,
        )
    yield from _gauge("articles", "articles, about", [({}, execute(ARTICLES)[0][0])])
    yield from _gauge(
        "log_lines_dropped",
        "lines that the log's table never got, as far as the log is kept",
        [({}, all_dropped())],
    )


def _gauge(name: str, text: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP gleaner_{name} {text}\n# TYPE gleaner_{name} gauge\n"
    for labels, value in samples:
        inner = ",".join(f'{label}="{_quoted(of)}"' for label, of in labels.items())
        yield f"gleaner_{name}{{{inner}}} {value}\n" if inner else f"gleaner_{name} {value}\n"


def _quoted(value: Any) -> str:
    return str(value).replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
