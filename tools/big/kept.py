"""What people keep: marks, passages, saved views, feeds, jobs, notifications, rules of sources."""

from collections import defaultdict

from django.contrib.auth.models import User
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from catalog.feeds import addresses
from catalog.links import keep_cited
from catalog.models import Article, KeptBlock, Passage, SavedView, Source
from pipeline.access.models import Watch, Webhook
from pipeline.models import Import, ImportRow, Job, Run, SourceRule
from pipeline.summary.comparison import keep_if_large

JOBS = 60  # at most
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
    _keep_marks()
    _keep_passages()
    _keep_views()
    _keep_jobs()
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
    """Make jobs of the runs of the same address."""
    if Job.objects.exists():
        return
    by_url: defaultdict[str, list[int]] = defaultdict(list)
    for run in Run.objects.filter(finished_at__isnull=False):
        by_url[run.parameters["addresses"][0]].append(run.pk)
    most = sorted(by_url, key=lambda url: -len(by_url[url]))[:JOBS]
    for number, url in enumerate(most, 1):
        job = Job.objects.create(id=number, name=url, parameters={"addresses": [url]})
        Run.objects.filter(pk__in=by_url[url]).update(job=job)


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
