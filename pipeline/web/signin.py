"""Signing in: by name and password, or by a link that carries a token."""

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from sesame.utils import get_user


class SignIn(LoginView):
    """The form; `/signin/?sesame=TOKEN` signs in at once."""

    template_name = "gleaner/signin.html"
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "sesame" not in request.GET:
            return super().get(request, *args, **kwargs)
        if user := get_user(request):
            login(request, user, backend="sesame.backends.ModelBackend")
            return HttpResponseRedirect(self.get_success_url())
        return self.render_to_response(self.get_context_data(link_failed=True))
