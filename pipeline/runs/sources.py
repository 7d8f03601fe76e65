"""Sources as crawls see them: their last run, their next one, and their health."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from catalog.models import Source
from catalog.sources import recent_dates
from pipeline.core.batched import batched
from pipeline.core.database import execute
from pipeline.core.url import hosts_of
from pipeline.models import Job, KnownFeed, Run
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
SOURCES_AT_ONCE = 200
MAX_URLS = 100  # of a source in a run of many, which tell how many fail
URLS = """
SELECT asked.source, count(url.state),
    count(url.state) FILTER (WHERE url.state = 'failed')
FROM unnest(%(sources)s::bigint[], %(runs)s::bigint[],
    %(begins)s::text[])
    AS asked(source, run, begin)
LEFT JOIN LATERAL (
    SELECT state FROM pipeline_journey
    WHERE run_id = asked.run AND key >= asked.begin
        AND key < left(asked.begin, -1) || '0'
    LIMIT %(most)s
) AS url ON true GROUP BY 1
"""


@dataclass(frozen=True)
class SourceCrawls:
    """A source's newest run, its health, and when it is crawled next."""

    last_run: Run | None
    health: Health
    next_at: datetime | None
    job: Job | None


def crawls_of(
    sources: Sequence[Source],
    now: datetime,
    dates: Mapping[int, Sequence[datetime]] | None = None,
    runs: Mapping[int, Run] | None = None,
    feeds: Iterable[KnownFeed] | None = None,
) -> dict[int, SourceCrawls]:
    """Return what is known of each source's crawls, by source id.

    `dates` are as of `recent_dates`, `runs` the newest runs by id and `feeds` those of the
    sources, where the caller has them.
    """
    if runs is None:
        ids = {source.recent_runs[0] for source in sources if source.recent_runs}
        runs = Run.objects.in_bulk(ids)
    if dates is None:
        dates = recent_dates(sources)
    last = [
        (source, runs[source.recent_runs[0]])
        for source in sources
        if source.recent_runs and source.recent_runs[0] in runs
    ]
    urls = urls_of(last)
    jobs = jobs_of(source.host for source in sources)
    if feeds is None:
        hosts = {host_of_feeds(source) for source in sources}
        feeds = KnownFeed.objects.changed_since(now - FEEDS_LATELY).filter(
            host__in=hosts
        )
    troubles = feed_troubles(feeds, now)
    found = {}
    for source in sources:
        run = None
        if source.recent_runs:
            run = runs.get(source.recent_runs[0])
        job = jobs.get(source.host)
        found[source.pk] = SourceCrawls(
            last_run=run,
            health=health_of(
                source, run, dates[source.pk], now, troubles, urls.get(source.pk)
            ),
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
    urls: tuple[int, int] | None = None,
) -> Health:
    """Judge a source by its newest run, the dates of its newest articles and its feeds.

    `urls` are how many URLs the run found of it and how many of them failed, where these are not
    all of the run."""
    if run is None:
        return judge_health(None, [], now)
    if not run.ended:
        return Health("unknown", "Crawling")
    found, failed = urls or (run.found, run.failed)
    crawl = LastCrawl(run.state, run.reason, found, failed)
    drop = judge_quality(read_runs(source.quality_runs))
    trouble = (feeds or {}).get(host_of_feeds(source), "")
    return judge_health(crawl, published_at, looked_at(source, now), drop, trouble)


def looked_at(source: Source, now: datetime) -> datetime:
    """Return when a source was crawled last: what it posted since, nobody can know."""
    return min(source.last_crawled_at or now, now)


def feed_troubles(feeds: Iterable[KnownFeed], now: datetime) -> dict[str, str]:
    """Return what became of feeds lately, in a sentence, by host; of several the last one's."""
    lately = now - FEEDS_LATELY
    changed = [
        (feed.changed_at, feed)
        for feed in feeds
        if feed.changed_at and feed.changed_at > lately and feed.trouble
    ]
    changed.sort(key=lambda pair: pair[0])
    return {feed.host: feed.trouble for _, feed in changed}


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


def urls_of(last: Iterable[tuple[Source, Run]]) -> dict[int, tuple[int, int]]:
    """Return how many URLs of each source its run found, and how many of them failed, by source
    id; of a run of many sources from up to MAX_URLS of the source."""
    found = {}
    unknown = []
    for source, run in last:
        counted = _summarised_urls(source, run)
        if counted is None:
            unknown.append((source, run))
        else:
            found[source.pk] = counted
    return found | _counted_urls(unknown)


def _summarised_urls(source: Source, run: Run) -> tuple[int, int] | None:
    """Return the same as the run itself says, None where it does not."""
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
    return None


def _counted_urls(pairs: Sequence[tuple[Source, Run]]) -> dict[int, tuple[int, int]]:
    if not pairs:
        return {}
    given = {
        "sources": [source.pk for source, _ in pairs],
        "runs": [run.pk for _, run in pairs],
        "begins": [f"https://{source.host}/" for source, _ in pairs],
        "most": MAX_URLS,
    }
    return {pk: (found, failed) for pk, found, failed in execute(URLS, given)}


def jobs_of(hosts: Iterable[str]) -> dict[str, Job]:
    """Return the job that crawls each of these hosts; of several, the one with a schedule."""
    jobs = Job.objects.select_related("schedule__interval", "schedule__crontab")
    concerned = jobs.filter(hosts__overlap=list(hosts))
    found: dict[str, Job] = {}
    for job in sorted(concerned, key=lambda job: job.schedule is not None):
        found |= dict.fromkeys(job.hosts, job)
    return found


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


def addresses_of(source: Source, runs: Iterable[Run] | None = None) -> list[str]:
    """Return the addresses from which its last run started, else its host's front page; `runs`
    are its newest ones, where the caller has them."""
    for run in runs_of(source) if runs is None else runs:
        own = [
            address for address in run.addresses if hosts_of([address]) == {source.host}
        ]
        if own:
            return own
    return [f"https://{source.host}/"]


def crawl_now(source: Source, by: str) -> Run:
    """Start a run of the source's own addresses. Raises the broker's error where it is away."""
    return launch_run({"addresses": addresses_of(source)}, by=by)
