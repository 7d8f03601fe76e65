"""All routes: the pages, the API, signing in and health."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from pipeline.web import provider
from pipeline.web.password_reset import AskForReset, SetByLink
from pipeline.web.signin import SignIn

urlpatterns = [
    path("signin/", SignIn.as_view(), name="signin"),
    path("signin/reset/", AskForReset.as_view(), name="password-reset"),
    path(
        "signin/reset/<uidb64>/<token>/",
        SetByLink.as_view(),
        name="password-reset-link",
    ),
    path("signin/provider/", provider.start, name="provider-start"),
    path("signin/provider/done", provider.done, name="provider-done"),
    path("signout/", LogoutView.as_view(next_page="signin"), name="signout"),
    path("api/", include("pipeline.api.urls")),
    path("", include("pipeline.web.urls")),
    path("", include("catalog.urls")),
]
handler500 = "pipeline.http.outages.handler500"
