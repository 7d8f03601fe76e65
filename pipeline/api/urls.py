"""Routes of the API."""

from django.urls import path

from pipeline.api import (
    articles,
    erasures,
    highlights,
    imports,
    inputs,
    jobs,
    kept_blocks,
    labels,
    logs,
    marks,
    operations,
    people,
    review,
    runs,
    saved_views,
    snapshots,
    sources,
    timeline,
    watches,
    webhooks,
)
from pipeline.api.app import api
from pipeline.api.docs_page import api_page

for module in (
    timeline,
    runs,
    inputs,
    imports,
    articles,
    review,
    marks,
    highlights,
    sources,
    snapshots,
    kept_blocks,
    labels,
    saved_views,
    jobs,
    logs,
    watches,
    webhooks,
    people,
    erasures,
    operations,
):
    api.add_router("", module.router)

urlpatterns = [path("", api_page, name="api-page"), path("", api.urls)]
