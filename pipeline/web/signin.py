"""Signing in: by name and password, or by a link that carries a token and works once."""

from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from sesame.utils import get_user

from pipeline.access.audit import record
from pipeline.access.models import AuditEntry

log = structlog.get_logger(__name__)

FAILED = "fail to sign in"
FAILURE_WINDOW = timedelta(minutes=15)
MAX_FAILURES = 10  # of one name in the window; a sign-in link works all the same
MAX_FAILURES_OF_ALL = 200  # names that somebody guesses must not fill the audit log


class SignIn(LoginView):
    """The form; `/signin/?sesame=TOKEN` signs in at once."""

    template_name = "gleaner/signin.html"
    redirect_authenticated_user = True

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        provider = settings.OIDC_NAME if settings.OIDC_ISSUER else ""
        return super().get_context_data(
            provider=provider, sends_mail=settings.EMAIL_URL_SET, **context
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "sesame" not in request.GET:
            return super().get(request, *args, **kwargs)
        if user := get_user(request):
            login(request, user, backend="sesame.backends.ModelBackend")
            return HttpResponseRedirect(self.get_success_url())
        if request.user.is_authenticated:  # by this very link, before
            return HttpResponseRedirect(self.get_success_url())
        return self.render_to_response(self.get_context_data(link_failed=True))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _failed_too_often(request.POST.get("username", "")):
            log.warning("sign_in_refused")
            context = self.get_context_data(refused=True)
            return self.render_to_response(context, status=429)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: Any) -> HttpResponse:
        name = str(form.data.get("username", ""))[:150]
        record(FAILED, "session", name, who=name)
        log.warning("sign_in_failed", user=name)
        return super().form_invalid(form)


def _failed_too_often(name: str) -> bool:
    since = timezone.now() - FAILURE_WINDOW
    failures = AuditEntry.objects.filter(verb=FAILED, at__gt=since)
    of_name = failures.filter(kind="session", object=name[:150].replace("\0", ""))
    if of_name[:MAX_FAILURES].count() >= MAX_FAILURES:
        return True
    return failures[:MAX_FAILURES_OF_ALL].count() >= MAX_FAILURES_OF_ALL
