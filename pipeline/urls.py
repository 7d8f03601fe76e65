"""Routes of runs and journeys."""

from django.urls import path

from pipeline import exports, images, job_views, journeys, originals, run_views, views, why

urlpatterns = [
    path("", views.launch, name="launch"),
    path("understood", views.understood, name="understood"),
    path("runs/", views.run_list, name="runs"),
    path("runs/<int:pk>/", views.run_detail, name="run"),
    path("runs/<int:pk>/live", views.run_live, name="run-live"),
    path("runs/<int:pk>/timeline", views.run_timeline, name="run-timeline"),
    path("runs/<int:pk>/log", views.run_log, name="run-log"),
    path("runs/<int:pk>/preview", run_views.run_preview, name="run-preview"),
    path("runs/<int:pk>/compare", run_views.run_compare, name="run-compare"),
    path("runs/<int:pk>/change", run_views.run_change, name="run-change"),
    path("runs/<int:pk>/<str:verb>", views.run_steer, name="run-steer"),
    path("runs/<int:pk>/journeys/", journeys.journey_list, name="journeys"),
    path("jobs/", job_views.job_list, name="jobs"),
    path("jobs/new", job_views.job_new, name="job-new"),
    path("jobs/draft", job_views.job_draft, name="job-draft"),
    path("jobs/next", job_views.job_next, name="job-next"),
    path("jobs/<int:pk>/", job_views.job_detail, name="job"),
    path("jobs/<int:pk>/edit", job_views.job_edit, name="job-edit"),
    path("jobs/<int:pk>/<str:verb>", job_views.job_do, name="job-do"),
    path("journeys/<int:pk>/", journeys.journey_detail, name="journey"),
    path("articles/<int:pk>/journeys/", journeys.article_journeys, name="article-journeys"),
    path("articles/<int:pk>/images/<str:name>", images.article_image, name="article-image"),
    path("articles/<int:pk>/original", originals.article_original, name="article-original"),
    path("articles/<int:pk>/log", originals.article_log, name="article-log"),
    path("articles/<int:pk>.md", exports.article_markdown, name="article-markdown"),
    path("articles/extract-again", journeys.extract_again, name="extract-again"),
    path("snapshots/<int:pk>/", journeys.stored_page, name="stored-page"),
    path("why/", why.why, name="why"),
    path("why/look", why.look, name="why-look"),
]
