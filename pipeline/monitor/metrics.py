"""The numbers of the pages for Prometheus, in its text format."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from pipeline.core.database import execute
from pipeline.models import Run
from pipeline.monitor.logs.dropped import all_dropped
from pipeline.monitor.queues.state import Row, rows
from pipeline.monitor.workers.status import Worker, counts, workers
from pipeline.summary.progress import running_progress

Sample = tuple[tuple[object, ...], float]  # the values of the labels, and the number

RUNS = "SELECT state, count(*) FROM pipeline_run GROUP BY 1"
# Of the last hour, and only hosts where something failed; the worst of them, as a run may have
# thousands of hosts.
SOURCES = """
SELECT split_part(key, '/', 3),
    count(*) FILTER (WHERE state = 'failed') AS failed, count(*)
    FROM pipeline_journey
WHERE ended_at > now() - interval '1 hour' GROUP BY 1 HAVING count(*)
    FILTER (WHERE state = 'failed') > 0
ORDER BY failed DESC, 1 LIMIT 20
"""
ARTICLES = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'catalog_article'::regclass"


class Metrics(Collector):
    """Asks the database when somebody scrapes."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = timezone.now()
        yield from _queues(rows(now), now)
        yield from _workers(workers(now))
        yield from _runs()
        yield from _sources()
        articles = execute(ARTICLES)[0][0]
        yield _gauge("articles", "articles, estimated", [], [((), articles)])
        help_text = (
            "log lines that never reached the database, as far as the log is kept"
        )
        yield _gauge("log_lines_dropped", help_text, [], [((), all_dropped())])


REGISTRY = CollectorRegistry()
REGISTRY.register(Metrics())


def exposition() -> bytes:
    """All metrics as text, with the numbers of now."""
    return generate_latest(REGISTRY)


def _queues(queues: list[Row], now: datetime) -> Iterator[GaugeMetricFamily]:
    counted = (
        ("waiting", "messages ready"),
        ("in_progress", "messages delivered and not acknowledged"),
        ("consumers", "consumers"),
    )
    for name, help_text in counted:
        samples = [((row.queue,), getattr(row, name)) for row in queues]
        yield _gauge(f"queue_{name}", help_text, ["queue"], samples)
    ages = [((), (now - row.taken_at).total_seconds()) for row in queues[:1]]
    yield _gauge("queue_sample_age_seconds", "age of the last sample", [], ages)
    oldest = [((row.queue,), row.oldest) for row in queues if row.oldest is not None]
    yield _gauge(
        "queue_oldest_seconds", "age of the oldest URL that waits", ["queue"], oldest
    )
    yield _queue_waits(queues)
    paused = [((row.queue,), float(row.pause is not None)) for row in queues]
    yield _gauge("queue_paused", "1 where the intake is paused", ["queue"], paused)
    into = [
        ((row.queue,), row.flow.into) for row in queues if row.flow.into is not None
    ]
    yield _gauge(
        "queue_in_per_second",
        "messages published, over the last minute",
        ["queue"],
        into,
    )
    out = [((row.queue,), row.flow.out) for row in queues if row.flow.out is not None]
    help_text = "messages acknowledged, over the last minute"
    yield _gauge("queue_out_per_second", help_text, ["queue"], out)


def _queue_waits(queues: list[Row]) -> GaugeMetricFamily:
    samples: list[Sample] = []
    for row in queues:
        if row.waits:
            samples.append(((row.queue, "0.5"), row.waits.median))
            samples.append(((row.queue, "0.95"), row.waits.p95))
    help_text = "how long messages waited for a worker, over the last 15 minutes"
    return _gauge("queue_wait_seconds", help_text, ["queue", "quantile"], samples)


def _workers(found: list[Worker]) -> Iterator[GaugeMetricFamily]:
    by_state = list(counts(found).items())
    yield _gauge(
        "workers", "workers by their last heartbeat", ["stage", "state"], by_state
    )
    described = (
        ("slots", "tasks that it can do at once"),
        ("busy", "tasks in progress"),
        ("memory", "bytes of memory"),
    )
    for name, help_text in described:
        samples: list[Sample] = []
        for worker in found:
            value = getattr(worker.beat, name)
            if worker.state == "live" and value is not None:
                labels = (worker.beat.name, worker.beat.pid, worker.beat.stage)
                samples.append((labels, value))
        yield _gauge(f"worker_{name}", help_text, ["worker", "pid", "stage"], samples)


def _runs() -> Iterator[GaugeMetricFamily]:
    by_state = [((state,), number) for state, number in execute(RUNS)]
    yield _gauge("runs", "runs by state", ["state"], by_state)
    active = sorted(_active_journeys().items())
    help_text = "URLs of runs that have not ended"
    yield _gauge("active_journeys", help_text, ["state", "stage"], active)


def _active_journeys() -> Counter[tuple[str, str]]:
    """How many URLs of runs that have not ended are in which state at which stage."""
    found: Counter[tuple[str, str]] = Counter()
    active = Run.objects.exclude(state__in=Run.ENDED)
    for counted in running_progress(active).values():
        for card in counted.cards:
            for state, number in card.ended.items():
                found[state, card.stage] += number
            found["pending", card.stage] += card.waiting + card.in_progress
    return +found


def _sources() -> Iterator[GaugeMetricFamily]:
    sources = execute(SOURCES)
    where = "in the last hour, of the 20 hosts with the most failures"
    failed = [((host,), number) for host, number, _ in sources]
    yield _gauge("source_failed", f"URLs that failed {where}", ["source"], failed)
    ended = [((host,), number) for host, _, number in sources]
    yield _gauge(
        "source_ended", f"URLs that ended in any way {where}", ["source"], ended
    )


def _gauge(
    name: str, help_text: str, labels: list[str], samples: Iterable[Sample]
) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(f"gleaner_{name}", help_text, labels=labels)
    for values, number in samples:
        gauge.add_metric([str(value) for value in values], round(float(number), 3))
    return gauge
