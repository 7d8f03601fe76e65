"""Sources as crawls see them: their last run, their next one, and their health."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.models import Source
from catalog.sources import recent_dates
from pipeline.core.url import BadURL, host_at
from pipeline.models import Job, Journey, Run
from pipeline.runs import schedules
from pipeline.runs.launch import launch_run
from pipeline.summary.source_health import Health, LastCrawl, judge_health
from pipeline.summary.source_quality import judge_quality, read_runs


@dataclass(frozen=True)
class SourceCrawls:
    """A source's newest run, its health, and when it is crawled next."""

    last_run: Run | None
    health: Health
    next_at: datetime | None
    job: Job | None


def crawls_of(sources: Sequence[Source], now: datetime) -> dict[int, SourceCrawls]:
    """Return what is known of each source's crawls, by source id."""
    ids = {source.recent_runs[0] for source in sources if source.recent_runs}
    runs = Run.objects.in_bulk(ids)
    jobs = jobs_by_host()
    dates = recent_dates(sources)
    found = {}
    for source in sources:
        run = None
        if source.recent_runs:
            run = runs.get(source.recent_runs[0])
        job = jobs.get(source.host)
        found[source.pk] = SourceCrawls(
            last_run=run,
            health=health_of(source, run, dates[source.pk], now),
            next_at=next_start(job),
            job=job,
        )
    return found


def health_of(
    source: Source, run: Run | None, published_at: Sequence[datetime], now: datetime
) -> Health:
    """Judge a source by its newest run and the dates of its newest articles."""
    if run is None:
        return judge_health(None, [], now)
    if not run.ended:
        return Health("unknown", "Crawling")
    found, failed = urls_of(source, run)
    crawl = LastCrawl(run.state, run.reason, found, failed)
    drop = judge_quality(read_runs(source.quality_runs))
    return judge_health(crawl, published_at, now, drop)


def urls_of(source: Source, run: Run) -> tuple[int, int]:
    """How many URLs of the source a run found, and how many of them failed."""
    found = 0
    failed = 0
    for host, host_found, _, host_failed in (run.summary or {}).get("hosts", []):
        if host.removeprefix("www.") == source.host:
            found += host_found
            failed += host_failed
    if found:
        return found, failed
    if len(run.addresses) == 1:
        return run.found, run.failed
    journeys = run.journeys.filter(key__startswith=f"https://{source.host}/")
    failed = journeys.filter(state=Journey.State.FAILED).count()
    return journeys.count(), failed


def jobs_by_host() -> dict[str, Job]:
    """Return the job that crawls each host; of several, the one with a schedule."""
    jobs = Job.objects.select_related("schedule__interval", "schedule__crontab")
    found: dict[str, Job] = {}
    for job in sorted(jobs, key=lambda job: job.schedule is not None):
        for host in hosts_of(job.parameters.get("addresses", [])):
            found[host] = job
    return found


def hosts_of(addresses: Iterable[str]) -> set[str]:
    """Hosts of addresses, without "www."; what is no address is left out."""
    hosts = set()
    for address in addresses:
        try:
            hosts.add(host_at(address).removeprefix("www."))
        except BadURL:
            continue
    return hosts


def next_start(job: Job | None) -> datetime | None:
    """When a job's schedule starts it next; None without a schedule, or while it is paused."""
    if job is None or job.schedule is None or not job.schedule.enabled:
        return None
    moments = schedules.next_times(job.schedule)
    if moments:
        return moments[0]
    return None


def runs_of(source: Source) -> list[Run]:
    """Its newest runs, newest first."""
    runs = Run.objects.in_bulk(source.recent_runs)
    return [runs[pk] for pk in source.recent_runs if pk in runs]


def addresses_of(source: Source) -> list[str]:
    """Return the addresses from which its last run started, else its host's front page."""
    for run in runs_of(source):
        own = [
            address for address in run.addresses if hosts_of([address]) == {source.host}
        ]
        if own:
            return own
    return [f"https://{source.host}/"]


def crawl_now(source: Source, by: str) -> Run:
    """Start a run of the source's own addresses. Raises the broker's error where it is away."""
    return launch_run({"addresses": addresses_of(source)}, by=by)
