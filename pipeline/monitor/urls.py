"""Routes of the queues, the logs, and of health."""

from django.urls import path

from pipeline.monitor import health, log_export, log_views, metrics, views

urlpatterns = [
    path("queues/", views.queues, name="queues"),
    path("queues/live", views.queues_live, name="queues-live"),
    path("queues/series.json", views.queues_series, name="queues-series"),
    path("queues/dead", views.dead_letters, name="dead-letters"),
    path("queues/dead/look", views.dead_letters_seen, name="dead-letters-seen"),
    path("logs/", log_views.logs, name="logs"),
    path("logs/tail", log_views.logs_tail, name="logs-tail"),
    path("logs/trace", log_views.log_trace, name="log-trace"),
    path("logs/errors", log_views.log_errors, name="log-errors"),
    path("logs/<str:place>/", log_views.log_event, name="log-event"),
    path("logs/<str:place>/fields", log_views.log_fields, name="log-fields"),
    path("logs.ndjson", log_export.logs_export, name="logs-export"),
    path("metrics", metrics.metrics, name="metrics"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
