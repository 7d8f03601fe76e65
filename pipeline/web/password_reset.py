"""Setting a new password by a link that comes by mail: Django's views, where a mail server is set."""

from typing import Any

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import PasswordResetConfirmView, PasswordResetView
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from pipeline.access import reset

log = structlog.get_logger(__name__)


class _WhereMailIsSent:
    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if not settings.EMAIL_URL_SET:
            raise Http404
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return answer


class AskForReset(_WhereMailIsSent, PasswordResetView):
    """The form for the address, and the answer, which is the same whoever has it."""

    template_name = "web/password_reset.html"
    form_class = reset.ResetForm

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(**{"step": "ask", **context})

    def form_valid(self, form: Any) -> HttpResponse:
        if reset.asked_too_often(form.cleaned_data["email"].lower()):
            log.warning("password_reset_refused")
            context = self.get_context_data(form=form, refused=True)
            return self.render_to_response(context, status=429)
        reset.ask(form)
        return self.render_to_response(self.get_context_data(step="asked"))


class SetByLink(_WhereMailIsSent, PasswordResetConfirmView):
    """The form for the new password; the link works once."""

    template_name = "web/password_reset.html"
    extra_context = {"step": "set"}
    success_url = reverse_lazy("signin")
    reset_url_token = "new"  # noqa: S105 - takes the token's place in the address

    def form_valid(self, form: Any) -> HttpResponse:
        super().form_valid(form)
        log.info("password_reset", user=form.user.get_username())
        messages.success(self.request, _("Password saved. Sign in with it."))
        return redirect("signin")
