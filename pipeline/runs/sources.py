"""Sources as crawls see them: their last run, their next one, and their health."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from catalog.models import Source
from catalog.sources import recent_dates
from pipeline.core.batched import batched
from pipeline.core.url import BadURL, host_at
from pipeline.models import Job, Journey, KnownFeed, Run
from pipeline.runs import schedules
from pipeline.runs.launch import launch_run
from pipeline.summary.source_health import (
    Health,
    LastCrawl,
    judge_health,
    quiet_for,
)
from pipeline.summary.source_quality import judge_quality, read_runs

log = structlog.get_logger(__name__)
FEEDS_LATELY = timedelta(days=30)  # that a changed feed needs attention
MAX_FEED_TROUBLES = 500
SOURCES_AT_ONCE = 200


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
    feeds = feed_troubles(now)
    found = {}
    for source in sources:
        run = None
        if source.recent_runs:
            run = runs.get(source.recent_runs[0])
        job = jobs.get(source.host)
        found[source.pk] = SourceCrawls(
            last_run=run,
            health=health_of(source, run, dates[source.pk], now, feeds),
            next_at=next_start(job),
            job=job,
        )
    return found


def health_of(
    source: Source,
    run: Run | None,
    published_at: Sequence[datetime],
    now: datetime,
    feeds: Mapping[str, str] | None = None,
) -> Health:
    """Judge a source by its newest run, the dates of its newest articles and its feeds."""
    if run is None:
        return judge_health(None, [], now)
    if not run.ended:
        return Health("unknown", "Crawling")
    found, failed = urls_of(source, run)
    crawl = LastCrawl(run.state, run.reason, found, failed)
    drop = judge_quality(read_runs(source.quality_runs))
    trouble = (feeds or {}).get(host_of_feeds(source), "")
    return judge_health(crawl, published_at, looked_at(source, now), drop, trouble)


def looked_at(source: Source, now: datetime) -> datetime:
    """Return when a source was crawled last: what it posted since, nobody can know."""
    return min(source.last_crawled_at or now, now)


def feed_troubles(now: datetime) -> dict[str, str]:
    """Return what became of feeds lately, in a sentence, by host."""
    changed = KnownFeed.objects.changed_since(now - FEEDS_LATELY)
    return {
        feed.host: feed.trouble
        for feed in changed.order_by("changed_at")[:MAX_FEED_TROUBLES]
    }


def host_of_feeds(source: Source) -> str:
    """Return the host by which the feeds of a source are known."""
    return source.host.partition("/")[0]


def note_quiet(now: datetime) -> int:
    """Mark the sources that went quiet, and take the mark from those that post again; return how
    many went quiet. Each is told once: its mark stays until it posts."""
    crawled = Source.objects.exclude(last_crawled_at=None).order_by("pk")
    number = 0
    for part in batched(crawled.iterator(chunk_size=SOURCES_AT_ONCE), SOURCES_AT_ONCE):
        dates = recent_dates(part)
        for source in part:
            silence = went_quiet(source, dates[source.pk], now)
            if bool(silence) == bool(source.quiet_at):
                continue
            number += bool(silence)
            # each at a moment of its own, by which its notification is known
            source.quiet_at = now + timedelta(microseconds=number) if silence else None
            source.save(update_fields=["quiet_at"])
            _log_quiet(source, silence)
    return number


def went_quiet(
    source: Source, published_at: Sequence[datetime], now: datetime
) -> timedelta | None:
    """Return how long a source has been quiet; None where it is not, or was already when it was
    added."""
    if quiet_for(published_at, source.created_at):
        return None
    return quiet_for(published_at, looked_at(source, now))


def _log_quiet(source: Source, silence: timedelta | None) -> None:
    if silence:
        log.warning("source_quiet", source=source.host, days=silence.days)
    else:
        log.info("source_posts_again", source=source.host)


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
