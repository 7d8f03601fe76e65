"""What a program reads: the same as the pages."""

from catalog.models import SavedView
from pipeline.access.models import Watch, Webhook
from pipeline.models import Import
from pipeline.summary.comparison import HOPELESS_URLS
from tools.big.articles import address
from tools.big.pages.catalogue import combined, typed
from tools.big.pages.world import Listed, World, one_job, to


def api(w: World) -> Listed:
    """Return what a program reads: the same as the pages."""
    most = max(w.plans, key=lambda run: run.size).id
    moving = max((run for run in w.plans if run.active), key=lambda run: run.size)
    word = typed(w)["one middling word"]
    # Two runs of so many URLs are not compared while one of them is on: the answer is what to do.
    refused = {
        "run under way, too large, compared": lambda: f"/api/runs/{moving.id}/compare"
    }
    return (
        refused if moving.size >= HOPELESS_URLS and w.has_earlier(moving) else {}
    ) | {
        "articles": lambda: "/api/articles",
        "articles by language, tag": lambda: (
            f"/api/articles?{combined(w, 'language', 'tag')}"
        ),
        "articles, searched": lambda: to("/api/articles", q=word()),
        "facets": lambda: "/api/articles/facets",
        "facets by source": lambda: f"/api/articles/facets?{combined(w, 'source')}",
        "article": lambda: f"/api/articles/{w.article() + 1}",
        "versions": lambda: f"/api/articles/{w.article() + 1}/versions",
        "nearly the same": lambda: f"/api/articles/{w.article() + 1}/similar",
        "related": lambda: f"/api/articles/{w.article() + 1}/related",
        "backlinks": lambda: f"/api/articles/{w.article() + 1}/backlinks",
        "original, whether it is there": lambda: (
            f"/api/articles/{w.article() + 1}/original-page"
        ),
        "most cited": lambda: "/api/links",
        "Markdown": lambda: f"/api/articles/{w.article() + 1}.md",
        "trash": lambda: "/api/articles/trash",
        "to review": lambda: "/api/articles/review",
        "to review, of a source": lambda: to("/api/articles/review", source=w.host()),
        "to review, a common reason": lambda: "/api/articles/review?reason=no+date",
        "to review, a rare reason": lambda: "/api/articles/review?reason=paywall",
        "to review, a reason that is nowhere": lambda: (
            "/api/articles/review?reason=zzqx"
        ),
        "highlights": lambda: "/api/highlights",
        "export, first lines": lambda: "/api/articles.jsonl",
        "stored page": lambda: f"/api/snapshots/{w.article() + 1}",
        "body of a stored page": lambda: f"/api/snapshots/{w.article() + 1}/body",
        "source": lambda: f"/api/sources/{w.random.randint(1, w.sizes.sources)}",
        "what a source left out": lambda: (
            f"/api/sources/{w.random.randint(1, w.sizes.sources)}/left-out"
        ),
        "what is kept of a source": lambda: "/api/sources/1/kept-blocks",
        "saved views": lambda: "/api/views",
        "saved view": lambda: f"/api/views/{SavedView.objects.earliest('pk').pk}",
        "sources as OPML": lambda: "/api/sources.opml",
        "imports": lambda: "/api/imports",
        "import": lambda: f"/api/imports/{Import.objects.earliest('pk').pk}",
        "lines of an import": lambda: (
            f"/api/imports/{Import.objects.earliest('pk').pk}/lines"
        ),
        "jobs": lambda: "/api/jobs",
        "job": lambda: f"/api/jobs/{one_job(w)}",
        "webhooks": lambda: "/api/webhooks",
        "webhook": lambda: f"/api/webhooks/{Webhook.objects.earliest('pk').pk}",
        "deliveries": lambda: (
            f"/api/webhooks/{Webhook.objects.earliest('pk').pk}/deliveries"
        ),
        "watches": lambda: "/api/watches",
        "watch": lambda: f"/api/watches/{Watch.objects.earliest('pk').pk}",
        "what a watch sent": lambda: (
            f"/api/watches/{Watch.objects.earliest('pk').pk}/deliveries"
        ),
        "users": lambda: "/api/users",
        "audit": lambda: "/api/audit",
        "erasures": lambda: "/api/erasures",
        "erased URLs": lambda: "/api/erased",
        "timeline of a run": lambda: (
            f"/api/runs/{w.random.randint(1, len(w.plans))}/timeline"
        ),
        "log, overview": lambda: "/api/logs/overview",
        "log, errors by kind": lambda: "/api/logs/errors",
        "log of a URL": lambda: to(
            "/api/logs/trace", url=address(w.article(), w.sizes)
        ),
        "log, exported": lambda: "/api/logs.ndjson",
        "runs that met an article": lambda: f"/api/articles/{w.article() + 1}/journeys",
        "sources": lambda: "/api/sources",
        "labels": lambda: "/api/labels",
        "runs": lambda: "/api/runs",
        "run": lambda: f"/api/runs/{w.random.randint(1, len(w.plans))}",
        "run, the largest": lambda: f"/api/runs/{most}",
        "run, the largest under way": lambda: f"/api/runs/{moving.id}",
        "run, compared": lambda: (
            f"/api/runs/{w.run(lambda run: not run.active and w.has_earlier(run)).id}/compare"
        ),
        "run, the largest, compared": lambda: f"/api/runs/{most}/compare",
        "journeys": lambda: f"/api/runs/{w.random.randint(1, len(w.plans))}/journeys",
        "journeys of the largest, failed": lambda: (
            f"/api/runs/{most}/journeys?state=failed"
        ),
        "journey": lambda: f"/api/journeys/{w.journey()}",
        "log": lambda: "/api/logs",
        "log, errors": lambda: "/api/logs?level=40",
        "log of a run": lambda: f"/api/logs?run={most}",
        "queues": lambda: "/api/queues",
        "workers": lambda: "/api/workers",
        "history of the queues": lambda: "/api/queues/history?range=24h",
        "why": lambda: to("/api/why", url=address(w.article(), w.sizes)),
    }
