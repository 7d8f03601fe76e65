"""Routes of the pages: runs, URLs, jobs, queues, logs, accounts and health."""

from django.urls import path

from pipeline.diagnosis import report as diagnosis_report
from pipeline.exports import markdown
from pipeline.fetching import images
from pipeline.monitor import health, metrics
from pipeline.monitor.logs import export
from pipeline.web import (
    account,
    jobs,
    journeys,
    logs,
    originals,
    queues,
    run_compare,
    runs,
    webhooks,
)

urlpatterns = [
    path("", runs.launch, name="launch"),
    path("understood", runs.understood, name="understood"),
    path("runs/", runs.run_list, name="runs"),
    path("runs/<int:pk>/", runs.run_detail, name="run"),
    path("runs/<int:pk>/live", runs.run_live, name="run-live"),
    path("runs/<int:pk>/timeline", runs.run_timeline, name="run-timeline"),
    path("runs/<int:pk>/log", runs.run_log, name="run-log"),
    path("runs/<int:pk>/preview", run_compare.run_preview, name="run-preview"),
    path("runs/<int:pk>/compare", run_compare.run_compare, name="run-compare"),
    path("runs/<int:pk>/change", run_compare.run_change, name="run-change"),
    path("runs/<int:pk>/<str:verb>", runs.run_steer, name="run-steer"),
    path("runs/<int:pk>/journeys/", journeys.journey_list, name="journeys"),
    path("jobs/", jobs.job_list, name="jobs"),
    path("jobs/new", jobs.job_new, name="job-new"),
    path("jobs/draft", jobs.job_draft, name="job-draft"),
    path("jobs/next", jobs.job_next, name="job-next"),
    path("jobs/<int:pk>/", jobs.job_detail, name="job"),
    path("jobs/<int:pk>/edit", jobs.job_edit, name="job-edit"),
    path("jobs/<int:pk>/<str:verb>", jobs.job_do, name="job-do"),
    path("journeys/<int:pk>/", journeys.journey_detail, name="journey"),
    path("articles/<int:pk>/journeys/", journeys.article_journeys, name="article-journeys"),
    path("articles/<int:pk>/images/<str:name>", images.article_image, name="article-image"),
    path("articles/<int:pk>/original", originals.article_original, name="article-original"),
    path("articles/<int:pk>/log", originals.article_log, name="article-log"),
    path("articles/<int:pk>.md", markdown.article_markdown, name="article-markdown"),
    path("articles/extract-again", journeys.extract_again, name="extract-again"),
    path("snapshots/<int:pk>/", journeys.stored_page, name="stored-page"),
    path("why/", diagnosis_report.why, name="why"),
    path("why/look", diagnosis_report.look, name="why-look"),
    path("queues/", queues.queues, name="queues"),
    path("queues/live", queues.queues_live, name="queues-live"),
    path("queues/series.json", queues.queues_series, name="queues-series"),
    path("queues/dead", queues.dead_letters, name="dead-letters"),
    path("queues/dead/look", queues.dead_letters_seen, name="dead-letters-seen"),
    path("logs/", logs.logs, name="logs"),
    path("logs/tail", logs.logs_tail, name="logs-tail"),
    path("logs/trace", logs.log_trace, name="log-trace"),
    path("logs/errors", logs.log_errors, name="log-errors"),
    path("logs/<str:place>/", logs.log_event, name="log-event"),
    path("logs/<str:place>/fields", logs.log_fields, name="log-fields"),
    path("logs.ndjson", export.logs_export, name="logs-export"),
    path("metrics", metrics.metrics, name="metrics"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("account/", account.account, name="account"),
    path("account/tokens/<int:pk>/revoke", account.token_revoke, name="token-revoke"),
    path("audit/", account.audit, name="audit"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("webhooks/<int:pk>/<str:verb>", webhooks.webhook_do, name="webhook-do"),
]
