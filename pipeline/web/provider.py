"""Signing in with an identity provider (OpenID Connect): there, and back again."""

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pipeline.access.identities import SignInRefused, link, user_of
from pipeline.access.openid import ProviderFailed, claims_of, redirect_to_provider

log = structlog.get_logger(__name__)

NEXT = "provider_next"  # in the session: where the person wanted to go


@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Send the person to the provider."""
    _require_provider()
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    request.session[NEXT] = wanted if safe else ""
    back = request.build_absolute_uri(reverse("provider-done"))
    try:
        return redirect_to_provider(request, back)
    except ProviderFailed as error:
        return _failed(request, str(error), _("Try again."))


@never_cache
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Sign in whom the provider names; connect the account of somebody who is signed in."""
    _require_provider()
    try:
        claims = claims_of(request)
        if isinstance(request.user, User):
            link(request.user, claims)
            connected = _("%(provider)s is connected.")
            messages.success(request, connected % {"provider": settings.OIDC_NAME})
            return redirect("account")
        user = user_of(claims)
    except ProviderFailed as error:
        return _failed(request, str(error), _("Try again."))
    except SignInRefused as error:
        return _failed(request, str(error), str(error))
    wanted = request.session.pop(NEXT, "")
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect(wanted or settings.LOGIN_REDIRECT_URL)


def _require_provider() -> None:
    if not settings.OIDC_ISSUER:
        raise Http404


def _failed(request: HttpRequest, error: str, advice: str) -> HttpResponse:
    log.warning("provider_sign_in_failed", error=error)
    text = _("%(provider)s did not sign you in. %(advice)s")
    values = {"provider": settings.OIDC_NAME, "advice": advice}
    messages.warning(request, text % values)
    return redirect("signin")
