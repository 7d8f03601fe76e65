"""All routes: the product's pages, signing in, health, the admin."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from pipeline.signin import SignIn

urlpatterns = [
    path("signin/", SignIn.as_view(), name="signin"),
    path("signout/", LogoutView.as_view(next_page="signin"), name="signout"),
    path("admin/", admin.site.urls),
    path("api/", include("pipeline.api.urls")),
    path("", include("pipeline.access.urls")),
    path("", include("pipeline.monitor.urls")),
    path("", include("pipeline.urls")),
    path("", include("catalog.urls")),
]
handler500 = "pipeline.outages.handler500"
