"""Routes of the queues, the logs, and of health."""

from django.urls import path

from pipeline.monitor import health, metrics, views

urlpatterns = [
    path("queues/", views.queues, name="queues"),
    path("queues/live", views.queues_live, name="queues-live"),
    path("queues/series.json", views.queues_series, name="queues-series"),
    path("queues/dead", views.dead_letters, name="dead-letters"),
    path("logs/", views.logs, name="logs"),
    path("logs.ndjson", views.logs_export, name="logs-export"),
    path("metrics", metrics.metrics, name="metrics"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
