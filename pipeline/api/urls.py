"""Routes of the API."""

from django.urls import path

from pipeline.api import articles, jobs, labels, logs, operations, pages, runs, saved, timeline, webhooks
from pipeline.api.page import api_page
from pipeline.api.root import api

for module in (timeline, runs, articles, pages, labels, saved, jobs, logs, webhooks, operations):
    api.add_router("", module.router)

urlpatterns = [path("", api_page, name="api-page"), path("", api.urls)]
