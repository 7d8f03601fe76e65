"""Routes of the API."""

from django.urls import path

from pipeline.api import articles, jobs, labels, logs, operations, runs, saved
from pipeline.api.page import api_page
from pipeline.api.root import api

for module in (runs, articles, labels, saved, jobs, logs, operations):
    api.add_router("", module.router)

urlpatterns = [path("", api_page, name="api-page"), path("", api.urls)]
