"""What people keep: marks, passages, saved views, feeds, jobs, notifications, rules of sources."""

from collections import defaultdict

from django.contrib.auth.models import User
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from catalog.feeds import addresses
from catalog.links import keep_cited
from catalog.models import Article, KeptBlock, Passage, SavedView, Source
from catalog.overview import keep_overview
from pipeline.access.models import Watch, Webhook
from pipeline.broker.queues import START_JOB
from pipeline.models import (
    Import,
    ImportRow,
    Job,
    Journey,
    KnownFeed,
    Run,
    SourceRule,
)
from pipeline.summary.comparison import keep_if_large

SCHEDULED = 2  # every so many sources have a job with a schedule
CHANGED = 20  # every so many feeds changed lately
URLS_OF_SOURCE = 3  # in the run of all sources
PASSAGES = 2_000
IMPORTED = 1_000  # lines of a list
VIEWS = {
    "Everything": "",
    "Python": "tag=python",
    "Unread in English": "state=unread&language=en",
    "Searched": "q=python+code",
}
MARKS = """
INSERT INTO catalog_mark (owner_id, article_id, read_at, starred_at, archived_at)
SELECT %(owner)s, id, CASE WHEN place <= 5000 THEN now() END,
    CASE WHEN place %% 997 = 0 THEN now() END, CASE WHEN place %% 499 = 0 THEN now() END
FROM (SELECT id, row_number() OVER (ORDER BY published DESC NULLS LAST, id DESC) AS place
    FROM catalog_article WHERE deleted_at IS NULL) AS newest
WHERE place <= 5000 OR place %% 997 = 0 OR place %% 499 = 0
ON CONFLICT DO NOTHING
"""


def owner() -> User:
    """Return somebody who may do everything."""
    user, _ = User.objects.get_or_create(
        username="big", defaults={"is_staff": True, "is_superuser": True}
    )
    return user


def signed_in() -> Client:
    """Return their browser."""
    client = Client()
    client.force_login(owner(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def keep_comparisons() -> None:
    """Keep what the end of a run keeps: what it found that differs from the last one before it."""
    for run in Run.objects.order_by("pk"):
        if run.ended:
            keep_if_large(run)


def keep_all() -> None:
    """Keep everything that is not there yet."""
    keep_comparisons()
    keep_cited(timezone.now())
    keep_overview(timezone.now())
    _keep_marks()
    _keep_passages()
    _keep_views()
    _keep_jobs()
    _keep_crawls()
    _keep_rules()
    _keep_receivers()
    _keep_import()


def _keep_marks() -> None:
    """Mark what somebody who reads much would: the newest 5,000 are read, others starred or
    archived."""
    with connection.cursor() as cursor:
        cursor.execute(MARKS, {"owner": owner().pk})
        cursor.execute("ANALYZE catalog_mark")


def _keep_passages() -> None:
    if Passage.objects.exists():
        return
    newest = Article.objects.live().order_by("-pk").values_list("pk", "excerpt")
    Passage.objects.bulk_create(
        Passage(owner=owner(), article_id=pk, quote=excerpt[:200], note="Cite this.")
        for pk, excerpt in newest[:PASSAGES]
    )


def _keep_views() -> None:
    """Save some views, with a feed of each and one of a search."""
    for name, query in VIEWS.items():
        view, _ = SavedView.objects.get_or_create(
            owner=owner(), name=name, defaults={"query": query}
        )
        addresses.make(owner().pk, QueryDict(), view)
    addresses.make(owner().pk, QueryDict("q=python"))


def _keep_receivers() -> None:
    if Webhook.objects.exists():
        return
    for number in range(5):
        Webhook.objects.make(f"https://hooks.example/{number}", [Webhook.Event.ENDED])
    for view in SavedView.objects.all():
        watch = Watch.objects.create(owner=owner(), view=view, rhythm="daily")
        url = f"https://hooks.example/{view.pk}"
        Webhook.objects.make(url, [Webhook.Event.NEW_ARTICLES], watch)


def _keep_import() -> None:
    if Import.objects.exists():
        return
    brought = Import.objects.create(name="blogs.opml", kind="OPML", owner=owner())
    ImportRow.objects.bulk_create(
        ImportRow(parent=brought, line=line, address=f"https://blog-{line}.example/")
        for line in range(1, IMPORTED + 1)
    )


def _keep_jobs() -> None:
    """Make a job for each source, with the runs of its address."""
    if Job.objects.exists():
        return
    by_url: defaultdict[str, list[int]] = defaultdict(list)
    for run in Run.objects.filter(finished_at__isnull=False):
        by_url[run.parameters["addresses"][0]].append(run.pk)
    every = IntervalSchedule.objects.create(every=6, period=IntervalSchedule.HOURS)
    for number, source in enumerate(Source.objects.order_by("pk"), 1):
        url = f"https://{source.host}/"
        job = Job(id=number, name=url, parameters={"addresses": [url]})
        if number % SCHEDULED == 0:
            job.schedule = PeriodicTask.objects.create(
                name=f"job {number}", task=START_JOB, interval=every
            )
        job.save(force_insert=True)
        Run.objects.filter(pk__in=by_url[url]).update(job=job)


def _keep_crawls() -> None:
    """Give each source its newest runs and a feed. The newest run of every other one is a run of
    all sources."""
    if KnownFeed.objects.exists():
        return
    sources = list(Source.objects.order_by("pk"))
    newest = Run.objects.latest("pk").pk
    whole = _run_of_all(sources)
    now = timezone.now()
    feeds = []
    for number, source in enumerate(sources):
        source.recent_runs = [
            (number * 7 + place * 13) % newest + 1
            for place in range(Source.MAX_RECENT_RUNS - 1)
        ]
        if number % 2:
            source.add_run(whole.pk)
        state, changed_at = KnownFeed.State.OK, None
        if number % CHANGED == 0:
            state, changed_at = KnownFeed.State.GONE, now
        feeds.append(
            KnownFeed(
                address=f"https://{source.host}/feed.xml",
                host=source.host,
                starts=[f"https://{source.host}/"],
                state=state,
                changed_at=changed_at,
                entries=20,
                run=newest,
                read_at=now,
            )
        )
    Source.objects.bulk_update(sources, ["recent_runs"], batch_size=500)
    KnownFeed.objects.bulk_create(feeds)


def _run_of_all(sources: list[Source]) -> Run:
    addresses = [f"https://{source.host}/" for source in sources]
    urls = [f"{start}new/{n}" for start in addresses for n in range(URLS_OF_SOURCE)]
    whole = Run.objects.create(
        name="All sources",
        parameters={"addresses": addresses},
        state=Run.State.FINISHED,
        finished_at=timezone.now(),
        found=len(urls),
        stored=len(urls),
        summary={"hosts": []},
    )
    Journey.objects.bulk_create(
        [
            Journey(run=whole, url=url, key=url, state="stored", stage="store")
            for url in urls
        ],
        batch_size=2_000,
    )
    return whole


def _keep_rules() -> None:
    if KeptBlock.objects.exists():
        return
    for source in Source.objects.order_by("pk")[:200]:
        KeptBlock.objects.create(source=source, rule="newsletter", words="subscribe")
        SourceRule.objects.create(
            host=source.host,
            verdict=SourceRule.Verdict.PIN,
            kind=SourceRule.Kind.SOURCE,
            value=f"https://{source.host}/feed.xml",
        )
