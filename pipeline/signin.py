"""Signing in: by name and password, or by a link that carries a token."""

from django.contrib.auth import login
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.debug import sensitive_variables
from sesame.utils import get_user


class SignIn(LoginView):
    """The form; `/signin/?sesame=TOKEN` signs in at once."""

    template_name = "gleaner/signin.html"
    redirect_authenticated_user = True

    @sensitive_variables()
    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "GET" and "sesame" in request.GET:
            if user := get_user(request):
                login(request, user, backend="sesame.backends.ModelBackend")
                return HttpResponseRedirect(self.get_success_url())
            self.extra_context = {"link_failed": True}
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]
