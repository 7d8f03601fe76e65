"""Routes of the queues, the logs, and of health."""

from django.urls import path

from pipeline.monitor import health, views

urlpatterns = [
    path("queues/", views.queues, name="queues"),
    path("queues/live", views.queues_live, name="queues-live"),
    path("logs/", views.logs, name="logs"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
